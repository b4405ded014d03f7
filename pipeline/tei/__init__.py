"""TEI: an edition as a file. Only here is it known how TEI is made."""

from __future__ import annotations

from pipeline.tei.encode import encode
from pipeline.tei.restore import restore

__all__ = ["encode", "restore"]
