"""What is installed: packages, extras, Tesseract, cached language data; for `emend doctor`."""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from pipeline import cache
from pipeline.language.languages import known, packs

EXTRAS: Mapping[str, str] = {
    "ocr": "page images and PDF",
    "review": "review in the browser",
    "publish": "page images on the site",
    "documents": "Word and RTF",
    "neural": "a language model for doubtful words",
    "report": "emend report on a whole corpus",
    "watch": "emend build --watch",
    "cluster": "building on a Dask cluster and in object stores",
}
_REQUIREMENT = re.compile(
    r"""(?P<package>[\w.-]+)(?:[^;]*;(?:.*\bextra\s*==\s*['"](?P<extra>\w+)['"])?.*)?"""
)


@dataclass(frozen=True, slots=True)
class Extra:
    """One optional part of emend: its packages with their versions, None for a missing one."""

    name: str
    purpose: str
    packages: Mapping[str, str | None]
    command: str  # installs the extra


@dataclass(frozen=True, slots=True)
class Tesseract:
    """The OCR engine: its version and language packs."""

    version: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cache:
    """The cache folder, its size in bytes, and the languages whose data is compiled in it."""

    folder: Path
    size: int
    compiled: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Installation:
    """Everything that `emend doctor` reports."""

    version: str
    python: str
    platform: str
    packages: Mapping[str, str | None]
    extras: tuple[Extra, ...]
    tesseract: Tesseract | None
    languages: tuple[str, ...]  # those whose spelling is corrected
    known_languages: tuple[str, ...]  # those with other data: line ends, headings, typography
    cache: Cache


def missing(packages: Mapping[str, str | None]) -> list[str]:
    """The packages that are not installed."""
    return [name for name, version in packages.items() if version is None]


def inspect() -> Installation:
    """Look at this installation. Writes nothing and never fails because something is missing."""
    needed = list(_requirements(metadata.requires("emend") or []))
    corrected = packs()
    return Installation(
        metadata.version("emend"),
        platform.python_version(),
        platform.platform(terse=True),
        {package: _version(package) for package, extra in needed if not extra},
        tuple(
            Extra(
                name,
                purpose,
                {package: _version(package) for package, extra in needed if extra == name},
                f"pip install 'emend[{name}]'",
            )
            for name, purpose in EXTRAS.items()
        ),
        _tesseract(),
        corrected,
        tuple(code for code in known() if code not in corrected),
        _cache(corrected),
    )


def _requirements(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Package and extra of each requirement: `uvicorn[standard]>=0.32; extra == 'review'`."""
    for line in lines:
        if found := _REQUIREMENT.match(line):
            yield found["package"], found["extra"] or ""


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _tesseract() -> Tesseract | None:
    program = shutil.which("tesseract")
    if program is None:
        return None
    version = _answer(program, "--version").partition("\n")[0].removeprefix("tesseract ")
    packs = _answer(program, "--list-langs").splitlines()[1:]  # the first line is a heading
    return Tesseract(version.strip(), tuple(sorted(packs)))


def _answer(program: str, option: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - a program by its full path, and one fixed option
            [program, option], capture_output=True, check=False, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return (done.stdout or done.stderr).decode("utf-8", "replace")


def _cache(codes: tuple[str, ...]) -> Cache:
    folder = cache.home()
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Cache(
        folder, size, tuple(code for code in codes if any(folder.glob(f"{code}-[0-9a-f]*")))
    )
