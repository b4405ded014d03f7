"""A team: an address for each editor, twenty of them at once, and nothing lost."""

from __future__ import annotations

import stat
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from harbour import RAW
from starlette.testclient import TestClient

from pipeline.document import Document, Proposal, Source
from pipeline.errors import EmendError
from pipeline.review.decide.decisions import read
from pipeline.review.serve import team
from pipeline.review.serve.desk import Subject
from pipeline.review.serve.rounds import LAPSE, Presence
from pipeline.review.serve.server import Editor, Server, application, stranger

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


def test_an_editor_is_on_the_page_last_worked_on_until_nothing_happens_for_a_while():
    now = [0.0]
    presence = Presence(lambda: now[0])
    presence.note("ada", 0)
    presence.note("ben", 0)
    presence.note("ada", 2)
    assert presence.now() == {"ada": 2, "ben": 0}
    now[0] = LAPSE - 1
    presence.note("ben", 0)
    now[0] = LAPSE
    assert presence.now() == {"ben": 0}


class Desktop:
    """The harbour of Lowen as one editor's page asks for it."""

    def __init__(self, client: TestClient, name: str) -> None:
        self.client, self.name = client, name

    def get(self, what: str, **asked: object) -> dict:
        return self.client.get(f"/{self.name}/api/lowen/{what}", params=asked).json()

    def decide(self, *items: dict) -> httpx.Response:
        now = self.get("state")
        asked = {"epoch": now["epoch"], "version": now["version"], "items": list(items)}
        headers = {"Origin": "http://testserver"}
        return self.client.post(f"/{self.name}/api/lowen/decisions", json=asked, headers=headers)

    def mark(self, page: int, after: str) -> str:
        told = self.decide({"verdict": "page", "page": page, "after": after})
        return told.json().get("error", "")


@pytest.fixture
def desktops(lowen):
    """Make the pages of a team's editors, or of one who is alone."""

    def made(*names: str, fixed: bool = True) -> list[Desktop]:
        editors = {name: Editor(name, fixed) for name in names}
        client = TestClient(application([lowen], editors=editors, hosts=["testserver"]))
        while client.get(f"/{names[0]}/api/lowen/state").status_code != 200:
            time.sleep(0.01)
        return [Desktop(client, name) for name in names]

    return made


def test_a_team_sees_who_is_on_which_page_and_nobody_is_kept_from_it(desktops):
    ada, ben = desktops("ada", "ben")
    ada.get("page", n=1, on=1)
    assert ben.get("version")["on"] == {"ada": 1}
    ben.get("page", n=2)  # drawn again, because others have decided
    assert ada.get("state")["on"] == {"ada": 1}
    one, two = RAW.index("rnorning"), RAW.index("rnill")
    word = {"verdict": "reading", "start": one, "end": one + 8, "before": "rnorning", "after": "x"}
    mill = {"verdict": "reading", "start": two, "end": two + 5, "before": "rnill", "after": "mill"}
    assert ben.decide(mill).status_code == 200  # on ada's page
    assert ben.get("version")["on"] == {"ada": 1, "ben": 1}
    rows = enumerate(ben.get("state")["groups"])
    mayor = next(i for i, row in rows if row[0] == "rnayor")
    ada.decide(word)
    ada.decide({"verdict": "accept", "group": mayor, "scope": "text"})
    assert ben.get("version")["on"] == {"ada": 0, "ben": 1}  # a group is on no page
    ben.get("version", on=2)
    assert ben.get("version")["on"] == {"ada": 0, "ben": 2}


def test_in_a_team_another_validates_what_one_has_reviewed(desktops, lowen):
    ada, ben = desktops("ada", "ben")
    assert "Nobody has marked" in ben.mark(1, "validated")
    assert ada.mark(1, "reviewed") == ""
    assert "yourself" in ada.mark(1, "validated")
    start = RAW.index("rnill")
    mill = {"verdict": "reading", "start": start, "end": start + 5, "before": "rnill"}
    ben.decide({**mill, "after": "windmill"})  # the second pass finds what the first missed
    assert ben.get("state")["pages"][1]["by"] == "ada"
    assert ben.mark(1, "validated") == ""
    marks = [(one.who, one.after) for one in read(lowen.own).decisions if one.verdict == "page"]
    assert marks == [("ada", "reviewed"), ("ben", "validated")]


@pytest.mark.parametrize("fixed", [False, True])
def test_who_is_alone_validates_and_is_on_no_page(desktops, fixed):
    (ada,) = desktops("ada", fixed=fixed)
    ada.get("page", n=1, on=1)
    assert ada.mark(1, "reviewed") == ada.mark(1, "validated") == ""
    assert ada.get("version")["on"] == {}


def test_the_decisions_are_listed_by_editor_page_and_day(desktops, lowen):
    ada, ben = desktops("ada", "ben")
    ada.mark(0, "reviewed")
    groups = ada.get("state")["groups"]
    petrol = next(i for i, row in enumerate(groups) if row[0] == "Petrov")  # on every page
    told = ada.decide({"verdict": "refuse", "group": petrol, "scope": "text"}).json()
    ben.decide({"verdict": "accept", "entry": ben.get("group", n=petrol)["places"][1]["entry"]})
    ben.decide(*({"verdict": "undo", "undoes": one} for one in told["ids"][:1]))

    def listed(**asked: object) -> list[tuple[str, str]]:
        rows = ada.get("decided", **asked)["rows"]
        return sorted((row["who"], row["verdict"]) for row in rows)

    everything = listed()
    assert listed(page=2) == [("ada", "refuse")]
    assert listed(page=0) == [("ada", "page"), ("ada", "refuse")]
    assert listed(page=0, who="ben") == []
    assert listed(page=1, who="ben") == [("ben", "accept")]
    first, last = (read(lowen.own).decisions[i].when for i in (0, -1))
    after = (datetime.fromisoformat(last) + timedelta(days=1)).isoformat()
    assert listed(since=first, until=after) == everything
    assert listed(until=first) == listed(since=after) == []
    assert listed(until=last) == everything  # an undo is no row
    assert ada.get("decided", page="x") == {"error": "A value in the request is of the wrong type."}
