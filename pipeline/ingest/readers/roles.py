"""What sources call the parts of a page, in the words that emend uses."""

from __future__ import annotations

import re

_NAMES = {
    "header": "header runninghead runningtitle rt pageheader headline kolumnentitel "
    "runningtitlezone",
    "footer": "footer pagefooter",
    "page-number": "pagenumber pageno pagenum folio pagination seitenzahl numberingzone numbering",
    "footnote": "footnote footnotes footnotecontinued endnote fn",
    "heading": "heading head headings title subtitle chapter chaptertitle sectiontitle "
    "headingnumber headingline sectionheader sectionheading",
    "catch-word": "catchword custode quiremarkszonecatchword",
    "signature-mark": "signaturemark signature quiremark quiremarks quiremarkszone",
    "marginalia": "marginalia margin marginnote sidenote marginnotes margintextzone",
    "caption": "caption picturecaption tablecaption figurecaption",
    "table": "table tablezone",
    "contents": "tocentry tableofcontents contents toc",
    "initial": "dropcapital dropcapitalzone dropcapitalline initial",
    "advert": "advert advertisement ad",
}
_ROLES = {name: role for role, names in _NAMES.items() for name in names.split()}


def role_of(told: str) -> str:
    """The role that a source's word means: `TOC-entry`, `running head`, `page_number`.

    It is "" for running text and for unknown words.

    SegmOnto's words may have a finer one behind a colon and a number behind a hash:
    `NumberingZone:folio#1`.
    """
    told = told.lower().partition("#")[0]
    return next(
        (
            _ROLES[name]
            for one in (told, told.partition(":")[0])
            if (name := re.sub(r"[^a-z]", "", one)) in _ROLES
        ),
        "",
    )
