"""One phenomenon, one file: each stage is a callable from a document to what it proposes and marks.

The order in which they run is the list in `pipeline/flow.py`. Stages never import one another.
"""
