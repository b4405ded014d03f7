"""The server: nobody but its own page writes, no path leads out, and what was acknowledged outlives
a kill.
"""

from __future__ import annotations

import logging
import os
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from harbour import subject

from pipeline.document import Box, Layout, Source, Surface, Zone
from pipeline.errors import EmendError
from pipeline.review.decide.decisions import read
from pipeline.review.serve.server import ASSETS, PAGE, Server

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def lowen(tmp_path_factory):
    return subject(tmp_path_factory.mktemp("lowen"))


@pytest.fixture(scope="module")
def served(lowen):
    """One server for all tests here."""
    server, thread = serve(lowen)
    yield server.address
    server.stop()
    thread.join(10)


@pytest.fixture(autouse=True)
def undecided(lowen):
    yield
    lowen.own.unlink(missing_ok=True)


def ready(address: str) -> dict:
    for _ in range(100):
        answer = httpx.get(f"{address}api/lowen/state")
        if answer.status_code == 200:
            return answer.json()
        time.sleep(0.05)
    raise AssertionError("never ready")


def post(address: str, items: list, state: dict, **headers) -> httpx.Response:
    origin = "/".join(address.split("/")[:3])
    body = {"epoch": state["epoch"], "version": state["version"], "who": "ada", "items": items}
    return httpx.post(
        f"{address}api/lowen/decisions", json=body, headers={"Origin": origin} | headers
    )


def test_the_page_and_its_files_are_all_local(served):
    page = httpx.get(served)
    assert page.status_code == 200
    for name in re.findall(r'(?:src|href)="([^#"]+)"', page.text):
        assert httpx.get(served + name).status_code == 200
    for path in PAGE.iterdir():
        if path.suffix == ".svg":
            continue
        assert path.name == "index.html" or path.name in ASSETS
        assert not re.search(r"https?://", path.read_text()), path.name


def test_every_answer_says_what_may_be_loaded(served):
    for path in ("", "assets/review.js", "assets/none.js", "api/lowen/state", "api/none/state"):
        headers = httpx.get(served + path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_a_decision_is_on_disk_when_it_is_acknowledged(served, lowen):
    state = ready(served)
    answer = post(served, [{"verdict": "accept", "group": 0, "scope": "text"}], state)
    assert answer.status_code == 200
    assert [one.id for one in read(lowen.own).decisions] == answer.json()["ids"]


@pytest.mark.parametrize(
    ("name", "media", "holds"),
    [
        ("changes.html", "text/html; charset=utf-8", "<title>"),
        ("pending.tsv", "text/tab-separated-values; charset=utf-8", "rnorning\tmorning"),
        ("errata.txt", "text/plain; charset=utf-8", "ranscriber"),
    ],
)
def test_what_an_editor_can_save(served, name, media, holds):
    ready(served)
    told = httpx.get(f"{served}export/lowen/{name}")
    assert (told.status_code, told.headers["content-type"]) == (200, media)
    assert told.headers["content-disposition"] == f"attachment; filename*=UTF-8''lowen-{name}"
    assert holds in told.text


def test_what_is_not_offered_cannot_be_saved(served):
    ready(served)
    assert httpx.get(f"{served}export/lowen/decisions.jsonl").status_code == 404
    assert httpx.get(f"{served}export/other/errata.txt").status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://127.0.0.1"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Host": "evil.example"},
        {"Host": "evil.example:80"},
        {"Host": "127.0.0.1"},
    ],
)
def test_no_other_site_writes(served, lowen, headers):
    state = ready(served)
    answer = post(served, [{"verdict": "accept", "group": 0, "scope": "text"}], state, **headers)
    assert answer.status_code == 403
    assert not lowen.own.exists()


def test_a_request_without_an_origin_does_not_write(served, lowen):
    state = ready(served)
    body = {
        "epoch": state["epoch"],
        "version": state["version"],
        "who": "",
        "items": [{"verdict": "accept", "group": 0}],
    }
    assert httpx.post(f"{served}api/lowen/decisions", json=body).status_code == 403
    assert not lowen.own.exists()


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1:1", "[::1]", ""]
)
def test_a_name_that_was_rebound_to_this_machine_reads_nothing(served, host):
    assert httpx.get(served + "api/lowen/state", headers={"Host": host}).status_code in {400, 403}


def test_another_site_reads_nothing(served):
    assert (
        httpx.get(served + "api/lowen/state", headers={"Sec-Fetch-Site": "cross-site"}).status_code
        == 403
    )


def test_without_the_token_there_is_nothing(served):
    origin = "/".join(served.split("/")[:3])
    for path in (
        "/",
        "/api/texts",
        "/assets/review.js",
        "/wrong/api/lowen/state",
        "/image/lowen/0",
    ):
        assert httpx.get(origin + path).status_code == 404
    assert len(served.split("/")[3]) >= 24


