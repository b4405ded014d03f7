"""The decisions file: nothing that was acknowledged is lost, nothing that is no decision is read as
one.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import DecisionError
from pipeline.review.decide.decisions import (
    LONGEST_CONTEXT,
    Decision,
    append,
    decision_from,
    place,
    read,
    standing,
)

TBE = Decision("accept", 4, 7, "tbe", "the", who="ada")

texts = st.text(max_size=20) | st.text('\udc80\udcff\u2028\u2029\x00\x0c\r\n"\\', max_size=4)


@st.composite
def decisions(draw):
    verdict = draw(st.sampled_from(["accept", "refuse", "reading", "undo"]))
    quote = draw(texts.filter(bool))
    start = draw(st.integers(0, 10**7))
    undoes = draw(st.text("0123456789abcdef", min_size=1, max_size=12)) if verdict == "undo" else ""
    return Decision(
        verdict, start, start + len(quote), quote, draw(texts),
        kind=draw(st.sampled_from(["ocr", "print"])), prefix=draw(texts), suffix=draw(texts),
        who=draw(texts), note=draw(texts), undoes=undoes, seen=draw(st.integers(1, 99)),
    )  # fmt: skip


@given(one=decisions())
def test_a_line_of_json_gives_the_decision_back(one):
    line = one.to_json()
    assert "\n" not in line
    assert decision_from(json.loads(line.encode()), "here") == one


@settings(max_examples=25)
@given(many=st.lists(decisions(), max_size=6))
def test_what_is_appended_is_read_in_order(tmp_path_factory, many):
    path = tmp_path_factory.mktemp("log") / "decisions.jsonl"
    for one in many:
        append(path, [one])
    log = read(path)
    assert [replace(one, id="", when="") for one in log.decisions] == many
    assert log.version == (path.stat().st_size if many else 0)
    assert log.since(log.version) == ()


def test_since_tells_what_others_added(tmp_path):
    path = tmp_path / "decisions.jsonl"
    append(path, [TBE])
    log = read(path)
    (later,) = append(path, [replace(TBE, verdict="refuse")])
    assert read(path).since(log.version) == (later,)


@given(decisions(), st.data())
def test_a_line_cut_short_by_a_killed_process_is_reported_and_kept(tmp_path_factory, half, data):
    path = tmp_path_factory.mktemp("torn") / "decisions.jsonl"
    append(path, [TBE])
    whole = path.read_bytes()
    line = replace(half, id="a" * 12).to_json().encode()
    cut = data.draw(st.integers(1, len(line) - 1))
    path.write_bytes(whole + line[:cut])
    log = read(path)
    assert len(log.decisions) == 1
    assert [fragment.line for fragment in log.fragments] == [2]
    append(path, [replace(TBE, verdict="refuse")])
    log = read(path)
    assert [one.verdict for one in log.decisions] == ["accept", "refuse"]
    assert log.fragments[0].text == line[:cut].decode(errors="replace")
    assert path.read_bytes().startswith(whole + line[:cut])


@pytest.mark.parametrize("base", ["", "||||||| 1234567\n"])
def test_of_a_conflict_that_git_left_both_sides_count(tmp_path, base):
    path = tmp_path / "decisions.jsonl"
    ours, theirs = replace(TBE, id="a"), replace(TBE, id="b", verdict="refuse")
    path.write_text(
        f"<<<<<<< HEAD\n{ours.to_json()}\n{base}=======\n{theirs.to_json()}\n>>>>>>> branch\n"
    )
    log = read(path)
    assert log.decisions == (ours, theirs)
    (said,) = log.remarks("decisions.jsonl")
    assert "git’s conflict markers" in said
    assert "lines 1, 3" in said


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"id": "a" "verdict": "accept"}', "line 2, column 12: not valid JSON"),
        ('"verdict": "accept"}', "line 2"),
        ("accept tbe the", "line 2, column 1"),
        ("// decided with Ben", "line 2"),
        ('{“id”: "a"}', "line 2, column 2"),
        ("[" * 100_000, "line 2"),
    ],
)
def test_a_slip_of_the_pen_is_told_and_no_decision_silently_lost(tmp_path, line, says):
    path = tmp_path / "decisions.jsonl"
    path.write_text(f"{TBE.to_json()}\n{line}\n{TBE.to_json()}\n")
    with pytest.raises(DecisionError, match=says):
        read(path)


def test_an_editor_on_windows_puts_a_mark_before_the_first_line(tmp_path):
    path = tmp_path / "decisions.jsonl"
    path.write_text(f"{TBE.to_json()}\r\n{TBE.to_json()}\r\n", encoding="utf-8-sig")
    assert len(read(path).decisions) == 2


FULL = """
import resource, sys
from dataclasses import replace
from pathlib import Path
sys.path[:0] = [{root!r}, {here!r}]
from pipeline.errors import DecisionError
from pipeline.review.decide.decisions import append
from test_decisions import TBE
path = Path({path!r})
append(path, [TBE])
resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 700, resource.RLIM_INFINITY))
try:
    append(path, [replace(TBE, note=str(n)) for n in range(20)])
except DecisionError as error:
    print(error)
