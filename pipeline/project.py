"""A project on disk: what people provide, in `raw/ID/`, and what emend builds, in `edition/ID/`."""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import ProjectError
from pipeline.folders import left_by_a_program, recover_all

UNKNOWN = "unknown"
ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
DATE = re.compile(r"-?\d{4}(?:-\d{2}(?:-\d{2})?)?(?:/-?\d{4}(?:-\d{2}(?:-\d{2})?)?)?")
PAGES = re.compile(r"\d{1,5}(?:-\d{0,5})?(?:,\d{1,5}(?:-\d{0,5})?)*")
DPI = re.compile(r"[1-9]\d{1,3}")
WEB_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # what no XML file can hold

# key: (whether it is required, what is expected)
KEYS: Mapping[str, tuple[bool, str]] = {
    "title": (True, "the title, in quotation marks"),
    "author": (True, 'the author ("Strong, Anna Louise"), a list of several, or "unknown"'),
    "date": (
        True,
        'the date of the copy text ("1934", "1934-09", "1934-09-09") or "unknown"',
    ),
    "publisher": (True, 'the publisher of the copy text, or "unknown"'),
    "place": (True, 'the place of publication, or "unknown"'),
    "language": (True, 'the language as a BCP 47 tag: "en", "de", "fr"'),
    "kind": (
        True,
        'the kind of source: "book", "pamphlet", "article", "blog posts", "newspaper" …',
    ),
    "edited": (True, 'the date of this edition: "2026-11-24" (emend never reads the clock for it)'),
    "subtitle": (False, "the subtitle"),
    "editor": (False, "the editor responsible for this edition"),
    "version": (False, 'the version of this edition: "1.2"'),
    "digital_publisher": (False, "the publisher of this edition"),
    "doi": (False, 'the DOI of this edition: "10.5281/zenodo.1234567"'),
    "ark": (False, 'the ARK of this edition: "ark:/12345/x6abc"'),
    "series": (False, "the series or journal"),
    "series_number": (False, "the number in the series"),
    "source_note": (False, "a note on the source"),
    "licence": (False, "the licence of the edition, in words"),
    "licence_url": (
        False,
        'the web address of the licence: "https://creativecommons.org/licenses/by/4.0/"',
    ),
    "scan": (False, "the address of the page images"),
    "ocr": (False, '"auto", "always" or "never": when to recognise the pages of a PDF'),
    "ocr_language": (
        False,
        'the languages of the page images ("en+fr"), if not only the text\'s own',
    ),
    "pages": (False, 'the pages to read of a PDF or an image of several pages: "5-20" or "1,5-20"'),
    "ocr_dpi": (False, 'the resolution at which pages are recognised: "300"'),
    "model": (
        False,
        'the model that looks last: "none", "letters", "smollm2" or the path of a GGUF file',
    ),
    "errata": (False, '"back" for a transcriber’s note in the back matter'),
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
        """The file with the editors' decisions."""
        return self.folder / "decisions.jsonl"

    @property
    def sources(self) -> tuple[Path, ...]:
        """The source: one file, or one folder of pages."""
        return sources(self.folder)

    @property
    def witnesses(self) -> tuple[Path, ...]:
        """Other OCR readings of the same pages: `witness.*`, `witness-2.*` …, files or folders."""
        return tuple(
            sorted(
                path
                for path in self.folder.glob("witness*")
                if re.fullmatch(r"witness(?:-\d+)?", path.name.partition(".")[0])
                and not left_by_a_program(path.name)
            )
        )


@dataclass(frozen=True, slots=True)
class Project:
    """A folder that contains `raw/`."""

    root: Path

    @classmethod
    def open(cls, path: Path = Path()) -> Project:
        """Open the project in a folder, and restore editions that a killed build left unfinished.

        Raises:
            ProjectError: The folder is not a project.

        """
        if not (path / "raw").is_dir():
            where = path.resolve()
            raise ProjectError(
                f"{where} is not an emend project (it contains no folder raw/): run emend init, or "
                f"name the project with --project."
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

    @property
    def without_source(self) -> tuple[str, ...]:
        """The ids of editions whose text is no longer in `raw/`, sorted; they are still published.

        For example after a text was renamed: then there is an edition under either name.
        """
        texts = set(self.texts)
        return tuple(
            sorted(
                path.stem
                for path in (self.root / "edition").glob("*/*.xml")
                if path.stem == path.parent.name and path.stem not in texts
            )
        )

    @property
    def shared_decisions(self) -> Path:
        """The file with the decisions that hold in all texts."""
        return self.root / "raw" / "decisions.jsonl"

    @property
    def memory(self) -> Path:
        """The file with what the texts show together, which ``emend remember`` writes."""
        return self.root / "raw" / "memory.json"

    def text(self, name: str) -> Text:
        """One text. Raises ProjectError if there is none, or if its meta.toml is wrong."""
        folder = self.root / "raw" / name
        if not folder.is_dir() or "/" in name or "\\" in name:
            known = f"use {', '.join(self.texts)}" if self.texts else "run emend add FILE"
            raise ProjectError(f"Unknown text {name!r}: {known}.")
        if not ID.fullmatch(name):
            raise ProjectError(
                f"raw/{name} is not a valid id: rename the folder, with at most 64 lower-case "
                f"letters, digits and hyphens."
            )
        _refuse_links_out(folder, self.root)
        return Text(name, folder, meta(folder / "meta.toml", name), lexicon(folder / "lexicon.txt"))

    def edition(self, name: str) -> Path:
        """The folder of a text's edition, which need not exist yet."""
        return self.root / "edition" / name


def meta(path: Path, name: str) -> dict[str, str]:
    """The facts in meta.toml, lists joined by "; ", with the text's id.

    Raises ProjectError, which names the key and what is expected.
    """
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ProjectError(
            f"{path} is missing. It specifies title, author, date and so on; emend add creates one "
            f"with each text."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProjectError(
            f'{path} is not valid TOML ({error}). Write each line as key = "value".'
        ) from None
    except RecursionError:
        raise ProjectError(f"{path} is nested too deeply.") from None
    facts = {"id": name}
    for key, value in given.items():
        if key not in KEYS:
            raise ProjectError(f'{path}: unknown key "{key}": use {", ".join(KEYS)}.')
        if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
            facts[key] = "; ".join(value)
        elif isinstance(value, str) and value.strip():
            facts[key] = value.strip()
        else:
            raise _unexpected(key, value, f"{path}: ")
        if control := CONTROL.search(facts[key]):
            raise ProjectError(
                f'{path}: "{key}" contains the control character U+{ord(control.group()):04X}; '
                f"remove it."
            )
    for key, (needed, expected) in KEYS.items():
        if needed and key not in facts:
            raise ProjectError(f'{path}: the key "{key}" is missing; it must be {expected}.')
    checked(facts, f"{path}: ")
    for key, values in (("errata", ("back",)), ("ocr", ("auto", "always", "never"))):
        if facts.get(key, values[0]) not in values:
            raise _unexpected(key, facts[key], f"{path}: ")
    return facts


def _unexpected(key: str, value: object, where: str) -> ProjectError:
    return ProjectError(f'{where}"{key}" must be {KEYS[key][1]}, got {repr(value)[:80]}.')


def checked(facts: Mapping[str, str], where: str = "") -> None:
    """Check the facts that must have a certain form: the language, the dates, the address.

    Raises:
        ProjectError: One of them does not.

    """
    for key, pattern in (
        ("pages", PAGES),
        ("ocr_dpi", DPI),
        ("language", LANGUAGE),
        ("date", DATE),
        ("edited", DATE),
        ("licence_url", WEB_ADDRESS),
    ):
        if key in facts and facts[key] != UNKNOWN and not pattern.fullmatch(facts[key]):
            raise _unexpected(key, facts[key], where)


def lexicon(path: Path) -> frozenset[str]:
    """The words in lexicon.txt, one per line; `#` starts a comment. Empty without such a file."""
    if not path.is_file():
        return frozenset()
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise ProjectError(f"{path} is not valid UTF-8. Save the file as UTF-8.") from None
    return frozenset(word for line in lines if (word := line.partition("#")[0].strip()))


def _refuse_links_out(folder: Path, root: Path) -> None:
    """Refuse a text whose files are links that lead out of the project.

    Somebody else's project may hold a `source.txt` that is a link to a private file of yours, which
    would then be published.

    Raises:
        ProjectError: A file of the text lies outside the project.

    """
    home = root.resolve()
    for path in (folder, *folder.rglob("*")):
        if not path.resolve().is_relative_to(home):
            raise ProjectError(
                f"{path} is a link to a file outside the project, which emend does not read: copy "
                f"the file there."
            )


def sources(folder: Path) -> tuple[Path, ...]:
    """The source of a text: the folder `source/` (pages, a METS) if there is one, or `source.*`."""
    if (folder / "source").is_dir():
        return (folder / "source",)
    found = [
        path
        for path in folder.glob("source.*")
        if path.is_file() and not left_by_a_program(path.name)
    ]
    if not found:
        raise ProjectError(
            f"{folder} contains no source: put the file there as source.txt (or source.pdf …), or "
            f"run emend add FILE."
        )
    if len(found) > 1:
        names = ", ".join(sorted(path.name for path in found))
        raise ProjectError(
            f"{folder} contains more than one source ({names}): keep one, or put the pages in a "
            f"folder source/."
        )
    return (found[0],)


def init(root: Path) -> Project:
    """Create `raw/`, `edition/` and a README that describes them; keep what already exists."""
    for name in ("raw", "edition"):
        (root / name).mkdir(parents=True, exist_ok=True)
    readme = root / "README.md"
    if not readme.exists():
        readme.write_text(_README, encoding="utf-8")
    return Project(root)


def add(
    project: Project,
    paths: Sequence[Path],
    *,
    name: str,
    facts: Mapping[str, str],
    files: Sequence[tuple[Path, str]] = (),
) -> Text:
    """Import a source unchanged as a new text: one file, several, or a folder.

    `files` are the files to copy, each with its path in the folder `source/`; if there are none,
    the files and folders in `paths` are copied under their own names.

    Raises ProjectError if the id is taken or not valid.
    """
    if not ID.fullmatch(name):
        raise ProjectError(
            f"{name!r} is not a valid id: use at most 64 lower-case letters, digits and hyphens."
        )
    checked(facts)
    folder = project.root / "raw" / name
    if folder.exists():
        raise ProjectError(
            f"raw/{name} already exists: choose another id with --id, or replace the source in "
            f"that folder."
        )
    making = folder.with_name(f".{name}.new")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    if len(paths) == 1 and paths[0].is_file() and not files:
        shutil.copyfile(paths[0], making / f"source{paths[0].suffix.lower() or '.txt'}")
    elif len(paths) == 1 and not files:
        shutil.copytree(paths[0], making / "source")
    else:
        for path, inside in files or [(path, path.name) for path in paths]:
            place = making / "source" / inside
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)
    (making / "meta.toml").write_text(meta_toml(facts), encoding="utf-8")
    (making / "lexicon.txt").write_text(
        "# Words of this text that are correct though no dictionary has them, one per line.\n",
        encoding="utf-8",
    )
    making.rename(folder)
    return project.text(name)


def meta_toml(facts: Mapping[str, str]) -> str:
    """A meta.toml with every required key, "unknown" if no value is given."""
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

- `raw/ID/` holds a text as you provide it: `source.*` (never changed), `meta.toml` (title, author,
  date …), `lexicon.txt` (words that are correct though no dictionary has them), `decisions.jsonl`
  (the editors' decisions).
- `edition/ID/` holds what emend builds from it: `ID.xml` (TEI), `changes.jsonl` (every change),
  `queue.jsonl` (pending changes), `report.md` (a summary).

`emend add FILE` imports a text, `emend build` builds the editions, `emend review` opens the review
in your browser.
"""
