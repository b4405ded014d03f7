"""A table of texts by key on disk, bounded, shared by processes; what it loses is made again.

It holds what is quicker to look up than to work out: digests of files, what was built from what.
Each value carries a checksum, so a damaged one reads as absent. A table that cannot be read or
written at all, because the disk is full or the folder read-only, is an empty one.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
import time
from contextlib import suppress
from pathlib import Path

_DAMAGED = ("malformed", "not a database", "encrypted", "no such column", "no such table")
_SCHEMA = "CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value TEXT, used INTEGER)"
_DAY = 86400


class Table:
    """Texts by key. Safe under several threads and processes."""

    def __init__(self, path: Path, bound: int = 2_000_000) -> None:
        """Open the table, or begin an empty one; at most `bound` entries are kept."""
        self._path = path
        self._bound = bound
        self._lock = threading.Lock()
        self._file: sqlite3.Connection | None = None
        self._opened = False

    def get(self, key: str) -> str | None:
        """The value of a key, or None if there is none or it is damaged."""
        with self._lock:
            rows = self._asked("SELECT value, used FROM entries WHERE key = ?", (key,))
            if not rows:
                return None
            checksum, _, value = str(rows[0][0]).partition(" ")
            if checksum != _checksum(key, value):
                return None
            if rows[0][1] != _today():  # so that what is in use is not dropped
                self._asked("UPDATE entries SET used = ? WHERE key = ?", (_today(), key))
            return value

    def put(self, key: str, value: str) -> None:
        """Set the value of a key."""
        with self._lock:
            row = (key, f"{_checksum(key, value)} {value}", _today())
            self._asked("INSERT OR REPLACE INTO entries VALUES (?, ?, ?)", row)

    def prune(self) -> None:
        """Drop the entries beyond the bound, longest unused first."""
        with self._lock:
            counted = self._asked("SELECT count(*) FROM entries", ())
            if counted and (excess := int(str(counted[0][0])) - self._bound) > 0:
                oldest = "SELECT key FROM entries ORDER BY used, rowid LIMIT ?"
                self._asked(f"DELETE FROM entries WHERE key IN ({oldest})", (excess,))  # noqa: S608

    def close(self) -> None:
        """Close the file; the next question opens it again."""
        with self._lock:
            if self._file is not None:
                self._file.close()
            self._file, self._opened = None, False

    def _asked(self, statement: str, values: tuple[object, ...]) -> list[tuple[object, ...]]:
        try:
            file = self._connection()
            return file.execute(statement, values).fetchall() if file else []
        except sqlite3.Error as error:
            self._give_up(damaged=any(word in str(error) for word in _DAMAGED))
            return []

    def _connection(self) -> sqlite3.Connection | None:
        if not self._opened:
            self._opened = True
            with suppress(OSError):
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._file = sqlite3.connect(
                    self._path, timeout=30, isolation_level=None, check_same_thread=False
                )
                # Commits do not wait for the disk: a lost entry is worked out again.
                self._file.execute("PRAGMA journal_mode = WAL")
                self._file.execute("PRAGMA synchronous = NORMAL")
                self._file.execute(_SCHEMA)
        return self._file

    def _give_up(self, *, damaged: bool) -> None:
        """Do without the table; a damaged file is removed, so that the next process has one."""
        if self._file is not None:
            with suppress(sqlite3.Error):
                self._file.close()
            self._file = None
        if damaged:
            for suffix in ("", "-wal", "-shm"):
                with suppress(OSError):
                    self._path.with_name(self._path.name + suffix).unlink()


def _checksum(key: str, value: str) -> str:
    return hashlib.blake2b(f"{key}\0{value}".encode(), digest_size=8).hexdigest()


def _today() -> int:
    return int(time.time() // _DAY)
