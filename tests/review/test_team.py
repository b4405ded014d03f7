"""A team: an address for each editor, twenty of them at once, and nothing lost."""

from __future__ import annotations

import stat
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from pipeline.document import Document, Proposal, Source
from pipeline.errors import EmendError
from pipeline.review.decide.decisions import read
from pipeline.review.serve import team
from pipeline.review.serve.desk import Subject
from pipeline.review.serve.server import Server, stranger

NAMES = [f"editor {n}" for n in range(20)]
EACH = 5  # decisions of each editor
LETTERS = "abcdefghij"


def many(folder: Path) -> Subject:
    """A text in which each editor has words of their own to decide on."""
    words = [f"wrod{LETTERS[n // 10]}{LETTERS[n % 10]}" for n in range(len(NAMES) * EACH)]
    raw = " ".join(words)

    def load() -> Document:
        return Document(Source(raw)).apply(
            "spelling",
            [
                Proposal(at, at + len(one), "word", "r", "w", "ocr", 0.9, "held")
                for one in words
                for at in [raw.index(one)]
            ],
        )

    own, shared = folder / "own.jsonl", folder / "all.jsonl"
    return Subject("words", "Words", folder, folder, own, shared, load)


@pytest.fixture
def served(tmp_path):
    text = many(tmp_path)
    keys = team.tokens(tmp_path, NAMES, tmp_path / "state" / "tokens.json")
    server = Server([text], who="nobody", team=keys)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server, text
    server.stop()
    thread.join(10)


def state(client: httpx.Client, address: str) -> dict:
    for _ in range(200):
        answer = client.get(f"{address}api/words/state")
        if answer.status_code == 200:
            return answer.json()
        time.sleep(0.05)
    raise AssertionError("never ready")


def test_twenty_editors_at_once_lose_nothing_and_each_decides_in_their_own_name(served):
    server, text = served

    def work(n: int, address: str) -> list[str]:
        saved = []
        with httpx.Client(timeout=60) as client:
            for i in range(n * EACH, (n + 1) * EACH):
                now = state(client, address)
                group = next(
                    g
                    for g, row in enumerate(now["groups"])
                    if row[0] == f"wrod{LETTERS[i // 10]}{LETTERS[i % 10]}"
                )
                asked = {
                    "epoch": now["epoch"],
                    "version": now["version"],
                    "who": "somebody else",
                    "items": [{"verdict": "accept", "group": group, "scope": "text"}],
                }
                origin = address.rsplit("/", 2)[0]
                answer = client.post(
                    f"{address}api/words/decisions", json=asked, headers={"Origin": origin}
                )
                assert answer.status_code == 200, answer.text
                saved += answer.json()["ids"]
        return saved

    with ThreadPoolExecutor(len(NAMES)) as pool:
        jobs = [pool.submit(work, n, server.addresses[name]) for n, name in enumerate(NAMES)]
        saved = [one for job in jobs for one in job.result()]
    written = read(text.own).decisions
    assert sorted(saved) == sorted(one.id for one in written)
    assert Counter(one.who for one in written) == dict.fromkeys(NAMES, EACH)
    own = httpx.get(f"{server.address}api/words/decided", params={"who": NAMES[3]}).json()
    assert own["total"] == EACH
    assert own["editors"] == sorted(NAMES)


def test_a_token_is_kept_and_only_its_owner_reads_it(tmp_path):
    store = tmp_path / "state" / "tokens.json"
    first = team.tokens(tmp_path, ["ada"], store)
    both = team.tokens(tmp_path, ["ben", "ada"], store)
    assert set(first) < set(both)
    assert sorted(both.values()) == ["ada", "ben"]
    assert stat.S_IMODE(store.stat().st_mode) == 0o600
    store.write_text("[")
    with pytest.raises(EmendError, match="delete it"):
        team.tokens(tmp_path, ["ada"], store)


@pytest.mark.parametrize(
    ("host", "public", "names", "said"),
    [
        ("0.0.0.0", "", [], "--user"),
        ("0.0.0.0", "", ["ada"], "--public"),
        ("127.0.0.1", "https://review.example.org", [], "--user"),
        ("127.0.0.1", "review.example.org", ["ada"], "not a web address"),
        ("127.0.0.1", "", [" "], "name of an editor"),
    ],
)
def test_a_server_for_others_must_know_its_editors_and_its_address(host, public, names, said):
    with pytest.raises(EmendError, match=said):
        team.check(host, public, names)


def test_a_server_for_this_machine_needs_neither():
    team.check("127.0.0.1", "", [])
    team.check("localhost", "", ["ada", "ben"])
    team.check("0.0.0.0", "https://review.example.org/emend", ["ada"])


@pytest.mark.parametrize(
    ("host", "origin", "ours"),
    [
        ("review.example.org", "https://review.example.org", True),
        ("review.example.org", "http://review.example.org", False),
        ("127.0.0.1:8000", "http://127.0.0.1:8000", True),
        ("127.0.0.1:8000", "https://127.0.0.1:8000", False),
        ("elsewhere.example.org", "https://elsewhere.example.org", False),
    ],
)
def test_a_proxy_may_serve_the_page_under_its_own_name_and_no_other(host, origin, ours):
    hosts = frozenset({"127.0.0.1:8000", "https://review.example.org"})
    headers = {"host": host, "origin": origin, "content-type": "application/json"}
    assert (stranger("POST", headers, hosts) == "") is ours
