"""A real Dask scheduler with two workers, and a real S3 server: nothing lost, nothing twice."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest
from builds.conftest import META, TEXT, add, contents
from paths import ROOT

from pipeline.builds import many
from pipeline.builds.remote import Remote, unpacked
from pipeline.errors import EmendError

distributed = pytest.importorskip("distributed", reason="emend[cluster] is not installed")
TEXTS = 8


def process(*words):
    return subprocess.Popen(
        [sys.executable, "-m", *words],
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def killed(running):
    if running.poll() is None:
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()


@pytest.fixture
def cluster(tmp_path):
    """The client of a scheduler, and its two workers: real processes, no nannies."""
    from pipeline.builds.cluster import connect

    told = tmp_path / "scheduler.json"
    scheduler = process(
        "distributed.cli.dask_scheduler", "--port", "0", "--no-dashboard",
        "--scheduler-file", str(told),
    )  # fmt: skip
    workers = [
        process(
            "distributed.cli.dask_worker", "--scheduler-file", str(told), "--nthreads", "1",
            "--no-nanny", "--no-dashboard", "--local-directory", str(tmp_path),
        )
        for _ in range(2)
    ]  # fmt: skip
    client = None
    try:
        for _ in range(1200):
            if told.exists() and told.read_text():
                break
            time.sleep(0.1)
        client = connect(json.loads(told.read_text())["address"])
        client.wait_for_workers(2, timeout=120)
        yield client, workers
    finally:
        if client:
            client.close()
        for one in (*workers, scheduler):
            killed(one)


def test_a_worker_killed_in_the_middle_loses_nothing(project, cluster):
    client, workers = cluster
    for n in range(TEXTS):
        add(project.root, f"text-{n}", f"{TEXT}\nIt is the {n}th.\n" * 20)
    alone = {one.id: one for one in many.build(project, project.texts, jobs=1)}
    before = contents(project)
    for path in (project.root / "edition").glob("*/*"):
        path.unlink()
    done = []
    for outcome in many.build(project, project.texts, client=client):
        if not done:
            killed(workers[0])
        done.append(outcome)
    assert Counter(one.id for one in done) == Counter(project.texts)  # none lost, none twice
    assert [one.fault for one in done] == [""] * len(done)
    assert contents(project) == before
    assert {one.id: one.written for one in done} == {one.id: alone[one.id].written for one in done}
    assert all(one.unchanged for one in many.build(project, project.texts, client=client))


def test_nobody_at_the_address_is_an_error(monkeypatch):
    from pipeline.builds import cluster

    monkeypatch.setattr(cluster, "_PATIENCE", 1)
    with pytest.raises(EmendError, match="No Dask scheduler"):
        cluster.connect("tcp://127.0.0.1:9")


@pytest.fixture(scope="module")
def s3():
    """The address of an S3 server with an empty bucket."""
    server = pytest.importorskip("moto.server", reason="moto's server is not installed")
    pytest.importorskip("s3fs", reason="emend[cluster] is not installed")
    running = server.ThreadedMotoServer(port=0)
    running.start()
    host, port = running.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture(params=["s3", "file"])
def remote(request, tmp_path):
    """A place with two texts, in S3 or in a folder, by its address."""
    import fsspec

    if request.param == "s3":
        request.getfixturevalue("s3")
        system, home = fsspec.filesystem("s3"), "s3://library"
        system.mkdir("library")
    else:
        system, home = fsspec.filesystem("file"), f"file://{tmp_path}/library"
    for name in ("alder", "birch"):
        system.makedirs(f"{home}/raw/{name}", exist_ok=True)
        system.pipe_file(f"{home}/raw/{name}/source.txt", f"{TEXT}\nThe {name}.\n".encode())
        system.pipe_file(f"{home}/raw/{name}/meta.toml", META.encode())
    yield system, Remote(f"{home}/raw", f"{home}/edition")
    if request.param == "s3":
        system.rm("library", recursive=True)


def built(remote, **how):
    outcomes = list(many.build_remote(remote, remote.names(), jobs=1, **how))
    assert [one.fault for one in outcomes] == [""] * len(outcomes)
    return [one.id for one in outcomes if not one.unchanged]


def test_texts_in_an_object_store(remote, project):
    system, place = remote
    assert built(place) == ["alder", "birch"]
    assert built(place) == []
    data = system.cat_file(f"{place.edition}/alder.zip")
    files, _ = unpacked(data)
    assert sorted(files) == ["alder.xml", "changes.jsonl", "queue.jsonl", "report.md"]
    source = project.root / "raw/alder/source.txt"
    source.write_text(f"{TEXT}\nThe alder.\n", "utf-8")
    list(many.build(project, ["alder"]))
    assert files["alder.xml"] == (project.edition("alder") / "alder.xml").read_bytes()
    assert built(place, force=True) == ["alder", "birch"]
    assert system.cat_file(f"{place.edition}/alder.zip") == data
    # One changed, one damaged, one gone.
    system.pipe_file(f"{place.raw}/birch/lexicon.txt", b"Tbe\n")
    assert built(place) == ["birch"]
    spoilt = bytearray(data)
    spoilt[60] ^= 1
    system.pipe_file(f"{place.edition}/alder.zip", bytes(spoilt))
    assert built(place) == ["alder"]
    system.rm_file(f"{place.edition}/birch.zip")
    assert built(place) == ["birch"]
    assert system.cat_file(f"{place.edition}/alder.zip") == data


def test_a_source_replaced_while_it_is_fetched_is_fetched_again(remote, monkeypatch):
    system, place = remote
    fetch = Remote._fetch

    def replaced(self, found, folder):
        fetch(self, found, folder)
        monkeypatch.setattr(Remote, "_fetch", fetch)
        system.pipe_file(f"{place.raw}/alder/source.txt", b"Something else altogether.\n")

    monkeypatch.setattr(Remote, "_fetch", replaced)
    assert place.build("alder").fault == ""
    files, _ = unpacked(system.cat_file(f"{place.edition}/alder.zip"))
    assert b"Something else altogether" in files["alder.xml"]


@pytest.mark.usefixtures("s3")
def test_a_name_that_leads_out_is_refused():
    import fsspec

    system = fsspec.filesystem("s3")
    system.mkdir("hostile")
    system.pipe_file("s3://hostile/raw/alder/../../../tmp/x", b"")
    outcome = Remote("s3://hostile/raw", "s3://hostile/edition").build("alder")
    assert "rename it" in outcome.fault


def test_an_edition_killed_while_it_is_written_is_the_old_one(tmp_path):
    """On a file system, the new zip is renamed into its place."""
    from pipeline.builds import remote

    remote._put(f"file://{tmp_path}/a.zip", b"old")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.fsync", lambda _file: (_ for _ in ()).throw(OSError(28, "full")))
        with pytest.raises(OSError, match="full"):
            remote._put(f"file://{tmp_path}/a.zip", b"new")
    assert (tmp_path / "a.zip").read_bytes() == b"old"
