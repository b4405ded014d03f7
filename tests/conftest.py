"""What the tests share: Hypothesis without deadlines (the machines are shared), and one real
browser.
"""

import functools
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import settings
from paths import ROOT

settings.register_profile(
    "emend",
    deadline=None,
    max_examples=int(os.environ.get("EMEND_EXAMPLES", "100")),
    print_blob=True,
)
# In CI the same cases every time: a red build then tells of the change, not of the dice. At the
# desk each run tries others.
settings.register_profile("ci", settings.get_profile("emend"), derandomize=True, max_examples=60)
settings.load_profile("ci" if os.environ.get("CI") else "emend")


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


# The shell is the same engine without a window's frame: a third of the time.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, PROGRAMS)), None)
ARGUMENTS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def browser():
    """A real Chromium, the same for every test of a worker: Playwright's synchronous driver cannot
    be started twice in a thread.
    """
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def npm(tmp_path_factory):
    """The folder of a package from npm, fetched once; skips where npm or the network is not to be
    had.
    """

    @functools.cache
    def fetched(name):
        if shutil.which("npm") is None:
            pytest.skip("no npm on this machine")
        folder = tmp_path_factory.mktemp("npm")
        packed = subprocess.run(
            ["npm", "pack", "--silent", name],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        archives = list(folder.glob("*.tgz"))
        if packed.returncode or not archives:
            pytest.skip(f"{name} cannot be fetched from npm")
        shutil.unpack_archive(archives[0], folder, filter="data")
        return folder / "package"

    return fetched
