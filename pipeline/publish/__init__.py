"""Publishing: a static site, books and data files, made from the TEI alone.

`publish` reads each file once into the model in `model/`, and makes everything from that; see
docs/publishing.md. Any file that follows the schema can be published: nothing of the pipeline's own
state is used.
"""

from pipeline.publish.site import Published, Refused, publish

__all__ = ["Published", "Refused", "publish"]
