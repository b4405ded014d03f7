"""emend: from raw OCR to scholarly digital editions.

`from pipeline import clean` gives the whole pipeline in one call: `clean(text).text`, `.changes`,
`.tei()`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.flow import clean

__all__ = ["clean"]


def __getattr__(name: str) -> Any:
    if (
        name == "clean"
    ):  # not loaded before it is asked for, so that `import pipeline.document` stays light
        from pipeline.flow import clean  # noqa: PLC0415

        return clean
    raise AttributeError(name)
