"""A project of small texts, with a cache of its own."""

import os

import pytest

from pipeline.project import Project

META = """\
title = "The Harbour"
author = "unknown"
date = "1934"
publisher = "unknown"
place = "unknown"
language = "en"
kind = "pamphlet"
edited = "2026-01-01"
"""
TEXT = "THE HARBOUR\n\nTbe harbour lies below the town, and the gov-\nernment of it is old.\n"
LONG_AGO = 1_700_000_000


def aged(path):
    """Let a file look as if it had not just been written. Its inode's time of change is now."""
    os.utime(path, (LONG_AGO, LONG_AGO))


def add(root, name, text=TEXT):
    folder = root / "raw" / name
    folder.mkdir(parents=True)
    (folder / "source.txt").write_text(text, "utf-8")
    (folder / "meta.toml").write_text(META, "utf-8")


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    """What these tests keep is their own. Language data, which is dear to compile, is shared."""
    from pipeline import cache

    shared, own = cache.home(), tmp_path / "cache"
    own.mkdir()
    if shared.is_dir():
        for path in shared.iterdir():
            if path.is_dir() and path.name != "kept":
                (own / path.name).symlink_to(path)
    monkeypatch.setenv("EMEND_CACHE", str(own))
    return own


@pytest.fixture
def project(tmp_path):
    root = tmp_path / "project"
    for name in ("alder", "birch", "cedar"):
        add(root, name, f"{TEXT}\nThe {name} stands by the water.\n")
    return Project(root)


def contents(project):
    """Every file of every edition."""
    return {
        str(path.relative_to(project.root)): path.read_bytes()
        for path in sorted((project.root / "edition").glob("*/*"))
    }
