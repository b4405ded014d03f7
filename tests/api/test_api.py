"""emend for other programs: the corrector, and the HTTP service."""

import asyncio
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from pipeline import Corrector, clean
from pipeline.errors import MissingExtraError, ProjectError

PAGES = [f"Tbe harbour lies {n} miles below tbe town, and is old.\n" for n in range(6)]


def test_a_path_is_no_text():
    with pytest.raises(TypeError, match=r"not .*Path: of a file, give path.read_bytes"):
        clean(Path("tbe.txt"))


def test_a_corrector_gives_what_clean_gives():
    corrector = Corrector("en", lexicon=["tbe"])
    assert corrector.clean(PAGES[0]).text == clean(PAGES[0], lexicon=["tbe"]).text
    assert "Tbe" in corrector.clean(PAGES[0]).text
    assert Corrector().clean(PAGES[0]).changes == clean(PAGES[0]).changes


def test_it_learns_nothing_between_texts():
    corrector = Corrector()
    first = corrector.clean(PAGES[0]).changes
    corrector.clean("Tbe Tbe Tbe is a name, said Mr. Tbe.\n" * 50)
    assert corrector.clean(PAGES[0]).changes == first


def test_pages_come_as_they_are_asked_for():
    taken = []

    def pages():
        for page in PAGES:
            taken.append(page)
            yield page

    found = Corrector().clean_pages(pages())
    assert next(found).text == clean(PAGES[0]).text
    assert len(taken) == 1
    assert [one.text for one in found] == [clean(page).text for page in PAGES[1:]]


@pytest.mark.parametrize("blank", ["", "\f", " \r\n", b"", b"\n", "\ufeff\n"])
def test_a_blank_page_is_a_page(blank):
    """As between the chapters of a book; a stream does not end there."""
    from pipeline.tei.restore import restore

    found = list(Corrector().clean_pages([PAGES[0], blank, PAGES[1]]))
    assert [one.text for one in found] == [clean(PAGES[0]).text, "", clean(PAGES[1]).text]
    data = blank if isinstance(blank, bytes) else blank.encode()
    assert restore(found[1].tei()) == data


def test_a_stream_that_breaks_gives_what_came_before_and_its_own_error():
    def pages():
        yield PAGES[0]
        raise ConnectionError("the scanner is gone")

    found = Corrector().clean_pages(pages())
    assert next(found).text == clean(PAGES[0]).text
    with pytest.raises(ConnectionError, match="scanner"):
        next(found)


def test_threads_do_not_disturb_one_another():
    corrector, alone = Corrector(), [clean(page).changes for page in PAGES]
    found = {}

    def work(n):
        found[n] = corrector.clean(PAGES[n]).changes

    threads = [threading.Thread(target=work, args=(n,)) for n in range(len(PAGES))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert [found[n] for n in range(len(PAGES))] == alone


def test_a_wrong_language_is_refused_when_it_is_made():
    with pytest.raises(ProjectError):
        Corrector("not a tag!")


starlette = pytest.importorskip("starlette", reason="emend[review] is not installed")


class Here:
    """Does in this process what a pool does in others."""

    def __init__(self, _jobs):
        self.inner = ThreadPoolExecutor(2)

    def submit(self, *given):
        return self.inner.submit(*given)

    def shutdown(self, **_how):
        self.inner.shutdown(wait=False)


def service(pool=Here, **limits):
    from starlette.testclient import TestClient

    from pipeline.service import Limits, application

    return TestClient(application(Limits(**limits), pool))


@pytest.fixture
def client():
    with service() as one:
        yield one


@pytest.mark.parametrize("form", ["text", "lines", "tei", "changes"])
def test_the_service_gives_what_clean_gives(client, form):
    done = client.post("/v1/clean", json={"text": PAGES[0], "form": form})
    assert done.status_code == 200
    expected = clean(PAGES[0])
    told = done.json()
    if form == "changes":
        assert told["changes"] == expected.changes
    else:
        by_form = {"text": expected.text, "lines": expected.lines, "tei": expected.tei().decode()}
        assert told["text"] == by_form[form]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[" * 100_000, 400),
        (b'"text"', 400),
        (b'{"text": 3}', 400),
        (b'{"text": "a", "form": "pdf"}', 400),
        (b'{"text": "a", "lexicon": "a"}', 400),
        (b'{"text": "a", "lexicon": ["a", "b", "c"]}', 400),
        (b'{"text": "a", "more": 1}', 400),
        (b'{"text": "a", "\\ud800": 1}', 400),
        (b'{"text": "a", "language": "not a tag!"}', 422),
        (b'{"text": "' + b"a" * 200_000 + b'"}', 413),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(body, status):
    with service(size=150_000, words=2) as client:
        done = client.post("/v1/clean", content=body)
    assert done.status_code == status
    assert done.json()["error"].endswith(".")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/clean", 405),
        ("PUT", "/v1/clean", 405),
        ("POST", "/health", 405),
        ("POST", "/v1/clean/", 404),
        ("GET", "/%2e%2e/%2e%2e/etc/passwd", 404),
        ("GET", "/", 404),
    ],
)
def test_a_wrong_address_or_method_is_refused_as_all_else_is(client, method, path, status):
    done = client.request(method, path)
    assert done.status_code == status
    assert done.json()["error"].endswith(".")
    assert ("Allow" in done.headers) == (status == 405)


