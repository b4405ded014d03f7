"""Publishing: from the TEI alone, a static site that people read, books they take along, files that
scholars cite.

`publish` reads each file once into the model of `reading`, and everything is made from that: see
docs/publishing.md. Anyone's file in our schema can be published; the pipeline's inner state is
never looked at.
"""

from pipeline.publish.site import Published, Refused, publish

__all__ = ["Published", "Refused", "publish"]
