"""What changes in raw/ is named; what emend itself writes there is not."""

import threading

import pytest

from pipeline.builds.watch import changes

pytest.importorskip("watchfiles", reason="emend[watch] is not installed")


def first(project, change):
    """The texts named after a change, which is made again until it is noticed."""
    stop, found = threading.Event(), []

    def look():
        for names in changes(project, stop):
            found.append(names)
            stop.set()

    looking = threading.Thread(target=look)
    looking.start()
    for n in range(600):
        change(n)
        looking.join(0.1)
        if not looking.is_alive():
            break
    stop.set()
    looking.join()
    return found[0]


def test_a_changed_text_is_named(project):
    source = project.root / "raw/birch/source.txt"
    assert first(project, lambda n: source.write_text(f"The {n}th.\n", "utf-8")) == ("birch",)


def test_decisions_of_the_project_concern_every_text(project):
    path = project.shared_decisions
    assert first(project, lambda n: path.write_text("\n" * n, "utf-8")) == project.texts


def test_hidden_files_and_strangers_are_passed_over(project):
    def change(n):
        (project.root / "raw/birch/.decisions.jsonl.lock").write_text(str(n), "utf-8")
        (project.root / "raw/notes.txt").write_text(str(n), "utf-8")
        if n > 5:
            (project.root / "raw/cedar/lexicon.txt").write_text(str(n), "utf-8")

    assert first(project, change) == ("cedar",)
