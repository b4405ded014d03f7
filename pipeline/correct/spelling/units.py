"""Cut a text into the units that are weighed: words without the punctuation around them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import regex

from pipeline.language.lexicon import E_ABOVE, composed

# What usually stands before and after a word: punctuation, note calls, inverted marks. A brace, a
# bullet or a caret does not: it is likelier a misread letter (b} for by).
_LEAD = r"""(?:,,|[\"'“”‘„‚«‹»›(\[*_—–\-`⸺⸻¿¡†‡§¶☞‖⟨⟦/])*"""
_TRAIL = r"""[.,;:!?·\"'”’“‘»›«‹)\]*†‡§¶‖…‽_—–⸺⸻\-¹²³⁰⁴-⁹ªº°′″™⟩⟧/\u00AD]*"""
_AROUND = regex.compile(rf"(?P<lead>{_LEAD})(?P<core>.*?)(?P<trail>{_TRAIL})", regex.DOTALL)
_BRACKETS = {"(": ")", "[": "]", "⟨": "⟩", "⟦": "⟧"}
_INSIDE = regex.compile(
    r"(?<=[^\W_])[-‐‑–—]+(?=[^\W_])|[—–]+|-{2,}"
    r"|(?<=[^\W_])[.,;:!?]+[\"'”’]*[-–—]+"
    r"|(?<=[^\W_])[.,;:!?]+[\"'”’]*(?=\p{L}{2})(?<=\p{L}{2}[.,;:!?]+[\"'”’]*)"
    r"|(?<=[^\W_])[.,;:!?]*[\"“”]+(?=[^\W_])"
    r"|\.{2,}"
)


@dataclass(frozen=True, slots=True)
class Units:
    """The units of a text, as parallel lists: each core, its start and its end (code points).

    In a core, letters with a small e above them are written as umlauts.
    """

    text: str
    starts: list[int]
    ends: list[int]
    cores: list[str]

    def __len__(self) -> int:
        """How many units there are."""
        return len(self.starts)

    def gap(self, unit: int) -> str:
        """What stands between this unit and the next."""
        return (
            self.text[self.ends[unit] : self.starts[unit + 1]]
            if unit + 1 < len(self.starts)
            else ""
        )


def _whole(chunk: str, lead: int, first: int, last: int, trail: int) -> tuple[int, int]:
    """The span of a core, widened to keep both brackets of a pair: ``Capt[ain]``, ``[com]ing``."""
    core = chunk[first:last]
    for opening, closing in _BRACKETS.items():
        if core.count(opening) > core.count(closing):
            at = chunk.find(closing, last, trail)
            last = at + 1 or last
        elif core.count(closing) > core.count(opening):
            at = chunk.rfind(opening, lead, first)
            first = at if at >= 0 else first
    return first, last


@lru_cache(maxsize=200_000)
def _parts(chunk: str) -> tuple[tuple[int, int, str], ...]:
    parts = []
    at = 0
    for cut in [*_INSIDE.finditer(chunk), None]:
        stop = cut.start() if cut else len(chunk)
        found = _AROUND.fullmatch(chunk, at, stop)
        if found and found["core"]:
            first, last = _whole(chunk, *found.span("lead"), *found.span("trail"))
            parts.append((first, last, chunk[first:last]))
        at = cut.end() if cut else stop
    return tuple(parts)


def units(text: str) -> Units:
    """Cut `text` into units.

    Words joined by a dash or a hyphen are several units; signs inside a word (``ta.king``) stay in
    it.
    """
    starts: list[int] = []
    ends: list[int] = []
    cores: list[str] = []
    stop = 0
    for chunk in text.split():
        at = text.index(chunk, stop)
        stop = at + len(chunk)
        if chunk.isalpha():  # most are
            starts.append(at)
            ends.append(stop)
            cores.append(chunk)
            continue
        for start, end, core in _parts(chunk):
            starts.append(at + start)
            ends.append(at + end)
            cores.append(core)
    if E_ABOVE in text:
        cores = [composed(core) for core in cores]
    return Units(text, starts, ends, cores)
