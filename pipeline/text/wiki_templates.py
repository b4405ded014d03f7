"""Templates of page wikitext: what each does to the text in it.

The names are those of Wikisource in English, German, French, Spanish and Italian, as its help pages
list them. Names are compared in lower case, with blanks for underscores.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Act = Literal[
    "sets", "lays", "heads", "fraction", "whole", "halves", "ends", "sign", "slip", "lacks", "page"
]
"""What a template does.

- sets: it says how the text in it is set; the text stays.
- lays: it belongs to the layout and has no text.
- heads: it holds the running head of its page.
- whole, halves, ends: it is half of a word that a page's end cuts, and its second argument is the
  whole word or the other half; or the word is in another template.
- sign: it stands for a character or two.
- fraction: its arguments are the parts of a number.
- slip: it has what the print says and, in its last argument, what the print should say.
- lacks: it says that the transcriber could not type something.
- page: a page begins.
"""


@dataclass(frozen=True, slots=True)
class Template:
    """A template: what it does, which argument it shows, and what becomes of it.

    `shows`: the argument that has the text, from 0; -1 is the last. `rend`: how emphasis is set.
    `block`: what it is if it stands by itself: a paragraph at the right, or verse.
    `foreign`: the text is in another language, which the first argument names if there are two.
    `reads`: the characters that a sign stands for, or that part the words beside what is layout.
    """

    act: Act
    shows: int = 0
    rend: str = ""
    foreign: bool = False
    reads: str = ""
    block: Literal["", "right", "verse"] = ""


def _named(names: str, template: Template) -> dict[str, Template]:
    """A template under several names, which are separated by commas."""
    return {name.strip(): template for name in names.split(",")}


TEMPLATES: Mapping[str, Template] = {
    **_named(
        "c, center, centre, centré, zentriert, centrado, centrato, left, "
        "larger, smaller, x-larger, xx-larger, xxx-larger, x-smaller, xx-smaller, fine, uc, lc, "
        "capitalize, di, drop initial, dropinitial, dropcap, initial, initiale, lettrine, "
        "block center, block left, smaller block, larger block, fine block, "
        "float left, nowrap, nobr, nodent, no indent, noindent, outdent, hi, "
        "hanging indent, hanging indent inherit, overfloat left, justify, taille, t, petit, grand, "
        "tooltip, abbr, abréviation, pseudoheading, heading, personnage, "
        "personnaged, didascalie, sans retrait",
        Template("sets"),
    ),
    **_named(
        "right, droite, d, rechts, derecha, float right, block right, align right",
        Template("sets", block="right"),
    ),
    **_named("ppoem, poème", Template("sets", block="verse")),
    **_named(
        "fs, font-size, fsx, linecentersize, line center size, idt, uline, letter-spacing, "
        "img centered caption",
        Template("sets", shows=-1),
    ),
    **_named(
        "sc, small-caps, smallcaps, small caps, asc, pc, petites capitales, kapitälchen, "
        "versalita, maiuscoletto",
        Template("sets", rend="smallcaps"),
    ),
    **_named(
        "sperrschrift, sperrsatz, sperrung, gesperrt, sp, spaced, espacé",
        Template("sets", rend="spaced"),
    ),
    **_named("u, underline, unterstrichen, souligné", Template("sets", rend="underline")),
    **_named("sup, exp, e, exposant", Template("sets", rend="superscript")),
    **_named(
        "lang, langue, greek, grc, polytonic, hebrew, hebr, arabic, latein, griechisch, foreign",
        Template("sets", shows=-1, foreign=True),
    ),
    **_named(
        "nop, -, reflist, smallrefs, references, page break, clear, anchor, anker, ancre, nopt, "
        "ditto, séparateur, séparateurdetexte, default layout, engine, textquality",
        Template("lays"),
    ),
    **_named(
        "gap, dhr, rule, custom rule, br, em, interligne, quad, spaces", Template("lays", reads=" ")
    ),
    **_named("rh, runningheader, running header, nr", Template("heads")),
    **_named("frac, sfrac, fraction", Template("fraction")),
    **_named("hws, hyphenated word start, pt", Template("whole")),
    **_named("tiret", Template("halves")),
    **_named("hwe, hyphenated word end, tiret2", Template("ends")),
    **_named("sic, corr, korrektur", Template("slip")),
    **_named(
        "greek missing, hebrew missing, arabic missing, missing image, missing table, illegible, "
        "missing math, missing music, ???, unleserlich, illisible, lacune, ilegible, illeggibile",
        Template("lacks"),
    ),
    **_named("seite, page number", Template("page")),
    **_named("***, * * *, asterisks, custom asterisks", Template("sign", reads="* * *")),
    **_named("asterism", Template("sign", reads="⁂")),
    **_named("ls, long s, ſ", Template("sign", reads="ſ")),
    **_named("..., …, ellipsis", Template("sign", reads="…")),
    **_named("=", Template("sign", reads="=")),
    **_named("!", Template("sign", reads="|")),
    **_named("ae", Template("sign", reads="æ")),
    **_named("oe", Template("sign", reads="œ")),
    **_named("' \", '\"", Template("sign", reads="'\"")),
    **_named("\" ', \"'", Template("sign", reads="\"'")),
}