@pytest.mark.parametrize(
    "path",
    [
        "assets/../server.py",
        "assets/..%2fserver.py",
        "assets/%2e%2e/desk.py",
        "assets/..%5cdesk.py",
        "assets//etc/passwd",
        "api/..%2f..%2fetc/state",
        "image/lowen/..%2f..%2fetc",
        "image/..%2flowen/0",
    ],
)
def test_no_path_leads_out(served, path):
    import http.client

    origin, token = served.split("/")[2], served.split("/")[3]
    host, port = origin.split(":")
    client = http.client.HTTPConnection(host, int(port))  # sends the path as it is
    client.request("GET", f"/{token}/{path}")
    assert client.getresponse().status == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"null", 400),
        (b"[" * 100_000, 400),
        (b"{}", 409),
        (b'{"items": []}', 409),
        (b"x" * 1_100_000, 413),
        (b"\xff\xfe", 400),
    ],
)
def test_a_body_that_makes_no_sense_is_answered_with_a_sentence(served, lowen, body, status):
    ready(served)
    origin = "/".join(served.split("/")[:3])
    answer = httpx.post(
        f"{served}api/lowen/decisions",
        content=body,
        headers={"Origin": origin, "Content-Type": "application/json"},
    )
    assert answer.status_code == status
    assert answer.json()["error"].endswith(".")
    assert not lowen.own.exists()


@pytest.mark.parametrize(
    "asked",
    [
        "group?n=99",
        "group?n=x",
        "group?n=-1",
        "page?n=99",
        "span?start=5&end=2",
        "span?start=0&end=99999",
        "nothing",
    ],
)
def test_what_is_not_there_is_told(served, asked):
    ready(served)
    answer = httpx.get(f"{served}api/lowen/{asked}")
    assert answer.status_code in {400, 404}
    assert answer.json()["error"]


def test_a_port_that_is_taken_is_told(lowen, served):
    with pytest.raises(EmendError, match="in use"):
        Server([lowen], who="ada", port=int(served.split(":")[2].split("/")[0]))


def test_bytes_that_could_not_be_decoded_are_shown(lowen):
    import threading

    from harbour import document

    server = Server([replace(lowen, load=lambda: document("caf\udce9 tbe\n\n1\n"))], who="ada")
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        ready(server.address)
        told = httpx.get(f"{server.address}api/lowen/group?n=0").json()
        assert told["places"][0]["left"] == "caf\udce9 "
        answer = post(
            server.address,
            [{"verdict": "accept", "group": 0, "scope": "text"}],
            ready(server.address),
        )
        assert answer.status_code == 200
        assert read(lowen.own).decisions[0].prefix == "caf\udce9 "
    finally:
        server.stop()
        thread.join(10)


# --- images
# ------------------------------------------------------------------------


def scanned(lowen, url: str):
    from harbour import document

    bare = document()
    start = bare.raw.index("hirn")
    zones = (
        Zone(start - 20, start + 5, 0, Box(10, 40, 190, 60), "line"),
        Zone(start, start + 4, 0, Box(100, 40, 140, 60), "word"),
    )
    layout = Layout((Surface(url, 200, 100),), zones)
    return replace(lowen, load=lambda: replace(bare, source=Source(bare.raw, layout=layout)))


def serve(subject):
    import threading

    server = Server([subject], who="ada")
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    return server, thread


def test_the_word_is_cut_out_of_the_scan(lowen):
    image_of = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
    image_of.new("L", (400, 200), 200).save(lowen.folder / "page 1.png")
    server, thread = serve(scanned(lowen, "page%201.png"))
    try:
        state = ready(server.address)
        group = next(i for i, row in enumerate(state["groups"]) if row[0] == "hirn")
        image = httpx.get(f"{server.address}api/lowen/group?n={group}").json()["places"][0]["image"]
        assert image["crop"] == [4, 34, 196, 66]  # the whole line, with some paper around it
        assert image["word"] == [0.5, 6 / 32, 40 / 192, 20 / 32]
        piece = httpx.get(f"{server.address}image/lowen/0?crop=0,20,200,80")
        assert piece.headers["content-type"] == "image/png"
        import io

        assert image_of.open(io.BytesIO(piece.content)).size == (
            400,
            120,
        )  # the file has twice the surface's pixels
        assert httpx.get(f"{server.address}image/lowen/0").status_code == 200
        for wrong in (
            "0?crop=0,20,9999,80",
            "0?crop=5,5,5,5",
            "0?crop=a,b,c,d",
            "7",
            "0?crop=-1,0,5,5",
        ):
            assert httpx.get(f"{server.address}image/lowen/{wrong}").status_code in {400, 404}
    finally:
        server.stop()
        thread.join(10)


@pytest.mark.parametrize(
    "url",
    [
        "../../../secret.png",
        "/etc/hostname",
        "link.png",
        "%2e%2e/%2e%2e/%2e%2e/secret.png",
        "\x00",
        "source.txt",
        "gone.png",
    ],
)
def test_a_page_image_outside_the_project_or_none_is_not_shown(lowen, url):
    outside = lowen.root.parent / "secret.png"
    image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
    image.new("L", (200, 100)).save(outside)
    link = lowen.folder / "link.png"
    link.unlink(missing_ok=True)
    link.symlink_to(outside)
    server, thread = serve(scanned(lowen, url))
    try:
        ready(server.address)
        answer = httpx.get(f"{server.address}image/lowen/0")
        assert answer.status_code == 404
        assert str(lowen.root) not in answer.text
    finally:
        server.stop()
        thread.join(10)


