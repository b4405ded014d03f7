"""What sources call the parts of a page, in the words that emend uses."""

from __future__ import annotations

import re

_NAMES = {
    "header": "header runninghead runningtitle runninghead rt pageheader headline kolumnentitel",
    "footer": "footer pagefooter",
    "page-number": "pagenumber pageno pagenum folio pagination seitenzahl",
    "footnote": "footnote footnotes footnotecontinued endnote fn",
    "heading": "heading head headings title subtitle chapter chaptertitle sectiontitle headingnumber",
    "catch-word": "catchword custode",
    "signature-mark": "signaturemark signature quiremark quiremarks",
    "marginalia": "marginalia margin marginnote sidenote marginnotes",
    "caption": "caption picturecaption tablecaption figurecaption",
    "table": "table",
    "contents": "tocentry tableofcontents contents toc",
    "advert": "advert advertisement ad",
}
_ROLES = {name: role for role, names in _NAMES.items() for name in names.split()}


def role_of(told: str) -> str:
    """The role that a source's word means, "" for the running text and for what is unknown: `TOC-entry`, `running head`, `page_number`."""
    return _ROLES.get(re.sub(r"[^a-z]", "", told.lower()), "")
