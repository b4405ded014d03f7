"""Compiled data that was damaged on the disk is compiled again."""

import os

import pytest

from pipeline.cache import compiled


@pytest.fixture
def made(tmp_path, monkeypatch):
    """Compile, and say how often it was done."""
    monkeypatch.setenv("EMEND_CACHE", str(tmp_path))
    times = []

    def build(folder):
        times.append(folder)
        (folder / "words").write_bytes(b"the town")
        (folder / "costs").write_bytes(b"12345678")

    return lambda: (compiled("en", b"all of it", build), len(times))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("words", b"the"),
        ("words", b""),
        ("words", b"thE town"),
        ("words", None),
        ("RECORD", b"8"),
        ("RECORD", b""),
        ("RECORD", None),
    ],
    ids=["cut", "empty", "altered", "gone", "record cut", "record empty", "record gone"],
)
def test_damaged_data_is_compiled_again(made, name, data):
    folder, _ = made()
    (folder / name).unlink()
    if data is not None:
        (folder / name).write_bytes(data)
        os.utime(folder / name, (1, 1))
    again, times = made()
    assert (again, times) == (folder, 2)
    assert (folder / "words").read_bytes() == b"the town"


@pytest.mark.parametrize("what", ["file", "link", "link to nothing"])
def test_what_is_in_the_place_of_a_folder_makes_way(made, tmp_path, what):
    folder, _ = made()
    folder.rename(tmp_path / "elsewhere")
    if what == "file":
        folder.write_text("the town", "utf-8")
    else:
        folder.symlink_to(tmp_path / ("elsewhere/words" if what == "link" else "nowhere"))
    assert made() == (folder, 2)
    assert (folder / "words").read_bytes() == b"the town"
    assert (tmp_path / "elsewhere/words").read_bytes() == b"the town"


def test_what_other_versions_compiled_goes_when_nobody_has_used_it_for_long(made, tmp_path):
    old, left, used = f"en-{'a' * 20}", "en.abcdefgh", f"en-{'b' * 20}"
    others = [f"en-near-{'a' * 20}", "en-gb", f"de-{'a' * 20}", "kept"]
    for name in (old, left, used, *others):
        (tmp_path / name).mkdir()
        (tmp_path / name / "words").write_bytes(b"the town")
        if name != used:
            os.utime(tmp_path / name, (1, 1))
    folder, _ = made()
    there = {path.name for path in tmp_path.iterdir() if not path.name.startswith(".")}
    assert there == {folder.name, used, *others}


def test_using_data_says_that_it_is_in_use(made):
    folder, _ = made()
    os.utime(folder, (1, 1))
    made()
    assert folder.stat().st_mtime > 1


def test_whole_data_is_not_compiled_again(made):
    """Even if it was copied, which changes the times of its files."""
    folder, _ = made()
    assert made()[1] == 1
    os.utime(folder / "words", (1, 1))
    assert made()[1] == 1
