"""Killed between two steps, or run twice at once: nothing is lost, nothing old passes for new."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from forked import emend
from paths import ROOT

from pipeline import folders
from pipeline.project import Project, add, init
from pipeline.publish import publish
from pipeline.publish.state import STATE

TEXT = "THE ROAD TO LYNN\n\nThe road is long, said my compan-\nion, and the inn is poor.\n"


def killed_at(rename):
    """Lines that kill the process just before its n-th renaming of a folder."""
    return f"""
    import os, pathlib, signal
    done, rename = [0], pathlib.Path.rename
    def renamed(self, target):
        done[0] += 1
        if done[0] == {rename}:
            os.kill(os.getpid(), signal.SIGKILL)
        return rename(self, target)
    pathlib.Path.rename = renamed
    """


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A project with one text, built and published."""
    folder = tmp_path_factory.mktemp("interrupted")
    source = folder / "lynn.txt"
    source.write_text(TEXT, "utf-8")
    made = init(folder / "project")
    facts = {"title": "Lynn", "language": "en", "edited": "2026-01-01"}
    add(made, [source], name="lynn", facts=facts)
    for command in ("build", "publish"):
        assert emend(made.root, command).returncode == 0
    return made.root


@pytest.fixture
def built(published, tmp_path):
    """A copy of it."""
    return shutil.copytree(published, tmp_path / "project")


@pytest.fixture
def project(built):
    """A copy with nothing built."""
    shutil.rmtree(built / "edition")
    return built


def lost(project):
    """Kill a build between its two renames."""
    assert emend(project, "build", "--force", before=killed_at(2)).returncode == -9
    assert not (project / "edition" / "lynn").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("changes", "lynn"),
        ("diff", "lynn"),
        ("check", "edition/lynn/lynn.xml"),
        ("restore", "edition/lynn/lynn.xml"),
        ("publish", "edition/lynn/lynn.xml"),
        ("queue", "lynn"),
    ],
    ids=lambda words: words[0],
)
def test_a_command_puts_back_what_a_killed_build_left_aside(built, words):
    """Between the two renames of a build there is no edition: whoever comes next puts it back."""
    before = {path.name: path.read_bytes() for path in (built / "edition" / "lynn").iterdir()}
    lost(built)
    done = emend(built, *words)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    edition = built / "edition" / "lynn"
    assert {path.name: path.read_bytes() for path in edition.iterdir()} == before


def test_publish_after_a_killed_build_drops_nothing(built):
    """The site keeps what the edition is still there for."""
    lost(built)
    assert emend(built, "publish").returncode == 0
    assert (built / "edition" / "site" / "lynn" / "index.html").is_file()


def test_a_build_killed_at_its_first_rename_changes_nothing(built):
    """The edition stands, and the next build is none the worse."""
    before = (built / "edition" / "lynn" / "lynn.xml").read_bytes()
    assert emend(built, "build", "--force", before=killed_at(1)).returncode == -9
    assert (built / "edition" / "lynn" / "lynn.xml").read_bytes() == before
    assert emend(built, "build").returncode == 0


def test_an_edition_that_is_gone_stays_on_the_site_and_is_reported(built):
    """Its text is there, so it was not meant to go."""
    shutil.rmtree(built / "edition" / "lynn")
    other = built / "edition" / "other"
    other.mkdir()
    shutil.copy(ROOT / "tests/publish/texts/ferry.xml", other / "other.xml")
    done = emend(built, "publish")
    assert "lynn: there is no edition of it now" in done.stderr
    assert (built / "edition" / "site" / "lynn" / "index.html").is_file()


def test_what_is_taken_off_the_site_is_reported(built):
    """A text that the project no longer has."""
    site = built / "edition" / "site"
    other = built / "edition" / "other"
    other.mkdir()
    shutil.move(built / "edition" / "lynn" / "lynn.xml", other / "other.xml")
    shutil.rmtree(built / "edition" / "lynn")
    shutil.rmtree(built / "raw" / "lynn")
    done = emend(built, "publish")
    assert "lynn: taken off the site" in done.stderr
    assert not (site / "lynn").exists()


