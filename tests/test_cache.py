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
    ],
    ids=["cut", "empty", "altered", "gone", "record cut", "record empty"],
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


def test_whole_data_is_not_compiled_again(made):
    """Even if it was copied, which changes the times of its files."""
    folder, _ = made()
    assert made()[1] == 1
    os.utime(folder / "words", (1, 1))
    assert made()[1] == 1
