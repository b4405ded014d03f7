"""A project on disk: what people give, `raw/ID/`, and what emend makes of it, `edition/ID/`."""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import ProjectError
from pipeline.folders import recover_all

UNKNOWN = "unknown"
ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
DATE = re.compile(r"-?\d{4}(?:-\d{2}(?:-\d{2})?)?(?:/-?\d{4}(?:-\d{2}(?:-\d{2})?)?)?")
WEB_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
# what no XML file can hold
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

# key: (whether it must be there, what is expected, in words)
KEYS: Mapping[str, tuple[bool, str]] = {
    "title": (True, "the text's title, in quotation marks"),
    "author": (True, 'the author, "Strong, Anna Louise", several as a list, or "unknown"'),
    "date": (
        True,
        'when the copy text was published, "1934", "1934-09", "1934-09-09" or "unknown"',
    ),
    "publisher": (True, 'who published the copy text, or "unknown"'),
    "place": (True, 'where it was published, or "unknown"'),
    "language": (True, 'the language as a tag of BCP 47, "en", "de", "fr"'),
    "kind": (
        True,
        'what kind of source it is: "book", "pamphlet", "article", "blog posts", "newspaper" …',
    ),
    "edited": (True, 'the date of this edition, "2026-11-24"; nothing is read off the clock'),
    "subtitle": (False, "the text's subtitle"),
    "editor": (False, "who answers for this edition"),
    "series": (False, "the series or journal"),
    "series_number": (False, "the number in the series"),
    "source_note": (False, "a remark on the source"),
    "licence": (False, "under what terms the edition may be used, in words"),
    "licence_url": (
        False,
        'the licence\'s web address, "https://creativecommons.org/licenses/by/4.0/"',
    ),
    "scan": (False, "the address of the page images"),
    "ocr": (False, '"auto", "always" or "never": when the pages of a PDF are recognised'),
    "ocr_language": (
        False,
        'the languages in which page images are read, "en+fr", if not the text\'s own alone',
    ),
    "errata": (False, '"back", if a transcriber’s note shall stand in the back matter'),
}


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a project."""

    id: str
    folder: Path
    facts: Mapping[str, str] = field(default_factory=dict)
    lexicon: frozenset[str] = frozenset()

    @property
    def decisions_path(self) -> Path:
        """Where the editors' decisions are kept."""
        return self.folder / "decisions.jsonl"

    @property
    def sources(self) -> tuple[Path, ...]:
        """The source: a file, or a folder of pages."""
        return sources(self.folder)

    @property
    def witnesses(self) -> tuple[Path, ...]:
        """Other readings of the same pages: files or folders called `witness`, `witness-2` …,
        whatever they end in.
        """
        return tuple(
            sorted(
                path
                for path in self.folder.glob("witness*")
                if re.fullmatch(r"witness(?:-\d+)?", path.name.partition(".")[0])
            )
        )


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with `raw/` in it."""

    root: Path

    @classmethod
    def open(cls, path: Path = Path()) -> Project:
        """Open the project in a folder. Puts back editions that a killed build left aside.

        Raises:
            ProjectError: The folder is not a project.

        """
        if not (path / "raw").is_dir():
            where = path.resolve()
            raise ProjectError(
                f"{where} is not an emend project, for it has no folder raw/: run emend init "
                f"there, or go to one that has."
            )
        recover_all(path / "edition")
        return cls(path)

    @property
    def texts(self) -> tuple[str, ...]:
        """The ids of all texts, sorted."""
        return tuple(
            sorted(
                folder.name
                for folder in (self.root / "raw").iterdir()
                if folder.is_dir() and not folder.name.startswith(".")
            )
        )

    def text(self, name: str) -> Text:
        """One text. Raises ProjectError where it is missing, or its meta.toml lacks or misstates
        something.
        """
        folder = self.root / "raw" / name
        if not folder.is_dir() or "/" in name or "\\" in name:
            known = ", ".join(self.texts) or "none yet"
            raise ProjectError(f"There is no text {name!r} in raw/; there are: {known}.")
        if not ID.fullmatch(name):
            raise ProjectError(
                f"raw/{name} is not a valid id: rename the folder to small letters, figures and "
                f"hyphens, at most 64."
            )
        _refuse_links_out(folder, self.root)
        return Text(name, folder, meta(folder / "meta.toml", name), lexicon(folder / "lexicon.txt"))

    def edition(self, name: str) -> Path:
        """The folder of a text's edition, which need not be there yet."""
        return self.root / "edition" / name


