"""emend: from raw OCR to scholarly digital editions.

`from pipeline import clean` gives the whole pipeline in one call: `clean(text).text`, `.changes`,
`.tei()`. A `Corrector` cleans many texts in one language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.corrector import Corrector
    from pipeline.flow import clean

__all__ = ["Corrector", "clean"]


def __getattr__(name: str) -> Any:
    # Not loaded before it is asked for, so that `import pipeline.document` stays light.
    if name == "clean":
        from pipeline.flow import clean  # noqa: PLC0415

        return clean
    if name == "Corrector":
        from pipeline.corrector import Corrector  # noqa: PLC0415

        return Corrector
    raise AttributeError(name)
