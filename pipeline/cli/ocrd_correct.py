"""`ocrd-emend-correct`: emend as a processor of OCR-D workspaces, from PAGE to corrected PAGE.

OCR-D gives a processor one page after the other; emend corrects best what it knows whole. So all
pages of the input group are corrected together when the first of them is asked for.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pipeline import flow, ingest
from pipeline.errors import SourceError
from pipeline.ingest.write import export

_NAME = "ocrd-emend-correct"
_LANGUAGE = "The language, as a BCP 47 tag (default: what the files say, or else detected)."


def corrected(paths: Sequence[Path], language: str = "") -> dict[str, bytes]:
    """PAGE files with the corrections in them, by their names; none if there is no text in them."""
    found = ingest.survey(paths, ocr="never")
    try:
        source = ingest.finished(found, ocr="never")
    except SourceError:  # an empty book
        return {}
    told = (found.facts or {}).get("language", "")
    tag = language or told or ingest.detected(source.text) or "en"
    document = flow.clean(source, language=tag).document
    return export(document, "page", {path.name: path.read_bytes() for path in paths})


def processor() -> Any:
    """The processor's class, which needs the package `ocrd`."""
    from ocrd import OcrdPageResult, Processor
    from ocrd_models.ocrd_page import parseString

    class EmendCorrect(Processor):  # type: ignore[misc]  # of a package without types
        """Correct the text of PAGE files; the OCR's reading becomes the second `TextEquiv`."""

        executable = _NAME
        max_workers = 1  # all pages are corrected together

        @property
        def metadata_rawdict(self) -> dict[str, Any]:
            """What OCR-D wants to know of a processor."""
            return {
                "version": version("emend"),
                "tools": {
                    _NAME: {
                        "executable": _NAME,
                        "description": "Correct OCR errors conservatively, keep the OCR reading.",
                        "categories": ["Text recognition and optimization"],
                        "steps": ["recognition/post-correction"],
                        "input_file_grp_cardinality": 1,
                        "output_file_grp_cardinality": 1,
                        "parameters": {
                            "language": {"type": "string", "default": "", "description": _LANGUAGE}
                        },
                    }
                },
            }

        def setup(self) -> None:
            """Begin without pages."""
            self.pages: dict[str, bytes] | None = None

        def process_page_pcgts(self, *pages: Any, page_id: str | None = None) -> Any:
            """Return a page with its corrections."""
            group = {"file_grp": self.input_file_grp, "mimetype": "//application/vnd.prima.page.*"}
            files = {one.pageId: one for one in self.workspace.find_files(**group)}
            if self.pages is None:
                ordered = [files[one] for one in self.workspace.mets.physical_pages if one in files]
                paths = [Path(self.workspace.directory, one.local_filename) for one in ordered]
                self.pages = corrected(paths, self.parameter["language"])
            name = Path(files[page_id].local_filename).name if page_id in files else ""
            data = self.pages.get(name)
            return OcrdPageResult(parseString(data, silence=True) if data else pages[0])

    return EmendCorrect


def main() -> None:
    """Run as OCR-D runs processors: `ocrd-emend-correct -I OCR-D-OCR -O OCR-D-COR`."""
    try:
        import click
        from ocrd.decorators import ocrd_cli_options, ocrd_cli_wrap_processor
    except ImportError:
        sys.exit(f"{_NAME}: the package ocrd is not installed: run pip install ocrd.")

    def run(**options: Any) -> Any:
        return ocrd_cli_wrap_processor(processor(), **options)

    command: Any = click.command()(ocrd_cli_options(run))
    command()
