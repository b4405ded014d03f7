"""A whole corpus in figures: every ledger of a project, counted and sorted with DuckDB.

The tables stand in `tables.sql`, one query each. DuckDB reads the ledgers from disk as it needs
them, so that a corpus may be larger than memory. Confidences are added as decimals: the last digit
of a sum of floating-point numbers depends on which thread ends first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import EmendError, MissingExtraError
from pipeline.html import rendered
from pipeline.project import Project

_HERE = Path(__file__).parent
_TABLE = re.compile(r"^-- (?P<name>\w+): (?P<about>.*)$", re.MULTILINE)
_WORDS = re.compile(r"^([\d,]+) words", re.MULTILINE)
_YEAR = re.compile(r"\d{4}")
_ENGINE = re.compile(r"OCR: ([^;.]+)")
_MOST = 1000  # rows of a table, unless another number is given


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the report: its columns, and its rows of text and numbers."""

    name: str
    about: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All tables, and the texts that have no edition to count."""

    tables: tuple[Table, ...]
    missing: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The report for JSON: a list of records for each table."""
        tables = {
            one.name: [dict(zip(one.columns, row, strict=True)) for row in one.rows]
            for one in self.tables
        }
        return {**tables, "missing": list(self.missing)}

    def to_html(self) -> str:
        """The report as one page, without scripts or anything from elsewhere."""
        return rendered(
            _HERE / "templates", "corpus.html.jinja", tables=self.tables, missing=self.missing
        )


def report(project: Project, *, most: int = _MOST, parquet: Path | None = None) -> Report:
    """Count the ledgers of all editions of a project.

    Each table has at most `most` rows. With `parquet`, each is also written to that folder whole,
    together with `changes`, the ledgers themselves.

    Raises:
        EmendError: There is no edition yet, a ledger cannot be read, or DuckDB is not installed.

    """
    try:
        import duckdb  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError("duckdb", "report") from None
    texts, missing = _texts(project)
    if not texts:
        raise EmendError("The project has no edition yet: run emend build first.")
    with duckdb.connect() as base:
        base.execute(
            "CREATE TABLE texts (id TEXT, title TEXT, language TEXT, year INTEGER, engine TEXT, "
            "words BIGINT)"
        )
        base.executemany("INSERT INTO texts VALUES (?, ?, ?, ?, ?, ?)", texts)
        ledgers = [str(project.edition(str(row[0])) / "changes.jsonl") for row in texts]
        try:
            base.execute("CREATE TABLE ledgers AS SELECT unnest($1) AS path", [ledgers])
            base.execute("SET VARIABLE ledgers = (SELECT list(path) FROM ledgers)")
            base.execute(_sql("changes.sql"))
            tables = tuple(
                _table(base, name, about, query, most, parquet)
                for name, about, query in _queries(_sql("tables.sql"))
            )
            if parquet:
                _write(base, "SELECT * FROM changes", parquet / "changes.parquet")
        except duckdb.Error as error:
            raise EmendError(
                f"The ledgers cannot be read ({str(error).splitlines()[0]}): run emend build."
            ) from None
    return Report(tables, missing)


def _texts(project: Project) -> tuple[list[tuple[Any, ...]], tuple[str, ...]]:
    """Every text with an edition, as a row; and the ids of the others."""
    rows, missing = [], []
    for name in project.texts:
        try:
            facts = project.text(name).facts
            said = (project.edition(name) / "report.md").read_text("utf-8")
            if not (project.edition(name) / "changes.jsonl").is_file():
                raise FileNotFoundError
        except (EmendError, OSError):
            missing.append(name)
            continue
        words, year = _WORDS.findall(said), _YEAR.search(facts.get("date", ""))
        engine = _ENGINE.search(facts.get("source_note", ""))
        rows.append(
            (
                name,
                facts["title"],
                facts["language"],
                int(year.group()) if year else None,
                engine.group(1).strip() if engine else "unknown",
                int(words[-1].replace(",", "")) if words else 0,
            )
        )
    return rows, tuple(missing)


def _sql(name: str) -> str:
    return (_HERE / name).read_text("utf-8")


def _queries(source: str) -> list[tuple[str, str, str]]:
    """The name, the purpose and the query of each table."""
    heads = list(_TABLE.finditer(source))
    ends = [*(head.start() for head in heads[1:]), len(source)]
    return [
        (head["name"], head["about"], source[head.end() : end].strip().rstrip(";"))
        for head, end in zip(heads, ends, strict=True)
    ]


def _table(base: Any, name: str, about: str, query: str, most: int, parquet: Path | None) -> Table:
    if parquet:
        _write(base, query, parquet / f"{name}.parquet")
    found = base.execute(f"SELECT * FROM ({query}) LIMIT {int(most)}")  # noqa: S608
    columns: Sequence[str] = [column[0] for column in found.description]
    return Table(name, about, tuple(columns), tuple(found.fetchall()))


def _write(base: Any, query: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    base.execute(f"COPY ({query}) TO '{str(path).replace(chr(39), chr(39) * 2)}' (FORMAT parquet)")
