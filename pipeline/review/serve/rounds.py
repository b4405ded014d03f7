"""The rounds of a team: who is on which page, and who may validate one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from pipeline.errors import DecisionError
from pipeline.review.serve.view import View

LAPSE = 300  # seconds after which the page of an editor who does nothing is free again


class Presence:
    """The page that each editor is on, in memory. Nobody is kept from a page by it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives the present in seconds."""
        self._clock = clock
        self._lock = threading.Lock()
        self._on: dict[str, tuple[int, float]] = {}

    def note(self, who: str, page: int) -> None:
        """An editor does something on a page, and so has left the one before."""
        with self._lock:
            self._on[who] = page, self._clock()

    def now(self) -> dict[str, int]:
        """The page of each editor who has done something lately."""
        with self._lock:
            since = self._clock() - LAPSE
            return {who: page for who, (page, when) in self._on.items() if when > since}


def check_second(view: View, page: int, who: str) -> None:
    """Check that an editor may validate a page: someone else has marked it before.

    Raises:
        DecisionError: Nobody has marked it, or this editor was the last to do so.

    """
    by = view.page_rows[page]["by"]
    if by is None:
        raise DecisionError(
            "Nobody has marked this page as reviewed: in a team, one editor reviews a page, "
            "another validates it."
        )
    if by == who:
        raise DecisionError(
            "You marked this page yourself: in a team, another editor validates it."
        )
