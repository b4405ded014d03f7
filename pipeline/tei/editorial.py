"""The editorial declaration: the practices of an edition, and none that it does not follow."""

from __future__ import annotations

import re
from functools import partial

from pipeline.document import PIPELINE, Document
from pipeline.language.causal_model import LETTERS
from pipeline.tei.characters import words

# What is said of corrections, by what must stand in the edition for it to be said.
_CORRECTION = {
    r"<app\b": (
        "An <gi>app</gi> marks {error}: <gi>lem</gi> has the edited reading, <gi>rdg</gi> that of "
        "the source. An edited reading is a conjecture unless a person named in <att>resp</att> "
        "decided it."
    ),
    "<sic>": (
        "An error of the print itself is a <gi>choice</gi> of <gi>sic</gi> and <gi>corr</gi>; only "
        "an editor corrects it."
    ),
    r"<gap\b": (
        "A <gi>gap</gi> marks what is missing; its <gi>desc</gi> has what the source has in its "
        "place. One without is read as […]."
    ),
    r" cert=": (
        "<att>ana</att> points to the kind of change and its rule, <att>resp</att> to whoever made "
        "it, and <att>change</att> to the round of work. <att>cert</att> says how sure it is."
    ),
    'listAnnotation type="made"': (
        "The evidence for a change is in the <gi>annotation</gi>s in <gi>standOff</gi> that point "
        "to it."
    ),
    'listAnnotation type="held"': (
        "Proposals that await an editor are <gi>annotation</gi>s in <gi>standOff</gi>; they do not "
        "change the text."
    ),
    'listAnnotation type="refused"': (
        "Proposals that an editor rejected are kept in <gi>standOff</gi> too."
    ),
}


def editorial_declaration(document: Document, written: str, *, ocr: bool) -> list[str]:
    """What was done to this text, and nothing that was not."""
    reviewed = any(change.by != PIPELINE for change in document.ledger)
    has = partial(re.search, string=written)
    error = "a place that the OCR misread" if ocr else "a transcription error in the source"
    said = [text.format(error=error) for pattern, text in _CORRECTION.items() if has(pattern)] or [
        "Nothing was corrected."
    ]
    facts = dict(document.facts)
    if name := facts.get("model_name"):
        which = f"{words(name)} (SHA-256 {facts['model_sha256']})"
        said.append(
            f"The corrected text was read again, letter by letter, by {which}; the change log "
            f"names it wherever a reading is its own."
            if facts.get("model") == LETTERS
            else f"The candidates for doubtful words were ranked with the language model {which}, "
            f"which proposed none and wrote no text."
        )
    if texts := facts.get("memory_texts"):
        said.append(
            f"What {texts} texts of the project show of their words and of the confusions of their "
            f"engine was evidence (raw/memory.json, SHA-256 {facts['memory_sha256']})."
        )
    form = ["Spelling is not modernised."]
    if has("<reg"):
        form.append(
            "Changes of form are a <gi>choice</gi> of <gi>orig</gi> and <gi>reg</gi>: spacing, "
            "quotation marks, dashes, characters."
        )
    if has(r'rendition="[^"]+"[^>]* ana='):
        form.append(
            "Markup typed as characters became an element; its <att>rendition</att> has the "
            "characters."
        )
    status = "medium" if reviewed else "low"
    lines = [
        "  <editorialDecl>",
        f'    <correction status="{status}" method="markup">',
        *(f"      <p>{one}</p>" for one in said),
        "    </correction>",
        f'    <normalization method="markup"><p>{" ".join(form)}</p></normalization>',
    ]
    if re.search('["\u201c\u201d\u201e\u00ab\u00bb\u2018]', document.text):
        tags = [f"<gi>{tag}</gi>" for tag in ("q", "said") if has(f"<{tag}[ >]")]
        inside = f", inside {' or '.join(tags)} where it is clear what they enclose" if tags else ""
        lines.append(
            f'    <quotation marks="all">'
            f"<p>Quotation marks are kept in the text{inside}.</p></quotation>"
        )
    lines += _line_ends(written)
    made = written.partition("<standOff")[0]  # what is only proposed takes nothing out
    dropped = re.search(r"<lem[^>]*></lem>|<lem[^>]*/>", made)
    misread = ", except for the marks that an <gi>app</gi> records as misread" if dropped else ""
    lines += [
        (
            f'    <punctuation marks="{"some" if dropped else "all"}">'
            f"<p>The punctuation of the source is kept{misread}.</p></punctuation>"
        ),
        f"    <segmentation><p>{' '.join(_layout(written))}</p></segmentation>",
        "  </editorialDecl>",
    ]
    return lines


def _line_ends(written: str) -> list[str]:
    """What was done to words broken over a line end."""
    said = []
    if re.search(r'<[lp]b [^>]*break="no"', written):
        said.append(
            "A line end with <att>break</att> <val>no</val> is not a space: the word goes on, or a "
            "dash stands there."
        )
    if 'force="weak"' in written:
        said.append(
            "A hyphen that only the line end called for is a <gi>pc</gi> with <att>force</att> "
            "<val>weak</val> and is not read."
        )
    if re.search(r'<[lp]b [^>]*rend="[^"]*hyphen', written):
        said.append(
            "Where the source lost the hyphen, the line end has <att>rend</att> <val>hyphen</val>; "
            "a hyphen that belongs to the word is then supplied in an <gi>app</gi> before it."
        )
    if 'break="maybe"' in written:
        said.append(
            "In doubt they have <val>inter</val> and <val>maybe</val>: such a hyphen is read, "
            "without a space after it; a line end without a hyphen is read as a space."
        )
    if not said:
        return []
    said.append("A hyphen that belongs to the word is text.")
    return [f'    <hyphenation eol="some"><p>{" ".join(said)}</p></hyphenation>']


def _layout(written: str) -> list[str]:
    """How the lines and pages of the source are kept."""
    said = ["The order of the source is kept."]
    aside = [
        name
        for name, pattern in (
            ("notes", "<note [^>]*xml:id="),
            ("page furniture (<gi>fw</gi>)", "<fw "),
        )
        if re.search(pattern, written)
    ]
    if aside:
        said.append(f"{' and '.join(aside).capitalize()} stand where the source has them.")
    if re.search("<note [^>]*prev=", written):
        said.append(
            "A note with <att>prev</att> is the rest of the note to which that points, cut off by "
            "the end of a page."
        )
    if "<lb" in written:
        said.append(
            "Each line feed of the source is one <gi>lb</gi> and begins a line of this file."
        )
    if "form-feed" in written:
        said.append("Each form feed is one <gi>pb</gi> with <att>rend</att> <val>form-feed</val>.")
    said.append("White space that contains a line feed is not content.")
    if "<lb" in written or "<space" in written:
        said.append(
            "Blanks at the end of a line, and those that no one reads beside it, are in the "
            "<gi>rendition</gi> of its <gi>lb</gi>, <gi>pb</gi> or of a <gi>space</gi>."
        )
    return said
