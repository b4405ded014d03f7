"""The wheel works where nothing else is: built from the sdist, installed in an empty environment.

Every command is a process of its own, outside the checkout, as after `pip install emend`. The
language data is that of the other tests: whoever is first compiles it.
"""

import functools
import os
import re
import shutil
import subprocess
import sys
import tarfile
import urllib.request
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from paths import ROOT

SAMPLES = ROOT / "tests" / "ingest" / "samples"
TEXT = (
    "THE MILL\n\nThe mill stood by the river for a hun-\ndred years, and tbe miller slept in it."
    "\n\nIn 1861--1863 it was silent.\n"
)
UNREACHABLE = re.compile(
    r"error sending request|failed to fetch|dns error|could not connect|network", re.IGNORECASE
)


def uv(*arguments):
    """Run uv, which the tests bring along; skip where the package registry cannot be reached."""
    beside = Path(sys.executable).with_name("uv")
    program = str(beside) if beside.exists() else shutil.which("uv")
    if program is None:
        pytest.skip("uv is not installed")
    done = subprocess.run(
        [program, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode and UNREACHABLE.search(done.stderr):
        pytest.skip(f"the package registry cannot be reached: {done.stderr.strip()[-200:]}")
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The sdist and the wheel built from it (uv builds the wheel from the sdist, not the tree)."""
    folder = tmp_path_factory.mktemp("dist")
    uv("build", "-q", "--no-build-isolation", "--python", sys.executable, "-o", folder, ROOT)
    return next(folder.glob("*.tar.gz")), next(folder.glob("*.whl"))


@dataclass
class Installation:
    """An environment with the wheel and one extra, and a folder to work in."""

    program: Path
    folder: Path

    def start(self, *arguments, **more):
        names = ("PATH", "HOME", "LANG", "TMPDIR", "SYSTEMROOT", "EMEND_CACHE")
        clean = {name: os.environ[name] for name in names if name in os.environ}
        return subprocess.Popen(
            [self.program, *map(str, arguments)],
            cwd=self.folder,
            env={**clean, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **more,
        )

    def run(self, *arguments, code=0):
        """Standard output and standard error, decoded, of a command that ends with this code."""
        process = self.start(*arguments)
        out, err = (stream.decode() for stream in process.communicate(timeout=3600))
        assert "Traceback" not in err, err
        assert process.returncode == code, out + err
        return out, err


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory):
    """A new project beside an environment with emend and one extra, or none; each is made once."""

    @functools.cache
    def made(extra):
        folder = tmp_path_factory.mktemp(extra or "core")
        uv("venv", "-q", "--python", sys.executable, folder / "venv")
        wheel = f"emend[{extra}] @ {built[1].as_uri()}" if extra else str(built[1])
        scripts = folder / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
        lock = ROOT / "requirements-all.lock"
        uv("pip", "install", "-q", "--python", scripts / "python", "--constraints", lock, wheel)
        (folder / "work").mkdir()
        installation = Installation(scripts / "emend", folder / "work")
        installation.run("init")
        (folder / "work" / "The Mill.txt").write_bytes(TEXT.encode())
        installation.run("add", "The Mill.txt", "--title", "The Mill")
        return installation

    return made


def tracked(*folders):
    listed = subprocess.run(
        ["git", "ls-files", *folders], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return {name for name in listed.stdout.splitlines() if (ROOT / name).is_file()}


def test_sdist_and_wheel_hold_every_file_of_the_code_and_the_schemas(built):
    sdist, wheel = built
    with tarfile.open(sdist) as archive:
        packed = {name.partition("/")[2] for name in archive.getnames()}
    with zipfile.ZipFile(wheel) as archive:
        installed = set(archive.namelist())
    files = tracked("pipeline", "schemas")
    assert files - packed == set()
    assert {name.replace("schemas/", "pipeline/schemas/", 1) for name in files} - installed == set()


def test_the_whole_way(installed):
    """The commands of the README, from a new project to a published site."""
    emend = installed("")
    folder = emend.folder
    assert emend.run("--version")[0].startswith("emend ")
    tei, _ = emend.run("clean", "--tei", "--changes", "ledger.jsonl", "The Mill.txt")
    assert "hundred years" in re.sub("<[^>]*>", "", tei).replace("-\n", "").replace("\n", "")
    assert (folder / "ledger.jsonl").stat().st_size
    emend.run("build")
    edition = folder / "edition" / "the-mill" / "the-mill.xml"
    emend.run("check", edition)
    assert emend.run("restore", edition)[0] == TEXT
    assert "1861[----]{+–+}1863" in emend.run("changes", "the-mill")[0]
    assert "1861" in emend.run("diff", "the-mill")[0]
    _, said = emend.run("publish")
    assert (folder / "edition" / "site" / "the-mill" / "index.html").is_file()
    assert "emend[publish]" not in said  # only page images need the extra


def test_review_answers_a_request(installed):
    process = installed("review").start("review", "--no-browser", "--who", "Anna")
    try:
        address = re.search(rb"http://\S+/", process.stdout.readline()).group().decode()
        with urllib.request.urlopen(address, timeout=60) as answer:
            assert (answer.status, b"<html" in answer.read()) == (200, True)
    finally:
        process.terminate()
        process.communicate(timeout=60)


def test_review_names_its_extra(installed):
    out, said = installed("").run("review", "--no-browser", code=2)
    assert "emend[review]" in said
    assert said.count("\n") == 1
    assert out == ""


@pytest.mark.parametrize("extra", ["", "publish"], ids=["core", "publish"])
def test_an_image_that_cannot_be_read_names_its_extra(installed, extra):
    out, said = installed(extra).run("add", SAMPLES / "page1.png", code=2)
    assert "emend[ocr]" in said
    assert said.count("\n") == 1
    # with Pillow, emend says what it has understood before it reads the page
    assert out.startswith("1 page") or (extra == "" and out == "")


def test_a_page_image_is_read(installed):
    emend = installed("ocr")
    if shutil.which("tesseract") is None:
        _, said = emend.run("add", SAMPLES / "page1.png", code=2)
        assert "apt-get install tesseract-ocr" in said
    else:
        emend.run("add", SAMPLES / "page1.png")
        emend.run("build", "page1")
        assert emend.run("check", "edition/page1/page1.xml")
