"""Declarations: what the body points to, collected while it is written, for the header."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from pipeline.document import PIPELINE, Change, Document, Mark
from pipeline.tei.characters import FORBIDDEN, Names

_LEVELS = ((0.9, "high"), (0.5, "medium"))


def pages_checked(document: Document) -> list[Mark]:
    """The marks of pages that an editor reviewed or validated."""
    return [
        mark
        for mark in document.marked("checked")
        if mark.get("state") in {"reviewed", "validated"} and mark.get("by")
    ]


class Declarations:
    """The ids of hands, rules, renditions, glyphs and speakers; declared once, if used."""

    def __init__(self, document: Document, names: Names) -> None:
        """The hands are those of the ledger and of read pages; the rest comes as it is met."""
        self.ledger = document.ledger
        self.names = names
        hands = {change.by for change in document.ledger}
        hands |= {mark.get("by") for mark in pages_checked(document)}
        editors = sorted(hands - {PIPELINE})
        self.hands: dict[str, str] = {
            PIPELINE: names.of("resp.", PIPELINE)
        }  # whose work → xml:id of the respStmt
        self.hands |= {editor: names.of("ed.", editor) for editor in editors}
        self.rounds = {
            hand: names.fresh(f"ch.{n}") for n, hand in enumerate(self.hands, 2)
        }  # ch.1 is the taking in
        self.rules: dict[str, str] = {}
        self.renditions: dict[tuple[str, str], str] = {}  # (scope, characters) → xml:id
        self.glyphs: set[str] = set()
        self.languages: set[str] = set()
        self.speakers: dict[str, str] = {}
        self.line_end = ""  # what most lines end in
        self.joined_line_end = ""  # and those in the middle of a word

    def rule(self, rule: str) -> str:
        """The xml:id of a rule's category."""
        return self.rules.setdefault(rule, self.names.of("r.", rule))

    def rendition(self, scope: str, text: str) -> str:
        """The xml:id of the rendition of characters before (`b`) or after (`a`) an element.

        Or of those at a line's end (`e`).
        """
        key = ".".join(f"{ord(character):x}" for character in text)
        if len(text) > 8:
            key = "x" + hashlib.sha256(key.encode()).hexdigest()[:12]
        return self.renditions.setdefault((scope, text), self.names.of(f"{scope}.", key or "none"))

    def speaker(self, who: str) -> str:
        """The xml:id of a person who speaks."""
        return self.speakers.setdefault(who, self.names.of("who.", who))

    def written(self, text: str) -> None:
        """Takes note of the characters of a text that XML cannot hold."""
        self.glyphs.update(FORBIDDEN.findall(text))

    def record(self, indexes: Iterable[int]) -> str:
        """The attributes that record changes of the ledger, by index."""
        return self.record_of([self.ledger[i] for i in indexes])

    def record_of(self, made: Sequence[Change]) -> str:
        """The attributes that record changes: kinds, rules, hands, confidence, round of work."""
        kinds = dict.fromkeys(f"#k.{change.kind}" for change in made)
        rules = dict.fromkeys(f"#{self.rule(change.rule)}" for change in made)
        hands = dict.fromkeys(change.by for change in made)
        resp = " ".join(f"#{self.hands[hand]}" for hand in hands)
        rounds = " ".join(f"#{self.rounds[hand]}" for hand in hands)
        return (
            f' ana="{" ".join((*kinds, *rules))}" resp="{resp}" cert="{certainty(made)}" '
            f'change="{rounds}"'
        )


def certainty(changes: Iterable[Change]) -> str:
    """How sure the least sure of these changes is, in TEI's words."""
    sure = _surety(changes)
    return next((word for level, word in _LEVELS if sure >= level), "low")


def figure(changes: Iterable[Change]) -> str:
    """The same as a figure between 0 and 1."""
    return f"{_surety(changes):.2f}"


def _surety(changes: Iterable[Change]) -> float:
    """The confidence of the least certain of these changes, from a person's last one on.

    A person's decision does not rest on the guesses before it.
    """
    sure = 1.0
    for change in changes:
        decided = change.by != PIPELINE and change.verdict == "made"
        sure = 1.0 if decided else min(sure, max(change.confidence, 0.0))
    return sure
