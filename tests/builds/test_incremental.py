"""A build does what has changed, all of it, and nothing else."""

import os

import pytest
from builds.conftest import META, TEXT, contents
from typer.testing import CliRunner

from pipeline import edition, kept, prepared
from pipeline.builds import many
from pipeline.cli import app
from pipeline.digests import Digests, digest
from pipeline.memory import to_json
from pipeline.review.decide.decisions import Decision, place
from pipeline.table import Table


def built(project, **how):
    """Build, and give the texts that were not left alone."""
    outcomes = list(many.build(project, project.texts, jobs=1, **how))
    assert [one.fault for one in outcomes] == [""] * len(outcomes)
    return [one.id for one in outcomes if not one.unchanged]


@pytest.fixture
def done(project):
    assert built(project) == ["alder", "birch", "cedar"]
    return project


def test_nothing_changed_nothing_built(done):
    before = contents(done)
    assert built(done) == []
    assert contents(done) == before


def test_force_builds_everything(done):
    assert built(done, force=True) == ["alder", "birch", "cedar"]


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("raw/birch/source.txt", TEXT + "\nOne more line.\n"),
        ("raw/birch/source.txt", TEXT.replace("old", "odd")),  # of the same length
        ("raw/birch/meta.toml", META.replace("1934", "1935")),
        ("raw/birch/lexicon.txt", "Tbe\n"),
        ("raw/birch/witness.txt", TEXT.replace("Tbe", "The")),
        ("raw/birch/decisions.jsonl", ""),
        ("edition/birch/birch.xml", "<TEI/>"),
        ("edition/birch/queue.jsonl", "{}\n"),
        ("edition/birch/notes.txt", "a stray file"),
    ],
)
def test_a_changed_file_is_noticed(done, file, content):
    before = contents(done)
    (done.root / file).write_text(content, "utf-8")
    assert built(done) == ["birch"]
    if file.startswith("edition/"):
        assert contents(done) == before


def test_a_file_of_an_edition_that_is_gone_is_made_again(done):
    before = contents(done)
    (done.root / "edition" / "cedar" / "report.md").unlink()
    assert built(done) == ["cedar"]
    assert contents(done) == before


def test_an_edition_whose_text_was_renamed_is_named(done):
    """It is published beside the new one, until somebody deletes it."""
    assert done.without_source == ()
    (done.root / "raw/birch").rename(done.root / "raw/elm")
    (done.root / "edition/site").mkdir()
    assert done.without_source == ("birch",)
    said = CliRunner().invoke(app, ["build", "--project", str(done.root)])
    assert said.exit_code == 0
    assert "1 edition without a text in raw/, still published: birch." in said.stderr
    assert (done.edition("birch") / "birch.xml").is_file()


def test_decisions_for_the_whole_project_concern_every_text(done):
    (done.root / "raw" / "decisions.jsonl").write_text("", "utf-8")
    assert built(done) == ["alder", "birch", "cedar"]


def test_what_the_texts_show_together_concerns_every_text_and_is_named_in_each(done):
    remembered = prepared.remember(done, lambda _done, _of: None)
    assert remembered["en"].texts == len(done.texts)
    done.memory.write_text(to_json(remembered), "utf-8")
    assert built(done) == ["alder", "birch", "cedar"]
    assert built(done) == []
    written = (done.root / "edition" / "birch" / "birch.xml").read_text("utf-8")
    assert f"raw/memory.json, SHA-256 {remembered['en'].sha256}" in " ".join(written.split())
    # what was remembered does not depend on what had been
    assert prepared.remember(done, lambda _done, _of: None) == remembered


def test_a_damaged_memory_is_named(done):
    done.memory.write_text('{"en": 3}', "utf-8")
    outcomes = many.build(done, ["birch"], jobs=1)
    assert [one.fault for one in outcomes] == [
        "raw/memory.json is damaged: run emend remember, or delete the file."
    ]


def test_what_was_built_before_is_known_again(done):
    """Back to an earlier source and an earlier edition, as `git checkout` does."""
    source, target = done.root / "raw/alder/source.txt", done.root / "edition/alder"
    old, files = source.read_text("utf-8"), {p: p.read_bytes() for p in target.iterdir()}
    source.write_text(old + "\nMore.\n", "utf-8")
    assert built(done) == ["alder"]
    source.write_text(old, "utf-8")
    for path, data in files.items():
        path.write_bytes(data)
    assert built(done) == []


def test_another_version_of_the_code_builds_everything(done, monkeypatch):
    monkeypatch.setattr("pipeline.inputs.version", lambda: "another")
    assert built(done) == ["alder", "birch", "cedar"]


def test_the_index_gone_or_damaged_costs_time_only(done, own_cache):
    before = contents(done)
    for name in ("built.sqlite", "digests.sqlite"):
        for path in own_cache.glob(name + "*"):
            path.write_bytes(b"no table at all" * 500)
    assert built(done) == ["alder", "birch", "cedar"]
    assert contents(done) == before
    built(done)
    assert built(done) == []


def test_what_the_stages_made_is_used_again_and_is_the_same(done, monkeypatch):
    fresh = prepared.document(done, "alder", ())
    monkeypatch.setattr("pipeline.flow.staged", None)  # calling it would fail
    assert prepared.document(done, "alder", ()) == fresh
    assert edition.build(done, "alder")[0].ledger == fresh.ledger
    # A review does not wait for the stages because a decision has taught something; a build does.
    taught = [Decision("accept", after="zzy", scope="text", **place("zzx.", 0, 3))]
    assert prepared.document(done, "alder", taught, at_once=True) == fresh
    with pytest.raises(TypeError):
        prepared.document(done, "alder", taught)