def test_an_error_that_nobody_foresaw_is_an_answer_too(client, monkeypatch):
    from pipeline import service as module

    monkeypatch.setattr(module, "_cleaned", lambda _asked: {}["text"])
    done = client.post("/v1/clean", json={"text": "a"})
    assert done.status_code == 500
    assert "emend itself failed (KeyError: 'text')" in done.json()["error"]


def sent(application, *messages):
    """What the service answers to a request that comes in these pieces, and then no more."""
    waiting, answers = list(messages), []

    async def receive():
        if waiting:
            return waiting.pop(0)
        await asyncio.sleep(60)
        raise AssertionError

    async def send(message):
        answers.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/v1/clean", "headers": [], "query_string": b"",
        "http_version": "1.1", "root_path": "",
    }  # fmt: skip
    # in a thread of its own: the browser's tests leave an event loop running in this one
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, application(scope, receive, send)).result()
    return answers[0]["status"]


def test_a_client_that_is_slow_or_goes_away_is_given_up():
    part = {"type": "http.request", "body": b'{"te', "more_body": True}
    assert sent(service(seconds=0.05).app, part) == 408
    assert sent(service().app, part, {"type": "http.disconnect"}) == 400


def test_a_lone_surrogate_does_not_break_the_answer(client):
    done = client.post("/v1/clean", content=b'{"text": "a \\ud800 b"}')
    assert done.status_code == 422
    assert "U+D800" in done.json()["error"]


def test_what_takes_too_long_is_given_up_and_the_next_is_answered(client, monkeypatch):
    import time

    from pipeline import service as module

    cleaned = module._cleaned
    monkeypatch.setattr(module, "_cleaned", lambda _asked: time.sleep(0.5))
    with service(seconds=0.05) as slow:
        assert slow.post("/v1/clean", json={"text": "a"}).status_code == 504
    monkeypatch.setattr(module, "_cleaned", cleaned)
    assert client.post("/v1/clean", json={"text": PAGES[0]}).status_code == 200


def test_too_many_at_once_are_sent_away():
    with service(jobs=0, waiting=0) as client:
        done = client.post("/v1/clean", json={"text": "a"})
    assert (done.status_code, done.headers["Retry-After"]) == (503, "5")


class Breaking:
    """Pools of which the first few lose their processes; then one that answers."""

    def __init__(self, losses):
        self.losses, self.made = losses, 0

    def __call__(self, _jobs):
        self.made += 1
        return self

    def submit(self, _task, asked):
        from concurrent.futures import Future
        from concurrent.futures.process import BrokenProcessPool

        done = Future()
        if self.made <= self.losses:
            done.set_exception(BrokenProcessPool())
        else:
            done.set_result({"text": asked["text"]})
        return done

    def shutdown(self, **_how):
        pass


@pytest.mark.parametrize(("losses", "status"), [(1, 200), (2, 500)])
def test_a_request_whose_process_was_killed_with_another_is_tried_again(losses, status):
    with service(pool=Breaking(losses)) as client:
        assert client.post("/v1/clean", json={"text": "a"}).status_code == status


def test_an_error_comes_back_from_a_process_as_it_was():
    error = MissingExtraError("duckdb", "report")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert "emend[report]" in str(error)


def test_real_processes_answer_and_one_that_is_killed_is_replaced():
    from pipeline.builds.processes import pool

    with service(pool=partial(pool)) as client:
        done = client.post("/v1/clean", json={"text": PAGES[0]})
        assert done.json()["text"] == clean(PAGES[0]).text


def test_the_description_fits_the_service(client):
    told = client.get("/openapi.json").json()
    assert told["openapi"].startswith("3.1")
    post = told["paths"]["/v1/clean"]["post"]
    body = post["requestBody"]["content"]["application/json"]["schema"]
    assert set(body["properties"]) == {"text", "form", "language", "lexicon"}
    assert {"200", "400", "408", "413", "422", "500", "503", "504"} == set(post["responses"])
    assert client.get("/health").json()["status"] == "ok"


def test_the_description_is_valid(client):
    checker = pytest.importorskip("openapi_spec_validator", reason="it comes with moto's server")
    checker.validate(client.get("/openapi.json").json())
