"""Whether an edition keeps the rules of edition.sch, as libxml2 sees it.

Saxon runs the Schematron and names every fault, but takes several times as long as parsing and
grammar together, and nearly every edition is sound. One that is found sound here is spared Saxon;
wherever there is doubt, Saxon decides. So this module has no messages, and may doubt an edition
that is sound, but must never let one pass that breaks a rule: a rule added to edition.sch is added
here, and tests/tei/test_soundness.py breaks each. That an id stands twice, the parser finds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, Final

from lxml import etree

from pipeline.xml import TEI, XML_ID

_TOKEN = re.compile(r"[^ \t\r\n]+")
_PC, _LB, _PB, _FW = (f"{{{TEI}}}{name}" for name in ("pc", "lb", "pb", "fw"))


_Path = Callable[[Any], Any]  # an expression: what it finds, lxml cannot say in types


def _path(expression: str) -> _Path:
    return etree.XPath(expression, namespaces={"tei": TEI}, smart_strings=False)


_ANA: Final = _path("//@ana")
_CATEGORIES: Final = _path("/*/tei:teiHeader//tei:category/@xml:id")

# Attributes that point to several things, and the ids of what they may point to. Header and
# facsimile declare nearly all of them: an id declared elsewhere is only doubted.
_LISTS: Final = tuple(
    (_path(pointers), _path(ids))
    for pointers, ids in (
        ("//@resp", "/*/tei:teiHeader//tei:respStmt/@xml:id"),
        ("//@change", "/*/tei:teiHeader//tei:change/@xml:id"),
        ("//@wit", "/*/tei:teiHeader//tei:witness/@xml:id"),
        ("//@facs", "/*/tei:facsimile//*[self::tei:surface or self::tei:zone]/@xml:id"),
        ("//@rendition", "/*/tei:teiHeader//tei:rendition/@xml:id"),
        ("//tei:annotation/@target", "//tei:text/descendant-or-self::*/@xml:id"),
    )
)
# Attributes that point to one thing.
_SINGLE: Final = tuple(
    (_path(pointers), _path(ids))
    for pointers, ids in (
        ("//tei:g/@ref", "//tei:char/@xml:id"),
        ("//tei:change/@who", "//tei:respStmt/@xml:id"),
        ("//tei:sp/@who", "//tei:person/@xml:id"),
        ("//tei:name/@ref", "//tei:application/@xml:id"),
        ("//tei:ref[not(@type)]/@target", "//tei:pb/@xml:id"),
        ("//tei:ref[@type]/@target", "//tei:note/@xml:id"),
        ("//tei:note/@target", "//tei:ref/@xml:id"),
        ("//tei:note/@next | //tei:note/@prev", "//tei:note/@xml:id"),
        (
            "//tei:q/@next | //tei:q/@prev | //tei:said/@next | //tei:said/@prev",
            "//tei:q/@xml:id | //tei:said/@xml:id",
        ),
    )
)
# Elements that break a rule by themselves, or could.
_WRONG: Final = tuple(
    map(
        _path,
        (
            "boolean(//tei:g[not(@ref)] | //tei:change[not(@who)])",
            """boolean(//tei:app[count(tei:lem) > 1 or count(tei:rdg[@wit = '#ocr']) > 1
              or string(tei:lem) = string(tei:rdg[@wit = '#ocr'])
              and not(.//tei:g or .//tei:pc or .//tei:lb or .//tei:pb)])""",
            """boolean(//tei:choice[tei:sic][@ana][ancestor::tei:text]
              [not(contains(concat(@ana, ' '), '#k.print '))])""",
            "boolean(//tei:castItem[normalize-space(.) = ''][not(.//tei:g)])",
            """boolean((//tei:trailer | //tei:docAuthor | //tei:docDate | //tei:publisher
              | //tei:pubPlace | //tei:addrLine | //tei:speaker | //tei:gap/tei:desc)
              [normalize-space(.) = ''][not(.//tei:g)])""",
            """boolean(//tei:foreign[@xml:lang]
              [not(@xml:lang = /tei:TEI/tei:teiHeader//tei:language/@ident)])""",
            """boolean(//tei:fw[@type = 'lineNum'][normalize-space(.) = ''
              or translate(normalize-space(.), '0123456789', '') != ''])""",
            "boolean(//tei:figure[not(tei:figDesc or tei:head)])",
            "boolean(//tei:closer[not(tei:salute or tei:signed)])",
            """boolean(//tei:witness[@xml:id = 'ocr']/tei:bibl
              [count(tei:idno[@type = 'sha256']) != 1])""",
        ),
    )
)
# What an editor alone may do, and the ids of editors.
_PRINT: Final = "#k.print"
_PRINTERS_ERRORS: Final = _path("//tei:text//*[contains(concat(@ana, ' '), '#k.print ')]")
_REFUSED: Final = _path("//tei:listAnnotation[@type = 'refused']/tei:annotation")
_EDITORS: Final = _path("/*/tei:teiHeader//*[tei:persName]/@xml:id")
_RULES: Final = _path("//tei:taxonomy[@xml:id = 'rules']/tei:category")


def is_sound(root: etree._Element) -> bool:
    """Whether a file that the grammar accepts surely breaks no rule of the Schematron."""
    ana = set(_ANA(root))
    by_editors = _REFUSED(root)
    if any(_PRINT in value for value in ana):
        by_editors += _PRINTERS_ERRORS(root)
    return (
        not any(wrong(root) for wrong in _WRONG)
        and all(_found(_tokens(pointers(root)), known, root) for pointers, known in _LISTS)
        and all(_found(set(pointers(root)), known, root) for pointers, known in _SINGLE)
        and _found(_tokens(ana), _CATEGORIES, root)
        and _rules_are_used(root, _tokens(ana))
        and _editors_are_named(root, by_editors)
        and _words_go_on(root)
    )


def _tokens(values: Iterable[str]) -> set[str]:
    """What a list of pointers names, each once."""
    return {token for value in set(values) for token in _TOKEN.findall(value)}


def _found(pointers: set[str], known: _Path, root: etree._Element) -> bool:
    """Whether each pointer, less its `#`, is an id among the known ones."""
    return not pointers or {one[1:] for one in pointers} <= set(known(root))


def _rules_are_used(root: etree._Element, used: set[str]) -> bool:
    """Whether the taxonomy of rules has none by which no change was made."""
    return all(f"#{rule.get(XML_ID, '')}" in used for rule in _RULES(root))


def _editors_are_named(root: etree._Element, changes: Iterable[etree._Element]) -> bool:
    """Whether each of these changes, which only an editor may make, names one."""
    editors = set(_EDITORS(root))
    return all(
        any(token[1:] in editors for token in _TOKEN.findall(one.get("resp", "")))
        for one in changes
    )


def _words_go_on(root: etree._Element) -> bool:
    """Whether at the next line end after each soft hyphen a word goes on."""
    waiting = False
    for element in root.iter(_PC, _LB, _PB):
        if element.tag == _PC:
            if element.get("force") == "weak":
                if len(element):
                    return False
                waiting = True
        elif waiting and next(element.iterancestors(_FW), None) is None:
            if element.get("break") != "no":
                return False
            waiting = False
    return not waiting