def meta(path: Path, name: str) -> dict[str, str]:
    """What meta.toml tells, lists joined by "; ", with the text's id. Raises ProjectError naming
    the key and what is expected.
    """
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ProjectError(
            f"{path} is missing: it tells title, author, date, publisher, place, language "
            f"and kind; emend add writes one with each text."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProjectError(
            f'{path} is not valid TOML ({error}): each line is key = "value".'
        ) from None
    except RecursionError:
        raise ProjectError(f"{path} nests its values too deeply.") from None
    facts = {"id": name}
    for key, value in given.items():
        if key not in KEYS:
            raise ProjectError(
                f"{path}: the key {key!r} is not known; these are: {', '.join(KEYS)}."
            )
        if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
            facts[key] = "; ".join(value)
        elif isinstance(value, str) and value.strip():
            facts[key] = value.strip()
        else:
            raise ProjectError(
                f"{path}: {key} is {repr(value)[:80]}, but what is expected is {KEYS[key][1]}."
            )
        if control := CONTROL.search(facts[key]):
            raise ProjectError(
                f"{path}: {key} contains the control character U+{ord(control.group()):04X}; "
                f"remove it."
            )
    for key, (needed, expected) in KEYS.items():
        if needed and key not in facts:
            raise ProjectError(
                f"{path}: the key {key!r} is missing; what is expected is {expected}."
            )
    checked(facts, f"{path}: ")
    for key, values in (("errata", ("back",)), ("ocr", ("auto", "always", "never"))):
        if facts.get(key, values[0]) not in values:
            raise ProjectError(
                f"{path}: {key} is {facts[key]!r}, but what is expected is {KEYS[key][1]}."
            )
    return facts


def checked(facts: Mapping[str, str], where: str = "") -> None:
    """Check the facts that must have a certain form: the language, the dates, the address.

    Raises:
        ProjectError: One of them does not.

    """
    for key, pattern in (
        ("language", LANGUAGE),
        ("date", DATE),
        ("edited", DATE),
        ("licence_url", WEB_ADDRESS),
    ):
        if key in facts and facts[key] != UNKNOWN and not pattern.fullmatch(facts[key]):
            raise ProjectError(
                f"{where}{key} is {facts[key]!r}, but what is expected is {KEYS[key][1]}."
            )


def lexicon(path: Path) -> frozenset[str]:
    """The words that lexicon.txt attests, one a line; `#` begins a remark. Empty where there is no
    such file.
    """
    if not path.is_file():
        return frozenset()
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise ProjectError(
            f"{path} is not UTF-8 text: save it as UTF-8, one word a line."
        ) from None
    return frozenset(word for line in lines if (word := line.partition("#")[0].strip()))


def _refuse_links_out(folder: Path, root: Path) -> None:
    """Refuse a text whose files are links that lead out of the project.

    Somebody else's project may hold a `source.txt` that is a link to a private file of yours, which
    would then be published.

    Raises:
        ProjectError: A file of the text lies outside the project.

    """
    home = root.resolve()
    inside = (
        path
        for one in folder.iterdir()
        for path in ([one, *one.iterdir()] if one.is_dir() else [one])
    )
    for path in (folder, *inside):
        if not path.resolve().is_relative_to(home):
            raise ProjectError(
                f"{path} is a link to a file outside the project, which emend does not read: copy "
                f"the file there."
            )


def sources(folder: Path) -> tuple[Path, ...]:
    """What a text's source is: the folder `source/` if there is one (pages, a METS), else the file
    `source.*`.
    """
    if (folder / "source").is_dir():
        return (folder / "source",)
    found = [path for path in folder.glob("source.*") if path.is_file()]
    if not found:
        raise ProjectError(
            f"{folder} has no source: put the file there as source.txt (or source.pdf, …), "
            f"or use emend add FILE."
        )
    if len(found) > 1:
        names = ", ".join(sorted(path.name for path in found))
        raise ProjectError(
            f"{folder} has more than one source ({names}): keep one, or put pages into a "
            f"folder source/."
        )
    return (found[0],)


def init(root: Path) -> Project:
    """A new project: `raw/` and `edition/`, with a README that says what goes where. What is there
    already stays.
    """
    for name in ("raw", "edition"):
        (root / name).mkdir(parents=True, exist_ok=True)
    readme = root / "README.md"
    if not readme.exists():
        readme.write_text(_README, encoding="utf-8")
    return Project(root)


def add(project: Project, paths: Sequence[Path], *, name: str, facts: Mapping[str, str]) -> Text:
    """Takes a source in, byte for byte, as a new text: a file, several, or a folder. Raises
    ProjectError where the id is taken or not one.
    """
    if not ID.fullmatch(name):
        raise ProjectError(
            f"{name!r} cannot be a text's id: use small letters, figures and hyphens, at most 64."
        )
    checked(facts)
    folder = project.root / "raw" / name
    if folder.exists():
        raise ProjectError(
            f"raw/{name} is there already: choose another id with --id, or change the source "
            f"there by hand."
        )
    making = folder.with_name(f".{name}.new")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    if len(paths) == 1 and paths[0].is_file():
        shutil.copyfile(paths[0], making / f"source{paths[0].suffix.lower() or '.txt'}")
    elif len(paths) == 1:
        shutil.copytree(paths[0], making / "source")
    else:
        (making / "source").mkdir()
        for path in paths:
            shutil.copyfile(path, making / "source" / path.name)
    (making / "meta.toml").write_text(meta_toml(facts), encoding="utf-8")
    (making / "lexicon.txt").write_text(
        "# Words of this text that are right though no dictionary has them, one a line.\n",
        encoding="utf-8",
    )
    making.rename(folder)
    return project.text(name)


def meta_toml(facts: Mapping[str, str]) -> str:
    """A meta.toml with every key that must be there, unknown where it is not told."""
    out = []
    for key, (needed, expected) in KEYS.items():
        if needed or key in facts:
            value = facts.get(key, UNKNOWN).replace("\\", "\\\\").replace('"', '\\"')
            out.append(
                f'{key} = "{value}"  # {expected}'
                if facts.get(key, UNKNOWN) == UNKNOWN
                else f'{key} = "{value}"'
            )
    return "\n".join(out) + "\n"


_README = """# An emend project

- `raw/ID/` holds a text as it was given: `source.*` (never edited), `meta.toml` (title, author, date, …), `lexicon.txt` (words that
  are right though no dictionary has them), `decisions.jsonl` (what editors decided).
- `edition/ID/` holds what emend makes of it: `ID.xml` (TEI), `changes.jsonl` (every change), `queue.jsonl` (what waits for an editor).

`emend add FILE` takes in a text, `emend build` makes the editions, `emend review` opens the review.
"""
