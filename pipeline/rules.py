"""What each kind and each rule of the ledger means, in words.

Whatever a person reads takes its words from here: `emend explain`, the TEI's taxonomy, the site,
the review page, the reports.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """The words for a kind of change: `12 {many} {done}`, `1 {one} {done}`."""

    label: str  # in a list of kinds
    one: str
    many: str
    done: str
    means: str


KINDS: Mapping[str, Wording] = {
    "ocr": Wording(
        "OCR error",
        "OCR error",
        "OCR errors",
        "corrected",
        "the print is right; the OCR misread it",
    ),
    "linebreak": Wording(
        "hyphenated word",
        "hyphenated word",
        "hyphenated words",
        "rejoined",
        "a word split over the end of a line or page",
    ),
    "print": Wording(
        "printer’s error",
        "printer’s error",
        "printer’s errors",
        "corrected by an editor",
        "the print itself is wrong; only an editor corrects it",
    ),
    "form": Wording(
        "typography",
        "typographic form",
        "typographic forms",
        "normalised",
        "spacing, quotation marks, dashes and Unicode; no word changes",
    ),
    "furniture": Wording(
        "page furniture",
        "item of page furniture",
        "items of page furniture",
        "moved out of the text",
        "a page number, running head, signature mark, catchword or stamp",
    ),
    "structure": Wording(
        "typed markup",
        "sign of typed markup",
        "signs of typed markup",
        "turned into markup",
        "characters typed to mark emphasis, notes or headings",
    ),
}

VERDICTS: Mapping[str, str] = {"made": "applied", "held": "pending", "refused": "rejected"}


def label(kind: str) -> str:
    """What a kind of change is called in a list; a kind of another program by its own name."""
    return KINDS[kind].label if kind in KINDS else kind


RULES: Mapping[str, str] = {
    "page.number": "a page number within the text",
    "furniture.running-head": "a running head or foot, repeated on several pages",
    "furniture.signature": "a signature mark at the foot of a page",
    "furniture.press-figure": "a press figure at the foot of a page",
    "furniture.catch-word": "a catchword: the first word of the next page, at the foot of a page",
    "furniture.stamp": "a stamp or ownership mark in the front matter",
    "page.separator": "a line that proofreaders type where a page begins",
    "proofreading.mark": "markup that proofreaders type",
    "proofreading.letter": "a letter that proofreaders could not type",
    "wikitext.mark": "markup of a page's wikitext",
    "wikitext.joint": "a word that a page's end cuts, whole in the page's wikitext",
    "wikitext.note": "a note in the page's wikitext, with the number by which it is called",
    "wikitext.character": "a character written as an entity or a template",
    "wikitext.sic": "what a page's wikitext says is wrong in the print",
    "markdown.mark": "markup of Markdown",
    "note.sign": (
        "a misread note sign, restored from the order of the signs at the foot of the page"
    ),
    "note.unbound": "a note that nothing on its page calls",
    "furniture.region": "a region that the layout analysis marks as page furniture",
    "witness.attested": "another witness has a known word where this one has none",
    "witness.reading": (
        "another witness's reading, chosen by the number of witnesses and the context"
    ),
    "witness.point": "punctuation as another witness has it",
    "verse.line-number": "the number of a line of verse, beside it",
    "columns.across": "two columns read across as if they were one",
    "columns.side-note": "side notes between the lines of the text",
    "citation.brackets": "doubled brackets around a note in the line",
    "quotation.apostrophe": "an apostrophe typed in the old ASCII style, like the quotation marks",
    "quotation.repeated": "an opening quotation mark set again at the beginning of a line",
    "emphasis.mark": "characters typed to mark emphasis",
    "quotation.typed": "quotation marks typed as grave accents and apostrophes",
    "quotation.unclosed": "a quotation that opens and never closes",
    "quotation.unopened": "a quotation that closes and never opens",
    "character.ligature": "a ligature stored as one character, split into its letters",
    "character.composed": "a letter and a separate accent, composed",
    "character.invisible": "an invisible character, removed",
    "character.mojibake": "letters garbled by a wrong decoding, decoded again",
    "gap.sentence": "a paragraph that breaks off in mid-sentence",
    "gap.page": "pages that are missing between two page numbers",
    "slip.doubled": "a word set twice",
    "slip.possessive": "a possessive where the plural is meant",
    "slip.spelling": "a word with a letter doubled, left single or out of order",
    "slip.words": "two common words side by side, one of which may be too many",
    "slip.phrase": "a phrase that lacks a word which it has elsewhere in the text",
    "line-end.lost": "a word hyphenated at a line end whose hyphen the OCR lost, rejoined",
    "line-end.soft": "a word split at a line end by a line-break hyphen, rejoined without it",
    "line-end.initial": "a large initial on a line of its own, joined to its word",
    "line-end.run-on": "a word split at a line end in text whose lines were run together, rejoined",
    "line-end.unspaced": "a line end in Chinese or Japanese, which have no blanks between words",
    "line-end.hard": (
        "a word split at its own hyphen, or where nothing shows that it is not: the hyphen stays"
    ),
    "dash.typed": "hyphens typed for a dash",
    "dash.misread": "a dash that the OCR read as a hyphen",
    "dash.lost": "a dash or hyphen that the OCR lost at a line end",
    "space.inside-quotation": "a space inside quotation marks",
    "space.inside-bracket": "a space inside round brackets",
    "space.doubled": "several spaces for one",
    "space.before-stop": "a space before a punctuation mark, or after ¿ or ¡",
    "space.before-dash": "a space on one side of a dash only",
    "space.no-break": "a no-break space between words",
    "spelling.confusion": "characters of a word misread as others that look alike",
    "spelling.split": "two words run together, separated",
    "spelling.merge": "a word split by a space or a speck, rejoined",
    "spelling.realword": "a word misread as another word",
    "spelling.case": "capitals and small letters misread for one another",
    "spelling.noise": "a speck on the paper read as a character, removed",
    "spelling.numeral": "a numeral with misread letters or spaces in it",
    "spelling.apostrophe": "an apostrophe lost or misread",
    "spelling.ligature": "a ligature set apart from its word, or lost",
    "spelling.spaced": "a word printed with blanks between its letters, closed up",
    "spelling.initial": "a large initial set apart from its word, or lost",
    "spelling.name": "a name misread once that the text has again and again",
    "spelling.accent": "a letter with an accent misread for a figure or a sign",
    "spelling.quote": "a quotation mark misread as other characters",
    "hand": "an editor's own reading",
    "hand.structure": "what an editor says a block of text is, or where one begins",
}


def meaning(rule: str) -> str:
    """Return the meaning of a rule, or its id if it has none."""
    return RULES.get(rule, rule)
