"""All editions as one data set: what is in it, that it adds up, that it is the same each time."""

import csv
import hashlib
import io
import json
import zipfile

import pytest

from pipeline.publish.corpus import corpus, member
from pipeline.publish.settings import Settings

SITE = Settings(
    title="Harbour & Quay",
    editors=("Marsh, Eliza", "Quay Society"),
    licence_url="https://creativecommons.org/licenses/by/4.0/",
)


@pytest.fixture(scope="module")
def members(ferry, river):
    return [member(path.stem, path.read_bytes()) for path in (ferry, river)]


@pytest.fixture(scope="module")
def files(members):
    with zipfile.ZipFile(io.BytesIO(corpus(members, SITE, name="quay"))) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def test_everything_is_there_and_the_checksums_hold(files, ferry):
    """TEI as it is, text, tables, datasheet, metadata."""
    sums = files.pop("quay/SHA256SUMS").decode().splitlines()
    assert sorted(line.split("  ")[1] for line in sums) == sorted(
        name.removeprefix("quay/") for name in files
    )
    for line in sums:
        digest, name = line.split("  ")
        assert hashlib.sha256(files[f"quay/{name}"]).hexdigest() == digest
    assert files["quay/tei/ferry.xml"] == ferry.read_bytes()
    assert "Reeds" in files["quay/text/river.txt"].decode()


def test_the_ledger_has_every_change(files, members):
    """Applied and pending, with commas and quotation marks as they are."""
    rows = list(csv.DictReader(io.StringIO(files["quay/changes.csv"].decode(), newline="")))
    entries = [entry for one in members for entry in one.edition.entries]
    assert [row["before"] for row in rows] == [entry.before for entry in entries]
    assert [row["after"] for row in rows] == [entry.after for entry in entries]
    assert {row["status"] for row in rows} == {"applied", "pending"}
    listed = list(csv.DictReader(io.StringIO(files["quay/editions.csv"].decode(), newline="")))
    assert [row["id"] for row in listed] == ["ferry", "river"]
    assert int(listed[0]["changes_applied"]) == members[0].edition.made


def test_the_metadata_names_makers_and_licence(files):
    """Nothing is escaped as in HTML."""
    zenodo = json.loads(files["quay/.zenodo.json"])
    assert zenodo["title"] == "Harbour & Quay"
    assert zenodo["license"] == "cc-by-4.0"
    assert [one["name"] for one in zenodo["creators"]] == ["Marsh, Eliza", "Quay Society"]
    cited = files["quay/CITATION.cff"].decode()
    assert 'title: "Harbour & Quay"' in cited
    assert '  - family-names: "Marsh"\n    given-names: "Eliza"' in cited
    assert "# Harbour & Quay\n" in files["quay/README.md"].decode()


def test_the_same_editions_give_the_same_bytes(members):
    """And another edition another version."""
    assert corpus(members, SITE) == corpus(members, SITE)
    one = zipfile.ZipFile(io.BytesIO(corpus(members[:1], SITE))).read("corpus/CITATION.cff")
    both = zipfile.ZipFile(io.BytesIO(corpus(members, SITE))).read("corpus/CITATION.cff")
    assert one != both


def test_parquet_has_the_same_rows(members):
    """With the confidence as a number."""
    parquet = pytest.importorskip("pyarrow.parquet")
    data = corpus(members, SITE, parquet=True)
    packed = zipfile.ZipFile(io.BytesIO(data))
    table = parquet.read_table(io.BytesIO(packed.read("corpus/changes.parquet"))).to_pylist()
    rows = csv.DictReader(io.StringIO(packed.read("corpus/changes.csv").decode(), newline=""))
    assert [row["after"] for row in table] == [row["after"] for row in rows]
    assert any(isinstance(row["confidence"], float) for row in table)
