"""Check that a folder holds the data sets of benchmarks/data.toml, file for file.

    python benchmarks/data.py FOLDER [SET …]

Names each file that is missing or different and exits with 1; without SET, checks all sets.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

MANIFEST = Path(__file__).with_name("data.toml")


def expected(names: Sequence[str] = ()) -> dict[str, str]:
    """The SHA-256 of each file of these sets, or of all. Raises KeyError for an unknown set."""
    sets = {one["name"]: one["sha256"] for one in tomllib.loads(MANIFEST.read_text())["set"]}
    return {file: digest for name in names or sets for file, digest in sets[name].items()}


def faults(folder: Path, files: dict[str, str]) -> Iterator[str]:
    """Each file of the folder that is missing or different, in words."""
    for file, digest in files.items():
        path = folder / file
        if not path.is_file():
            yield f"{file} is missing"
        else:
            with path.open("rb") as opened:
                found = hashlib.file_digest(opened, "sha256").hexdigest()
            if found != digest:
                yield f"{file} differs: SHA-256 {found}, expected {digest}"


def main() -> None:
    """Run the check."""
    parser = argparse.ArgumentParser(description="Check a folder of data sets.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("sets", nargs="*", metavar="SET")
    given = parser.parse_args()
    try:
        files = expected(given.sets)
    except KeyError as error:
        parser.error(f"unknown set {error}; benchmarks/data.toml lists them")
    found = list(faults(given.folder, files))
    for fault in found:
        print(fault)
    print(f"{len(files) - len(found)} of {len(files)} files match")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
