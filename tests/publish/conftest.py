"""What the tests of publishing share: a small invented edition that has everything, its site,
windows on it, outside judges.
"""

import functools
import http.server
import shutil
import threading
from pathlib import Path

import pytest
from least import a_png, a_tei

from pipeline.publish import publish

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def ferry(tmp_path_factory):
    """The sample edition in a project of its own, with its page images."""
    folder = tmp_path_factory.mktemp("project") / "edition" / "ferry"
    (folder / "images").mkdir(parents=True)
    shutil.copy(HERE / "texts" / "ferry.xml", folder / "ferry.xml")
    for n in (1, 2):
        (folder / "images" / f"leaf-{n}.png").write_bytes(a_png(400, 600))
    return folder / "ferry.xml"


@pytest.fixture(scope="session")
def river(tmp_path_factory):
    """A second edition, without scans."""
    path = tmp_path_factory.mktemp("second") / "river.xml"
    paragraphs = "".join(
        f'<p xml:id="p{i}">Paragraph {i} of the river book tells of '
        f"{'otters' if i == 40 else 'reeds'} and water.</p>"
        for i in range(1, 80)
    )
    path.write_text(
        a_tei(f'<div xml:id="d1"><head>Reeds</head>{paragraphs}</div>', title="The River Book"),
        "utf-8",
    )
    return path


@pytest.fixture(scope="session")
def site(tmp_path_factory, ferry, river):
    """Both, published."""
    out = tmp_path_factory.mktemp("site") / "site"
    done = publish([ferry, river], out)
    assert not done.refused
    return out


@pytest.fixture(scope="session")
def web(site):
    """The address of the site on a web server."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(site))
    handler.log_message = lambda *_: None
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture
def page(browser):
    """A new window, 1280 wide, that fails the test if a script fails."""
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    context.set_default_timeout(8000)
    window = context.new_page()
    failures = []
    window.on("pageerror", lambda error: failures.append(str(error)))
    yield window
    context.close()
    assert not failures


@pytest.fixture
def phone(browser):
    """A phone's window."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    context.set_default_timeout(8000)
    yield context.new_page()
    context.close()
