"""Many processes: the same editions, none lost with a process, none left behind."""

import os
import signal
import subprocess
import sys
import time

import pytest
from builds.conftest import add, contents
from forked import emend
from paths import ROOT

from pipeline.builds import many
from pipeline.builds.processes import spread


def no(_item):
    return None


def lost(item):
    return f"lost {item}"


def marked(item):
    """A task that kills its own process for some items."""
    if item in {2, 5}:
        os.kill(os.getpid(), signal.SIGKILL)
    return f"done {item}"


def refusing(item):
    if item == 3:
        raise ValueError(item)
    return item


def test_the_processes_give_what_one_process_gives(project):
    alone = sorted(many.build(project, project.texts, jobs=1), key=lambda one: one.id)
    before = contents(project)
    many_at_once = many.build(project, project.texts, jobs=3, force=True)
    assert sorted(many_at_once, key=lambda one: one.id) == alone
    assert contents(project) == before


def test_a_killed_process_loses_only_the_item_that_kills_it():
    """As the kernel does when memory runs out."""
    results = sorted(spread(marked, range(8), no, lost, 2))
    assert results == sorted(
        f"lost {item}" if item in {2, 5} else f"done {item}" for item in range(8)
    )


def test_an_error_of_the_task_is_raised_here():
    with pytest.raises(ValueError, match="3"):
        list(spread(refusing, range(6), no, lost, 2))


def test_items_are_taken_as_they_are_needed():
    """However many there are, few are in flight."""
    taken = 0

    def endless():
        nonlocal taken
        while True:
            taken += 1
            yield taken

    results = spread(str, endless(), no, lost, 2)
    assert next(results)
    results.close()
    assert taken <= 6


def test_a_text_that_fails_is_named_and_the_others_are_built(project):
    (project.root / "raw/birch/meta.toml").write_text("title = 3\n", "utf-8")
    done = emend(project.root, "build", "--jobs", "2")
    assert done.returncode == 1
    assert "birch: " in done.stderr
    assert "title" in done.stderr
    assert sorted(path.name for path in (project.root / "edition").glob("[a-z]*")) == [
        "alder",
        "cedar",
    ]


def test_fail_fast_stops_at_the_first(project):
    (project.root / "raw/alder/meta.toml").write_text("title = 3\n", "utf-8")
    done = emend(project.root, "build", "--jobs", "1", "--fail-fast")
    assert done.returncode == 1
    assert not list((project.root / "edition").glob("[a-z]*"))


def program():
    return [sys.executable, "-c", "from pipeline.cli import main\nmain()\n"]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "kill -9"])
def test_stopped_in_the_middle_a_new_run_goes_on(project, how):
    """Nothing is left half-written, no process goes on, and what was built is not built again."""
    for n in range(12):
        add(project.root, f"text-{n:02}", f"THE SEA\n\nTbe sea is {n} miles wide.\n" * 40)
    running = subprocess.Popen(
        [*program(), "build", "--jobs", "2"],
        cwd=project.root,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    running.stdout.readline()  # one is built
    if how is signal.SIGINT:
        os.killpg(running.pid, how)  # as the terminal does
    else:
        running.send_signal(how)
    _, said = running.communicate(timeout=300)
    assert running.returncode == (130 if how is signal.SIGINT else -9), said
    assert "Traceback" not in said
    for _ in range(600):  # the processes notice, each within a moment
        if not alive(running.pid):
            break
        time.sleep(0.1)
    assert not alive(running.pid)
    for folder in (project.root / "edition").glob("[a-z]*"):
        assert len(list(folder.iterdir())) == 4, folder
    again = emend(project.root, "build", "--jobs", "2")
    assert again.returncode == 0, again.stderr
    assert "15 " not in again.stdout.splitlines()[-1]  # what was built is not built again
    assert len(list((project.root / "edition").glob("[a-z]*"))) == 15
    assert emend(project.root, "build").stdout == "0 editions built, 15 unchanged.\n"


def alive(session):
    """Whether a process of this session still runs."""
    listed = subprocess.run(
        ["ps", "-e", "-o", "sess=,stat="], capture_output=True, text=True, check=True
    ).stdout
    return any(
        int(row.split()[0]) == session and not row.split()[1].startswith("Z")
        for row in listed.splitlines()
    )


def test_the_index_is_safe_under_two_builds_at_once(project):
    both = [
        subprocess.Popen(
            [*program(), "build", "--jobs", "2"],
            cwd=project.root,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = [one.communicate(timeout=300) for one in both]
    assert [one.returncode for one in both] == [0, 0], said
    assert emend(project.root, "build").stdout == "0 editions built, 3 unchanged.\n"


def test_a_package_is_in_the_version_or_cannot_alter_an_edition():
    """Add a new dependency to LIBRARIES in version.py, or here if no edition depends on it."""
    import re
    import tomllib

    from pipeline.version import LIBRARIES

    without = set("filelock jinja2 platformdirs rich typer starlette uvicorn".split())
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = told["optional-dependencies"]
    needs = [
        *told["dependencies"],
        *(extras["ocr"]),
        *extras["documents"],
        *extras["review"],
        *extras["neural"],
    ]
    names = {re.match(r"[\w-]+", need).group().lower() for need in needs}
    assert names - without == set(LIBRARIES)


def modules(path):
    """The modules that a file imports, anywhere in it."""
    import ast

    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names)


def test_no_edition_is_made_with_what_the_version_leaves_out():
    """Nothing that builds editions imports it, not even where it is first needed."""
    from pipeline.version import BESIDE

    waiting, met = ["pipeline.builds.one", "pipeline.builds.remote", "pipeline.builds.many"], set()
    while waiting:
        parts = waiting.pop().split(".")
        whole = ROOT.joinpath(*parts)
        for path in (whole.with_suffix(".py"), whole / "__init__.py"):
            if path.is_file() and path not in met:
                met.add(path)
                waiting += (name for name in modules(path) if name.startswith("pipeline"))
    names = {path.relative_to(ROOT / "pipeline").as_posix() for path in met}
    assert {"edition.py", "stages/spelling.py", "tei/body.py"} <= names
    assert not [name for name in names if name.startswith(BESIDE)]
