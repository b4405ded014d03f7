"""Write the pages of the documentation that are made from the code: `python docs/write.py`.

A test fails if a page is out of date.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import typer

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

_ABOUT_COMMANDS = """\
The help of each command, in the order of `emend --help`. Written by `python docs/write.py`.

All commands exit with code 0 on success and 2 on an error, which is one sentence on standard error.
`emend check` exits with 1 if a file is invalid, `emend build` if a text fails, `emend add` and
`emend clean` if a page cannot be read. After
`emend --install-completion`, your shell completes commands, options and the ids of texts.
"""


def commands() -> str:
    """docs/commands.md: every command with its arguments and options, as in --help."""
    from pipeline.cli import app

    group: Any = typer.main.get_command(app)
    out = ["# Commands", "", _ABOUT_COMMANDS]
    for name, command in group.commands.items():
        out += [f"## emend {name}", "", command.help or "", ""]
        rows = [
            f"| {_name(param)} | {param.help} |"
            for param in command.params
            if getattr(param, "help", "")
        ]
        out += ["| | |", "| --- | --- |", *rows, ""] if rows else []
    return "\n".join(out).rstrip() + "\n"


def _name(param: Any) -> str:
    """An argument's metavar, or an option's names with the metavar of its value."""
    if param.param_type_name == "argument":
        return str(param.metavar or param.name).replace("|", "&#124;")
    value = f" {param.metavar}" if param.metavar else ""
    return ", ".join(f"`{opt}{value}`" for opt in (*param.opts, *param.secondary_opts))


def stages() -> str:
    """docs/stages.md: the docstrings of the stages, in the order in which they run."""
    from pipeline.flow import CLOSING, STAGES

    out = [
        "# Stages",
        "",
        (
            "What each stage corrects and what it leaves alone, in the order in which they run. "
            "Written from the code by `python docs/write.py`."
        ),
        "",
    ]
    for stage in (*STAGES, *CLOSING):
        module = sys.modules[stage.__module__]
        title, _, rest = (module.__doc__ or "").strip().partition("\n")
        out += [f"## {stage.__name__.replace('_', ' ').capitalize()}", "", title, rest.rstrip(), ""]
    out += ["## Rules", "", "| rule | what it means |", "| --- | --- |"]
    from pipeline.rules import RULES

    out += [f"| `{rule}` | {told} |" for rule, told in RULES.items()]
    return "\n".join(out).rstrip() + "\n"


def marks() -> str:
    """docs/marks.md: every role that a stage can give to a span, from the table of roles."""
    from pipeline.roles import ROLES, Role

    def attributes(role: Role) -> str:
        told = [
            f"`{name}` ({' '.join(f'`{value}`' for value in values)})"
            for name, values in (("type", role.types), ("rend", role.rends))
            if values
        ]
        return ", ".join([*told, *([role.takes] if role.takes else [])])

    out = [_MARKS]
    for level, lead in _LEVELS.items():
        out += [lead, "", "| role | attributes | TEI |", "| --- | --- | --- |"]
        out += [
            f"| `{role.name}` | {attributes(role)} | {role.says or f'`{role.element}`'} |"
            for role in ROLES.values()
            if role.level == level
        ]
        out.append("")
    return "\n".join(out).rstrip() + "\n"


_MARKS = """\
# Marks: the roles that stages give to stretches of text

A mark is a role on a raw span, with attributes. Stages set marks; the encoder turns them into
elements, and the reading text and the review page read them. A span is tight: it begins at the
first character of the thing and ends after its last.

This page is made from `pipeline/roles.py` by `python docs/write.py`. To add a role, add a row to
that table, say in `schemas/edition.rnc` where its element may stand, and set the mark in a stage.
"""
_LEVELS = {
    "block": """## Blocks

Together they cover every character that is not white space, furniture or removed markup. Blocks of
one level do not overlap; a `note` or `furniture` at the foot of a page may be inside a `paragraph`
that continues on the next page.""",
    "inline": "## Within blocks",
    "point": """## Pages and page furniture

Lines have no marks: every line feed of the raw text ends one.""",
}


def tei() -> str:
    """docs/tei.md with its examples filled in: after each raw text, what emend makes of it."""
    page = (HERE / "tei.md").read_text(encoding="utf-8")
    out: list[str] = []
    raw = ""
    for part in re.split(r"(^```\w+(?: \w+)?\n.*?^```$)", page, flags=re.MULTILINE | re.DOTALL):
        fence, _, body = part.partition("\n")
        if fence == "```text":
            raw = re.sub("[␀-␠]", _control, body.removesuffix("```")).partition("\x03")[0]
        what = fence.removeprefix("```xml").strip() if fence.startswith("```xml") else None
        out.append(part if what is None else f"{fence}\n{_shown(raw, what)}```")
    return "".join(out)


def _control(picture: re.Match[str]) -> str:
    """What the page has a picture for: U+000C for ␌, a blank for ␠, and the end of a file for ␃."""
    return chr(ord(picture[0]) - ord("␀"))


def _shown(raw: str, what: str) -> str:
    """The part of an edition that an example shows: its text, or its pending changes.

    The elements around the text are shown only if there are parts before or after the body. Leaves
    out the attributes that every record has. For `print`, an editor has decided that the
    first misspelt word is the printer's.
    """
    from pipeline import flow
    from pipeline.ingest.readers.plain import decode
    from pipeline.review.decide.decisions import Decision

    decisions = (
        [Decision("reading", 5, 13, "recieved", "received", kind="print", who="Anna")]
        if what == "print"
        else []
    )
    document, _ = flow.run(
        decode(raw.encode(), "example.txt"),
        {"language": "en", "title": "Example"},
        decisions=decisions,
    )
    written = flow.Clean(document).tei().decode()
    text = written.partition('preserve">\n')[2].partition("\n</text>")[0]
    held = re.search(r'<listAnnotation type="held">\n.*?\n</listAnnotation>', written, re.DOTALL)
    if what == "standOff":
        part = f"<standOff>{held[0]}</standOff>" if held else ""
    elif text.startswith("<front>") or text.endswith("</back>"):
        part = f"<text>{text}</text>"
    else:
        part = text.removeprefix("<body>").removesuffix("</body>").removesuffix("\n<lb/>")
    pages = "" if 'target="#pb' in part else "|pb"  # an index points to its pages
    part = re.sub(
        r' (?:resp|cert|change)="#[^"]*"| cert="(?:high|medium|low)"| '
        rf'xml:id="(?:(?:[cpd]{pages}|e)[\d.]+|s\.[\d.]+)"',
        "",
        part,
    )
    if not part:
        raise ValueError(f"docs/tei.md: this example shows nothing ({what or 'text'}): {raw}")
    return part.strip("\n") + "\n"


PAGES = {"commands.md": commands, "marks.md": marks, "stages.md": stages, "tei.md": tei}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")
