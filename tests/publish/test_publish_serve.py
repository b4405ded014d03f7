"""`emend serve`: the files of the site, its own page for a wrong address, nothing beyond it."""

import functools
import http.server
import threading
import urllib.error
import urllib.request

import pytest

from pipeline.cli.site_server import Site


@pytest.fixture
def address(tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("the library", "utf-8")
    (tmp_path / "site" / "404.html").write_text("no such page", "utf-8")
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    handler = functools.partial(Site, directory=str(tmp_path / "site"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


def test_the_site_is_shown_and_never_from_a_cache(address):
    with urllib.request.urlopen(address) as answer:
        assert answer.read() == b"the library"
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["gone.html", "../secret.txt", "%2e%2e/secret.txt"])
def test_a_wrong_address_has_the_sites_own_page(address, path):
    with pytest.raises(urllib.error.HTTPError) as raised:
        urllib.request.urlopen(address + path)
    assert raised.value.code == 404
    assert raised.value.read() == b"no such page"


def test_queries_of_text_tools_are_answered(site):
    handler = functools.partial(Site, directory=str(site))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    home = f"http://127.0.0.1:{server.server_port}/dts/api"
    with urllib.request.urlopen(f"{home}/navigation?resource=ferry&start=ch1&end=ch2") as answer:
        assert answer.headers["Content-Type"] == "application/ld+json"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert b'"end"' in answer.read()
    with pytest.raises(urllib.error.HTTPError) as raised:
        urllib.request.urlopen(f"{home}/navigation?resource=ferry")
    assert (raised.value.code, raised.value.read()[:9]) == (400, b"Give ref,")
    server.shutdown()