def test_a_damaged_document_is_made_again(done, own_cache):
    fresh = prepared.document(done, "alder", ())
    for path in (own_cache / "kept").glob("*/*.kept"):
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(bytes(data))
    assert prepared.document(done, "alder", ()) == fresh


@pytest.mark.usefixtures("done")
def test_the_kept_documents_are_bounded_the_oldest_go_first(own_cache, monkeypatch):
    paths = sorted((own_cache / "kept").glob("*/*.kept"))
    for n, path in enumerate(paths):
        os.utime(path, (n, n))
    monkeypatch.setenv("EMEND_KEPT", str(sum(p.stat().st_size for p in paths) - 1))
    kept.prune()
    assert [path.exists() for path in paths] == [False, True, True]


def test_a_read_only_cache_costs_time_only(project, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr("pipeline.cache.home", lambda: tmp_path / "file" / "cache")
    assert prepared.document(project, "alder", ()).text


def test_a_source_replaced_while_it_is_read_is_read_again(project, monkeypatch):
    """The edition is of the old or the new source, never of both."""
    source, read = project.root / "raw/alder/source.txt", prepared.read_source

    def replaced(text):
        found = read(text)
        monkeypatch.setattr(prepared, "read_source", read)
        source.write_text("Something else.\n", "utf-8")
        return found

    monkeypatch.setattr(prepared, "read_source", replaced)
    assert prepared.document(project, "alder", ()).raw == "Something else.\n"


def test_a_source_that_never_stands_still_is_a_fault(project, monkeypatch):
    source, read = project.root / "raw/alder/source.txt", prepared.read_source

    def replaced(text):
        found = read(text)
        source.write_text(source.read_text("utf-8") + "More.\n", "utf-8")
        return found

    monkeypatch.setattr(prepared, "read_source", replaced)
    outcomes = {one.id: one.fault for one in many.build(project, project.texts, jobs=1)}
    assert "were replaced while emend was reading" in outcomes["alder"]
    assert outcomes["birch"] == outcomes["cedar"] == ""
    assert not project.edition("alder").exists()


def test_a_decision_taken_during_a_build_is_not_forgotten(project, monkeypatch):
    files = edition.files

    def decided(name, *given):
        (project.root / "raw" / name / "decisions.jsonl").write_text("", "utf-8")
        return files(name, *given)

    monkeypatch.setattr(edition, "files", decided)
    built(project)
    monkeypatch.setattr(edition, "files", files)
    assert built(project) == ["alder", "birch", "cedar"]


class TestDigests:
    def test_a_file_just_changed_is_read_again_though_it_looks_the_same(
        self, tmp_path, monkeypatch
    ):
        """Two writes in one tick of the clock leave the same size and times."""
        monkeypatch.setattr("pipeline.digests._state", lambda _stat: "the same")
        digests, path = Digests(tmp_path), tmp_path / "file"
        for content in (b"one", b"two"):
            path.write_bytes(content)
            assert digests.of(path) == digest(content)

    def test_a_file_at_rest_is_not_read_again(self, tmp_path, monkeypatch):
        digests, path = Digests(tmp_path), tmp_path / "file"
        path.write_bytes(b"one")
        monkeypatch.setattr("pipeline.digests._RACY", -(10**12))
        first = digests.of(path)
        monkeypatch.setattr("hashlib.file_digest", None)
        assert digests.of(path) == first == Digests(tmp_path).of(path)

    def test_a_clock_set_back_costs_time_only(self, tmp_path, monkeypatch):
        """The file seems to be of the future: its digest is not relied on."""
        digests, path = Digests(tmp_path), tmp_path / "file"
        path.write_bytes(b"one")
        monkeypatch.setattr("time.time_ns", lambda: 10**18)
        digests.of(path)
        monkeypatch.undo()
        monkeypatch.setattr("pipeline.digests._state", lambda _stat: "the same")
        path.write_bytes(b"two")
        assert digests.of(path) == digest(b"two")

    def test_links_are_followed_but_not_round(self, tmp_path):
        digests, folder = Digests(tmp_path), tmp_path / "folder"
        (folder / "inner").mkdir(parents=True)
        (folder / "inner" / "up").symlink_to(folder)
        (tmp_path / "target").write_bytes(b"one")
        (folder / "link").symlink_to(tmp_path / "target")
        before = digests.of_folder(folder)
        (tmp_path / "target").write_bytes(b"two")
        assert digests.of_folder(folder) != before


class TestTable:
    def test_a_damaged_value_reads_as_absent(self, tmp_path):
        import sqlite3

        table = Table(tmp_path / "t")
        table.put("a", "1")
        table.put("b", "2")
        table.close()
        with sqlite3.connect(tmp_path / "t") as file:
            file.execute("UPDATE entries SET value = replace(value, ' 1', ' 7')")
        file.close()
        assert (table.get("a"), table.get("b")) == (None, "2")

    def test_it_is_bounded(self, tmp_path):
        table = Table(tmp_path / "t", bound=2)
        for key in "abc":
            table.put(key, key)
        table.prune()
        assert [table.get(key) for key in "abc"] == [None, "b", "c"]