def test_pages_of_a_version_that_was_given_up_are_not_called_current(built):
    """A publish of a new version is killed half-way, and the file is then what it was before."""
    tei = built / "edition" / "lynn" / "lynn.xml"
    page = built / "edition" / "site" / "lynn" / "index.html"
    before, shown = tei.read_bytes(), page.read_bytes()
    tei.write_bytes(before.replace(b"the inn is poor", b"the inn is rich"))
    at_the_checksums = """
    import os, pathlib, signal
    write = pathlib.Path.write_text
    def written(self, *given, **named):
        if self.name == "SHA256SUMS":
            os.kill(os.getpid(), signal.SIGKILL)
        return write(self, *given, **named)
    pathlib.Path.write_text = written
    """
    assert emend(built, "publish", before=at_the_checksums).returncode == -9
    assert page.read_bytes() != shown
    tei.write_bytes(before)
    river = built / "river.xml"
    shutil.copy(ROOT / "tests/publish/texts/ferry.xml", river)
    assert "run emend publish lynn" in emend(built, "publish", str(river)).stderr
    assert emend(built, "publish").returncode == 0
    assert page.read_bytes() == shown


def test_two_builds_at_once_both_succeed(project):
    """One waits while the other writes; the edition is whole."""
    program = "from pipeline.cli import main\nmain()\n"
    both = [
        subprocess.Popen(
            [sys.executable, "-c", program, "build"],
            cwd=project,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = [one.communicate(timeout=120) for one in both]
    assert [one.returncode for one in both] == [0, 0], said
    assert sorted(path.name for path in (project / "edition" / "lynn").iterdir()) == [
        "changes.jsonl",
        "lynn.xml",
        "queue.jsonl",
        "report.md",
    ]
    assert not list((project / "edition").glob(".*.new"))
    assert not list((project / "edition").glob(".*.old"))


def test_a_build_waits_for_one_that_is_writing(project):
    """With the lock held, a build that cannot wait says so and writes nothing."""
    from filelock import FileLock

    impatient = (
        "from pipeline import folders\n"
        "folders.locked.__wrapped__.__kwdefaults__['patience'] = 0.1\n"
    )
    (project / "edition").mkdir(exist_ok=True)
    with FileLock(project / "edition" / ".lynn.lock"):
        done = emend(project, "build", before=impatient)
    assert done.returncode == 2
    assert "Another emend is writing" in done.stderr
    assert not (project / "edition" / "lynn").exists()
    assert not list((project / "edition").glob(".*.new"))


def test_two_cannot_publish_to_one_site_at_once(built):
    """The second says so at once and changes nothing."""
    from filelock import FileLock

    from pipeline.errors import ProjectError
    from pipeline.publish import site

    lock = built / "edition" / "site" / STATE / "lock"
    with FileLock(lock), pytest.MonkeyPatch.context() as patch:
        patch.setattr(site, "PATIENCE", 0.1)
        with pytest.raises(ProjectError, match="Another emend is writing"):
            publish([built / "edition" / "lynn" / "lynn.xml"], built / "edition" / "site")


def test_a_record_that_is_half_written_is_not_believed(built):
    """Half a file in the site's own notes makes the edition be published again."""
    record = built / "edition" / "site" / STATE / "editions" / "lynn.json"
    whole = record.read_text("utf-8")
    for half in (whole[: len(whole) // 2], "[]", json.dumps({"digest": 3}), ""):
        record.write_text(half, "utf-8")
        done = emend(built, "publish")
        assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
        assert record.read_text("utf-8") == whole


def test_opening_a_project_recovers_it(built):
    """So that every command does."""
    lost(built)
    Project.open(built)
    assert (built / "edition" / "lynn" / "lynn.xml").is_file()


def test_a_folder_takes_its_name_when_its_files_are_on_the_disk(tmp_path, monkeypatch):
    """Else a power cut might leave the new name with empty files under it."""
    reached, fsync, rename = set(), os.fsync, Path.rename

    def watched(descriptor):
        reached.add(os.fstat(descriptor).st_ino)
        fsync(descriptor)

    def renamed(self, target):
        assert {path.stat().st_ino for path in self.iterdir()} <= reached
        return rename(self, target)

    monkeypatch.setattr(os, "fsync", watched)
    monkeypatch.setattr(Path, "rename", renamed)
    folders.replace(tmp_path / "lynn", {"lynn.xml": b"<TEI/>", "report.md": b"# Lynn"})
    assert (tmp_path / "lynn" / "report.md").read_bytes() == b"# Lynn"
