"""The desk: one text under review, and how a decision gets from the page to the disk.

What is shown depends on three things alone: the document as the stages left it, the decisions on
disk, and how they apply. Decisions made elsewhere, in another tab or on the command line, show at
the next look.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.document import Box, Document
from pipeline.errors import DecisionError, EmendError
from pipeline.review.decide.decisions import Decision, locked, read, write
from pipeline.review.decide.hand import hand
from pipeline.review.decide.pages import page_at
from pipeline.review.serve import scans
from pipeline.review.serve.asked import OutdatedError, decisions_asked, meets, text_of, version_of
from pipeline.review.serve.loaded import Loaded
from pipeline.review.serve.rounds import Presence, check_second
from pipeline.review.serve.rows import Answer, GroupRow
from pipeline.review.serve.selection import nth
from pipeline.review.serve.standings import standings
from pipeline.review.serve.view import Json, View, group_rows

REMEMBERED = 200  # versions of the decisions of which it is known how the groups stood


class NotReadyError(EmendError):
    """The text is still loading."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A text to review.

    `load` gives the document as the stages leave it, with the decisions of today as evidence;
    `stamp` changes when the source does. `own` is the text's decisions file, `shared` the one for
    decisions whose scope is the project. `root` is the project's folder, `folder` the text's.
    """

    id: str
    title: str
    root: Path
    folder: Path
    own: Path
    shared: Path
    load: Callable[[], Document]
    stamp: Callable[[], object] = lambda: 0


class Desk:
    """One text under review. Safe to use from several threads."""

    def __init__(self, subject: Subject) -> None:
        """Nothing is loaded until it is needed."""
        self.subject = subject
        self.presence = Presence()
        self._lock = threading.RLock()
        self._saving = threading.Lock()
        self._loaded: tuple[object, Loaded] | None = None
        self._loading: threading.Thread | None = None
        self._failure: EmendError | None = None
        self._view: View | None = None
        self._files: tuple[object, object] = (None, None)
        self._epochs = 0
        self._past: dict[tuple[str, str], tuple[GroupRow, ...]] = {}  # rows by epoch and version

    def view(self, *, wait: bool = False) -> View:
        """The present view.

        Raises:
            NotReadyError: the text is still loading (not with `wait`).
            EmendError: the text, or a decisions file, cannot be read.

        """
        thread = self._begin()
        if thread and wait:
            thread.join()
        with self._lock:
            if self._failure:
                failure, self._failure = self._failure, None
                raise failure
            if not self._loaded:
                raise NotReadyError("The text is loading.")
            _, loaded = self._loaded
            files = (_state(self.subject.shared), _state(self.subject.own))
            if not self._view or self._view.epoch != loaded.epoch or self._files != files:
                shared, own = read(self.subject.shared), read(self.subject.own)
                document, replay = hand(
                    loaded.base, (*shared.decisions, *own.decisions), loaded.index
                )
                self._files = files
                was = self._view if self._view and self._view.epoch == loaded.epoch else None
                then = was.standings if was else None
                now = standings(loaded, document, replay.ruling, then)
                rows = group_rows(loaded, now, was.rows if was else (), then)
                subject = self.subject
                self._view = View(
                    subject.id, subject.title, loaded, own, shared, document, replay, now, rows
                )
                self._remember(self._view)
            return self._view

    def _remember(self, view: View) -> None:
        """Keep the rows of a view, to tell later what has changed since."""
        self._past[view.epoch, view.version] = view.rows
        while len(self._past) > REMEMBERED:
            del self._past[next(iter(self._past))]

    def version(self, epoch: str = "", version: str = "") -> Json:
        """The present version, and what has changed since an older one of this epoch."""
        view = self.view()
        told = {"epoch": view.epoch, "version": view.version}
        if epoch != view.epoch or version == view.version:
            return told
        return {**told, **self._since(view, version)}

    def _since(self, view: View, version: str, ids: Sequence[str] = ()) -> Answer:
        """What has changed since a version: the rows that differ, and all that is not a row."""
        rows = self._past.get((view.epoch, version))
        groups = {
            i: row
            for i, row in enumerate(view.rows)
            if rows is None or (rows[i] is not row and rows[i] != row)
        }
        return {"ids": list(ids), "version": view.version, "groups": groups, **view.summary}

    def _begin(self) -> threading.Thread | None:
        """Load the text, or load it again if its source has changed."""
        with self._lock:
            if self._loading and self._loading.is_alive():
                return self._loading
            stamp = self.subject.stamp()
            if (self._loaded and self._loaded[0] == stamp) or self._failure:
                return None
            self._loading = threading.Thread(target=self._load, args=(stamp,), daemon=True)
            self._loading.start()
            return self._loading

    def _load(self, stamp: object) -> None:
        try:
            base = self.subject.load()
            loaded = Loaded.of(base, "")
        except EmendError as error:
            with self._lock:
                self._failure = error
            return
        except Exception as error:  # noqa: BLE001 - the page must show it, whatever it is
            with self._lock:
                self._failure = EmendError(
                    f"{self.subject.id} could not be loaded: {type(error).__name__}: {error}"
                )
            return
        with self._lock:
            self._epochs += 1
            epoch = f"{base.source.sha256[:8]}-{self._epochs}"
            self._loaded = (stamp, replace(loaded, epoch=epoch))

    def image(self, surface: int, crop: Sequence[int] | None = None) -> bytes:
        """Return a page image, or a crop of it, as a PNG."""
        view = self.view()
        layout = view.base.source.layout
        one = nth(layout.surfaces if layout else (), surface, "page image")
        box = Box(*crop) if crop and len(crop) == 4 else None
        if box and not (0 <= box.x0 < box.x1 <= one.width and 0 <= box.y0 < box.y1 <= one.height):
            raise DecisionError("That piece is outside the page image.")
        return scans.png(one, self.subject.root, self.subject.folder, box)

    def decide(self, asked: Json, *, team: bool = False) -> Answer:
        """Save decisions, and return what they changed. They are on disk when this returns.

        `asked` holds the `epoch` and `version` of the view on which the decisions are based, `who`,
        and `items`. Each item has a `verdict` and its object: a `group`, an `entry`, a raw span
        `start`, `end` with its reading `before`, a `page`, or for an undo the decision's id
        (`undoes`). In a team, a page is validated by someone other than who reviewed it.

        Raises:
            OutdatedError: others have decided on the same place or reading meanwhile, or the text
                has changed.
            DecisionError: the request makes no sense, or the disk cannot be written to.

        """
        view = self.view()
        if asked.get("epoch") != view.epoch:
            raise OutdatedError(
                "The text has changed since this page was loaded. Reload, then decide."
            )
        shared_at, own_at = version_of(asked.get("version"))
        who = text_of(asked, "who", 80)
        items = asked.get("items")
        if not isinstance(items, list) or not items or len(items) > 5000:
            raise DecisionError("A request has between 1 and 5000 decisions.")
        files: dict[Path, list[Decision]] = {}
        for item in items:
            for one in decisions_asked(view, item, who):
                if team and (one.verdict, one.after) == ("page", "validated"):
                    check_second(view, page_at(view.pages, one.start).index, who)
                files.setdefault(self._file(view, one), []).append(one)
        if team:
            self._note(view, who, [one for some in files.values() for one in some])
        # Editors of this server take turns at once; only another process is waited for by looking.
        with self._saving, locked(self.subject.shared, self.subject.own):
            shared, own = read(self.subject.shared), read(self.subject.own)
            if shared_at > shared.version or own_at > own.version:
                raise OutdatedError(
                    "The decisions file has been replaced since this page was loaded. Reload, "
                    "then decide."
                )
            since = (*shared.since(shared_at), *own.since(own_at))
            ids = []
            for path, some in files.items():
                saved = _saved(some, since)
                ids += [one.id for one in saved.values()]
                files[path] = [one for one in some if id(one) not in saved]
            wanted = [one for some in files.values() for one in some]
            others = [new for new in since if any(meets(new, one) for one in wanted)]
            if others:
                raise OutdatedError("Someone else has decided on this meanwhile.", others)
            ids += [one.id for path, some in files.items() if some for one in write(path, some)]
        # The page also hears what others have decided since its version. If the text cannot be
        # read just now, these decisions are saved all the same.
        with suppress(EmendError):
            fresh = self.view()
            view = fresh if fresh.epoch == view.epoch else view
        return self._since(view, asked["version"], ids)

    def _note(self, view: View, who: str, decisions: Sequence[Decision]) -> None:
        """Note that an editor works on a page, if all that is decided is there."""
        on = {page_at(view.pages, one.start).index for one in decisions}
        if len(on) == 1 and all(one.scope == "place" for one in decisions):
            self.presence.note(who, on.pop())

    def _file(self, view: View, one: Decision) -> Path:
        """The file for a decision; for an undo, the file of the decision it undoes."""
        shared = (
            any(other.id == one.undoes for other in view.shared.decisions)
            if one.verdict == "undo"
            else one.scope == "project"
        )
        return self.subject.shared if shared else self.subject.own


def _saved(wanted: Iterable[Decision], since: Sequence[Decision]) -> dict[int, Decision]:
    """Which decisions this editor has saved already, by their identity.

    As when the server was killed after it had saved them and before it could say so.
    """
    known = {replace(one, id="", when=""): one for one in since}
    return {id(one): known[one] for one in wanted if one in known and not one.id}


def _state(path: Path) -> object:
    """What changes when a file is written to or replaced."""
    try:
        told = path.stat()
    except OSError:
        return None
    return told.st_size, told.st_mtime_ns, told.st_ino
