"""Killed, or refused by the disk, at every step: the old or the new, whole; and nothing silent."""

import json
import os
import subprocess
import sys
from functools import cache

import pytest
from builds.conftest import META, TEXT
from paths import ROOT

from pipeline.builds import many
from pipeline.project import Project
from pipeline.publish import publish


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A project whose text has changed since it was built and published."""
    folder = tmp_path_factory.mktemp("faults")
    root = folder / "project"
    text = root / "raw/text"
    text.mkdir(parents=True)
    (text / "meta.toml").write_text(META, "utf-8")
    (text / "source.txt").write_text(TEXT, "utf-8")
    project = Project(root)
    assert [one.fault for one in many.build(project, ["text"], jobs=1)] == [""]
    publish([root / "edition/text/text.xml"], root / "edition/site", jobs=1)
    old = {path.name: path.read_bytes() for path in (root / "edition/text").iterdir()}
    (text / "source.txt").write_text(TEXT + "\nIt is steep.\n", "utf-8")
    assert [one.fault for one in many.build(project, ["text"], jobs=1)] == [""]
    new = (root / "edition/text/text.xml").read_bytes()
    for name, data in old.items():
        (root / "edition/text" / name).write_bytes(data)
    return root, new


@pytest.fixture(scope="module")
def ran(place, tmp_path_factory):
    """What a command leaves with a fault at each of its steps; each is run once."""
    root, new = place

    @cache
    def run(command, fault):
        import shutil

        copy = tmp_path_factory.mktemp(f"{command}-{fault}") / "project"
        shutil.copytree(root, copy)
        if command == "publish":
            (copy / "edition/text/text.xml").write_bytes(new)
        done = subprocess.run(
            [sys.executable, str(ROOT / "tests/faults/inject.py"), command, fault, str(copy)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


FAULTS = ("kill", "disk")


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("command", ["build", "decide"])
def test_the_old_or_the_new_and_never_between(ran, command, fault):
    found = ran(command, fault)
    assert found["before"] != found["after"]
    assert len(found["runs"]) >= 3
    for run in found["runs"]:
        left = dict(run["left"])
        if command == "decide":
            old = run["left"].get("decisions.jsonl", "") in {"", None}
            assert old or len(left["decisions.jsonl"].splitlines()) == 1, run["n"]
            if not old:
                json.loads(left["decisions.jsonl"])
        else:
            assert left in (found["before"], found["after"]), run["n"]
            assert run["finally"] == found["after"], run["n"]


@pytest.mark.parametrize("command", ["build", "decide", "publish"])
def test_a_fault_is_reported_or_did_no_harm(ran, command):
    found = ran(command, "disk")
    for run in found["runs"]:
        _, said = run["told"]
        reported = any(one for one in said)
        whole = run["left"].keys() == found["after"].keys()
        assert reported or whole, run["n"]


@pytest.mark.parametrize("fault", FAULTS)
def test_publishing_again_mends_what_a_fault_left(ran, fault):
    found = ran("publish", fault)
    for run in found["runs"]:
        assert run["finally"] == found["after"], run["n"]
        assert not any(run["again"]), run["n"]


def test_a_fault_is_really_made(ran):
    runs = ran("build", "kill")["runs"]
    assert {run["code"] for run in runs} == {-9}
    assert any(run["left"] == ran("build", "kill")["before"] for run in runs)