# --- killed
# ------------------------------------------------------------------------

ALONE = """
import sys
sys.path[:0] = [{here!r}, {root!r}]
from pathlib import Path
from harbour import subject
from pipeline.review.serve.server import Server
server = Server([subject(Path({project!r}))], who="ada")
print(server.address, flush=True)
server.run()
"""


def alone(project: Path) -> tuple[subprocess.Popen, str]:
    """The server in a process of its own."""
    code = ALONE.format(here=str(HERE), root=str(HERE.parent.parent), project=str(project))
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    return process, process.stdout.readline().strip()


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is a thing of POSIX")
def test_killed_at_any_moment_it_loses_nothing_that_was_acknowledged(tmp_path):
    """Decide as fast as the server answers, and kill it in the middle, three times over."""
    import threading

    acknowledged: list[str] = []
    for n in range(3):
        process, address = alone(tmp_path)
        state = ready(address)
        assert [
            one["ids"] for one in httpx.get(f"{address}api/lowen/decided").json()["rows"]
        ] or not acknowledged
        killer = threading.Timer(
            0.004 * n, lambda process=process: process.send_signal(signal.SIGKILL)
        )
        count = len(acknowledged)
        last = count + 4
        try:
            while True:
                told = post(
                    address,
                    [
                        {
                            "verdict": ["accept", "refuse"][count % 2],
                            "group": count % len(state["groups"]),
                            "scope": "text",
                        }
                    ],
                    state,
                )
                assert told.status_code == 200
                acknowledged += told.json()["ids"]
                state["version"] = told.json()["version"]
                count += 1
                if count == last:
                    killer.start()
        except httpx.TransportError:
            pass
        process.wait(10)
        process.stdout.close()
    log = read(tmp_path / "raw" / "lowen" / "decisions.jsonl")
    assert len(acknowledged) >= 12
    assert set(acknowledged) <= {one.id for one in log.decisions}


@pytest.mark.parametrize(
    "item",
    [
        None,
        3,
        [],
        {},
        {"verdict": []},
        {"verdict": {}},
        {"verdict": "accept", "kind": []},
        {"verdict": "accept", "kind": {}, "group": 0},
        {"verdict": "accept", "scope": {}},
        {"verdict": "accept", "group": "0"},
        {"verdict": "accept", "group": 1e300},
        {"verdict": "accept", "group": -1},
        {"verdict": "accept", "entry": None},
        {"verdict": "accept", "entry": 10**30},
        {"verdict": "reading", "start": 10**30, "end": 10**31, "before": ""},
        {"verdict": "reading", "start": True, "end": 2.5},
        {"verdict": "reading", "group": 0, "after": 3},
        {"verdict": "page", "page": {}},
        {"verdict": "page", "page": 0, "after": []},
        {"verdict": "undo", "undoes": {}},
        {"verdict": "accept", "group": 0, "note": ["x"]},
    ],
    ids=str,
)
def test_an_item_of_the_wrong_shape_is_refused(served, lowen, item):
    """With a sentence and status 400, and nothing is written."""
    answer = post(served, [item], ready(served))
    assert answer.status_code == 400, answer.text
    assert answer.json()["error"]
    assert not lowen.own.exists()


@pytest.mark.parametrize(
    "body",
    ["[]", "3", "null", "{}", '{"items": 3}', "[" * 100_000, '{"epoch": {}}', "\x00", "nan"],
    ids=lambda body: body[:12],
)
def test_a_body_of_the_wrong_shape_is_refused(served, lowen, body):
    """Also JSON that nests a hundred thousand deep."""
    state = ready(served)
    if body == "{}":
        body = f'{{"epoch": "{state["epoch"]}", "version": [], "items": [1]}}'
    answer = httpx.post(
        f"{served}api/lowen/decisions",
        content=body,
        headers={
            "origin": "/".join(served.split("/")[:3]),
            "content-type": "application/json",
        },
    )
    assert answer.status_code in {400, 409}, answer.text
    assert answer.json()["error"]
    assert not lowen.own.exists()


def test_a_client_that_hangs_up_leaves_no_traceback(served, caplog):
    """In the middle of its request, or before the answer."""
    host, _, rest = served.removeprefix("http://").partition("/")
    name, _, port = host.partition(":")
    head = (
        f"POST /{rest}api/lowen/decisions HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n"
        f"Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n"
    )
    logging.getLogger("uvicorn.error").addHandler(caplog.handler)
    try:
        for sent in (
            head + '{"epoch',
            f"GET /{rest}api/lowen/state HTTP/1.1\r\nHost: {host}\r\n\r\n",
        ):
            with socket.create_connection((name, int(port))) as client:
                client.sendall(sent.encode())
                if sent.startswith("POST"):
                    time.sleep(0.2)
        time.sleep(0.5)
    finally:
        logging.getLogger("uvicorn.error").removeHandler(caplog.handler)
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []
    assert ready(served)
