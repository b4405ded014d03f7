"""A text under review, served to a real browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from harbour import subject

from pipeline.review.serve.desk import Subject
from pipeline.review.serve.server import Server


@pytest.fixture
def lowen(tmp_path) -> Subject:
    return subject(tmp_path)


@pytest.fixture
def served(lowen) -> Iterator[str]:
    """The address of a server of this text, in this process."""
    server = Server([lowen], who="ada")
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server.address
    server.stop()
    thread.join(10)