"""


@pytest.mark.skipif(os.name != "posix", reason="limits of a process are a thing of POSIX")
def test_a_disk_that_is_full_takes_all_or_nothing(tmp_path, root):
    """A part of what was to be written fits; it is taken back, for the editor hears that nothing
    was decided.
    """
    path = tmp_path / "decisions.jsonl"
    code = FULL.format(root=str(root), here=str(Path(__file__).parent), path=str(path))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "No decision was recorded" in done.stdout
    assert len(read(path).decisions) == 1
    assert read(path).fragments == ()


def test_a_whole_line_that_lacks_only_its_line_feed_is_read(tmp_path):
    path = tmp_path / "decisions.jsonl"
    path.write_text(TBE.to_json())
    append(path, [replace(TBE, verdict="refuse")])
    assert [one.verdict for one in read(path).decisions] == ["accept", "refuse"]


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({"colour": "red"}, "colour"),
        ({"verdict": "perhaps"}, "verdict"),
        ({"start": "4"}, "whole number"),
        ({"start": True}, "whole number"),
        ({"after": 3}, "text"),
        ({"end": 9}, "as long as"),
        ({"start": -3, "end": 0}, "as long as"),
        ({"verdict": "undo"}, "undoes"),
        ({"verdict": "page", "after": "read"}, "reviewed"),
        ({"verdict": "reading", "quote": "!!!", "scope": "text"}, "not a word"),
        ({"quote": "", "end": 4}, "at least one character"),
    ],
)
def test_what_is_no_decision_is_refused_with_a_sentence_that_names_the_line(tmp_path, entry, says):
    path = tmp_path / "decisions.jsonl"
    path.write_text(json.dumps(json.loads(TBE.to_json()) | entry) + "\n")
    with pytest.raises(DecisionError, match=says) as error:
        read(path)
    assert "decisions.jsonl, line 1" in str(error.value)


@pytest.mark.parametrize("line", ["[1]", "3", '"accept"', "null"])
def test_json_that_is_no_object_is_refused(tmp_path, line):
    (tmp_path / "decisions.jsonl").write_text(line + "\n")
    with pytest.raises(DecisionError, match="JSON object"):
        read(tmp_path / "decisions.jsonl")


def test_a_folder_that_is_not_there_is_told_in_a_sentence(tmp_path):
    with pytest.raises(DecisionError, match="cannot be written"):
        append(tmp_path / "nowhere" / "decisions.jsonl", [TBE])


def _write(path: Path, who: str) -> None:
    for _ in range(20):
        append(path, [replace(TBE, who=who)])


def test_what_is_acknowledged_has_reached_the_disk(tmp_path, monkeypatch):
    """The lines themselves and, for a new file, its name in the folder."""
    reached, fsync = [], os.fsync

    def watched(descriptor: int) -> None:
        reached.append((os.fstat(descriptor).st_ino, os.fstat(descriptor).st_size))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    path = tmp_path / "decisions.jsonl"
    append(path, [TBE])
    assert (path.stat().st_ino, path.stat().st_size) in reached
    assert os.name != "posix" or tmp_path.stat().st_ino in {inode for inode, _ in reached}
    append(path, [TBE])
    assert (path.stat().st_ino, path.stat().st_size) in reached


def test_a_file_that_another_process_holds_is_not_written(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.review.decide.decisions._PATIENCE", 0.05)
    path = tmp_path / "decisions.jsonl"
    with (
        FileLock(tmp_path / ".decisions.jsonl.lock"),
        pytest.raises(DecisionError, match="Another process has locked"),
    ):
        append(path, [TBE])
    assert not path.exists()
    append(path, [TBE])
    assert len(read(path).decisions) == 1


def test_two_processes_lose_nothing_of_one_another(tmp_path):
    path = tmp_path / "decisions.jsonl"
    start = multiprocessing.get_context("spawn")
    people = [start.Process(target=_write, args=(path, who)) for who in ("ada", "ben")]
    for one in people:
        one.start()
    for one in people:
        one.join()
    log = read(path)
    assert sorted(one.who for one in log.decisions) == ["ada"] * 20 + ["ben"] * 20
    assert len({one.id for one in log.decisions}) == 40
    assert log.fragments == ()


def test_undoing_takes_back_and_undoing_the_undo_restores():
    first = replace(TBE, id="a")
    undo = replace(TBE, verdict="undo", undoes="a", id="b")
    again = replace(TBE, verdict="undo", undoes="b", id="c")
    assert standing([first]) == (first,)
    assert standing([first, undo]) == ()
    assert standing([first, undo, again]) == (first,)


def test_a_decision_may_replace_another():
    first = replace(TBE, id="a")
    second = replace(TBE, verdict="refuse", undoes="a", id="b")
    assert standing([first, second]) == (second,)


def test_a_place_takes_as_much_around_it_as_makes_it_unique():
    line = "and the sea was still and the sky was still; "
    raw = line * 2 + "then tbe wind. " + line * 2
    assert len(place(raw, raw.index("tbe"), raw.index("tbe") + 3)["prefix"]) == 32
    repeated = "x" * 40 + "tbe" + "y" * 40
    told = place(repeated + "1" + repeated + "2", 40, 43)
    assert repeated.count("tbe") == 1
    assert 40 < len(told["suffix"]) <= LONGEST_CONTEXT


def test_a_merge_that_brings_a_line_twice_counts_it_once(tmp_path):
    path = tmp_path / "decisions.jsonl"
    path.write_text((replace(TBE, id="a").to_json() + "\n") * 2)
    assert len(read(path).decisions) == 1
