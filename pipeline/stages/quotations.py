r"""Quotations in running text: what is said or quoted.

Text between “ and ”, « and » (or » and «, whichever the text opens with), „ and “ or ”, or two
straight marks of which the first opens and the second closes, is marked as said. So is text that
opens in one style and closes in another (`"They are marching boldly forward. . . .”`), and text
that opens and continues to the end of the paragraph if the next paragraph opens again, in either
style, as printers set a long speech; the parts of such a speech are linked. What somebody else
says in it, in a paragraph of its own after a colon, is no part of it. The marks stay as in the
source. A paragraph of a block quotation is not marked again as a whole.

In a text in which people talk (a fifth of the paragraphs begin with a quotation mark), a quotation
with a stop at its end is marked as speech if it opens its paragraph, if a verb of speaking is
beside it (`“It is late,” said Anna`) or if it goes on from such a one; titles and words used with
reserve are not.

A quotation that opens and never closes (`"We'll show them! "Now cadres decide," he said.`) is
pending, with a closing mark proposed after the last stop before the next opening mark, or at the
end of the paragraph. So is one that closes and never opens: if the paragraph before is a quotation,
an opening mark is proposed at the beginning of this one, else that the closing mark goes.

Left alone: marks that do not pair, inches (`a 6" pipe`), a paragraph with a mark at the beginning
of each line, a paragraph that continues in the next paragraph or in verse.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from pipeline.document import Document, Mark, Proposal
from pipeline.language.languages import alternatives, of
from pipeline.text.blocks import claims, is_dialogue, touches

_PAIRS = {"“": "”", "«": "»", "„": "“”", "‹": "›"}  # what opens, and what may close it
_INWARD = {"“": "”", "»": "«", "„": "“”", "›": "‹"}
_OPENS = re.compile(r"(?:^|(?<=[\s(\[—–-]))[«»](?=\w)")
_OPENS_STRAIGHT = re.compile(r"(?:^|(?<=[\s(\[—–'‘-]))\"(?=\S)")
_GOES_ON = ("“", "„", "«", "»", '"')
_ALIKE = {"“": '"'}  # marks that open in one style or the other, as `"When …⏎⏎“They surely …`
_STOP = re.compile(r"[.!?…](?=\s|$)")
_MARKS = re.compile('["“”„«»‹›]')  # every mark that opens or closes
_ENDS = re.compile(r"[^\W\d_]|[,.;:!?…—–-]")  # what a closing mark follows; not `6"`


def quotations(document: Document) -> Iterator[Proposal | Mark]:
    """Marks what is said, and holds what is never closed."""
    text = document.text
    pairs = _pairs(text)
    notes = [document.reading_span(mark.start, mark.end) for mark in document.marked("note")]
    spans = [
        document.reading_span(mark.start, mark.end)
        for mark in document.marked("paragraph", "item", "heading")
    ]
    blocks = claims(document, "blockquote")
    said: list[list[Mark]] = []  # by paragraph
    for n, (start, end) in enumerate(spans):
        whole = (start, end) if touches(blocks, start, end) else None
        following = spans[n + 1][0] if n + 1 < len(spans) else len(text)
        after = text[following : following + 1]
        at = start
        said.append([])
        for first, last in [
            *sorted(span for span in notes if start <= span[0] and span[1] <= end),
            (end, end),
        ]:
            if (
                at <= first
            ):  # a note cuts the paragraph for this purpose; what is quoted in it is its own
                marks = _said(text, at, first, after if first == end else "", pairs)
                said[-1] += [mark for mark in marks if (mark.start, mark.end) != whole]
                at = last
        if not text[end:following].strip() and after not in _GOES_ON:
            inside = [(first, last) for first, last in notes if start <= first and last <= end]
            before = text[slice(*spans[n - 1])] if n else ""
            labelled = n and text[spans[n - 1][1] : start].strip()  # a speech: another may open it
            below = text[slice(*spans[n + 1])] if n + 1 < len(spans) else ""
            for one in _unpaired(text, (start, end), inside, pairs, before, below):
                if not (labelled and one.rule == "quotation.unopened"):
                    yield one
    if is_dialogue([text[slice(*span)] for span in spans]):
        verb = alternatives(of(document.language).words.speaking)
        introduces = re.compile(rf"\b(?:{verb})\b[^.!?;“”\"]{{0,30}}[,:]\s*$")
        follows = re.compile(rf"\s+(?:\S+\s+){{0,3}}?(?:{verb})\b")
        said = [
            list(_spoken(text, span, marks, blocks, introduces, follows))
            for span, marks in zip(spans, said, strict=True)
        ]
    yield from _linked(text, said, spans)
    for first, last in notes:
        yield from _said(text, first, last, "", pairs)


def _spoken(
    text: str,
    span: tuple[int, int],
    marks: Sequence[Mark],
    set_off: Sequence[tuple[int, int]],
    before: re.Pattern[str],
    after: re.Pattern[str],
) -> Iterator[Mark]:
    """The quotations of a paragraph, those that are speech as such, in a text where people talk.

    `before` and `after` find a verb of speaking on either side of a quotation.

    They are sentences, or parts of them with a stop, that open the paragraph, that a verb of
    speaking stands beside (`said Hale`, `she answered:`), or that go on from such a one.
    """
    speaks = False
    for mark in marks:
        inside = text[mark.start : mark.end]
        sentence = re.search(r"[,.;:!?…—–-]['’]?[”\"»«“]?$", inside) is not None
        speaks = speaks or (
            (mark.start == span[0] and sentence)
            or after.match(text, mark.end) is not None
            or before.search(text[max(span[0], mark.start - 60) : mark.start]) is not None
        )
        aloud = speaks and sentence and not touches(set_off, mark.start, mark.end)
        yield replace(mark, role="spoken") if aloud else mark


def _linked(
    text: str, said: Sequence[list[Mark]], spans: Sequence[tuple[int, int]]
) -> Iterator[Mark]:
    """What is said, by paragraph; each part of a speech of several paragraphs names the next.

    A whole paragraph goes on from the part in the paragraph before if that was left open.
    """
    every = [(mark, n) for n, marks in enumerate(said) for mark in marks]
    goes_on = {  # a part, and the part from which it goes on
        i: i - 1
        for i, ((before, n), (mark, following)) in enumerate(pairwise(every), 1)
        if n + 1 == following and _is_open(before) and before.end == spans[n][1]
        if (mark.start, mark.end) == spans[following]
    }
    for i in range(1, len(every) - 1):
        outer, n = every[i - 1]
        after, following = every[i + 1]
        if (
            i in goes_on
            and text[: outer.end].endswith(":")
            and not _is_open(every[i][0])
            and following == n + 2
            and _is_open(after)
            and (after.start, after.end) == spans[following]
        ):  # `“… a man came and said:⏎⏎“Well?”⏎⏎“But I told him …`: what he said is quoted in it
            del goes_on[i]
            goes_on[i + 1] = i - 1
    for i, before in sorted(goes_on.items()):  # the parts of a speech are speech, all of them
        if "spoken" in {every[i][0].role, every[before][0].role}:
            for n in (before, i):
                every[n] = (replace(every[n][0], role="spoken"), every[n][1])
    parts = sorted({*goes_on, *goes_on.values()})
    number = {i: count for count, i in enumerate(parts, 1)}
    following_part = {before: i for i, before in goes_on.items()}
    for i, (mark, _) in enumerate(every):
        linked = {"id": number[i]} if i in number else {}
        linked |= {"prev": number[goes_on[i]]} if i in goes_on else {}
        linked |= {"next": number[following_part[i]]} if i in following_part else {}
        yield replace(
            mark, attributes=(*mark.attributes, *((name, f"s{j}") for name, j in linked.items()))
        )


def _is_open(mark: Mark) -> bool:
    """Whether a quotation was left open at the end of its paragraph."""
    return " " not in mark.get("mark")


def _pairs(text: str) -> Mapping[str, str]:
    """The marks that open in a text: « in France, » in Germany."""
    opening = Counter(m[0] for m in _OPENS.finditer(text))
    return _INWARD if opening["»"] > opening["«"] else _PAIRS


def _unpaired(
    text: str,
    span: tuple[int, int],
    notes: list[tuple[int, int]],
    pairs: Mapping[str, str],
    before: str,
    below: str,
) -> Iterator[Proposal]:
    """The one quotation of a paragraph that opens and does not close, or closes without opening.

    The paragraph below may close it, and the one before may have opened it.
    """
    start, end = span
    opens = {start + m.start() for m in _OPENS_STRAIGHT.finditer(text[start:end])}
    stack: list[int] = []
    found: list[tuple[int, int]] = []  # where it opens, and before what it should have closed
    closed: list[int] = []  # what closes nothing
    hidden = {at for first, last in notes for at in range(first, last)}
    for m in _MARKS.finditer(text, start, end):
        at, char = m.start(), m[0]
        if at in hidden:
            continue
        if stack and _closes(char, text[stack[-1]], pairs) and at not in opens:
            stack.pop()
        elif char in pairs or at in opens:
            if stack and text[stack[-1]] == char:
                found.append((stack.pop(), at))
            stack.append(at)
        elif char in '"”' and _ENDS.match(text, at - 1):
            closed.append(at)
    found += [(at, end) for at in stack]
    if len(found) == 1 and not closed and not _is_uneven(below):
        yield from _never_closed(text, *found[0], pairs)
    if len(closed) == 1 and not found:
        yield from _never_opened(text, span, closed[0], before)


def _never_closed(
    text: str, opening: int, limit: int, pairs: Mapping[str, str]
) -> Iterator[Proposal]:
    """A quotation that opens, and before `limit` should have closed."""
    stop = max(
        (m.end() for m in _STOP.finditer(text, opening, limit)),
        default=0,
    )
    if stop - opening > 2:
        why = f"a quotation opens here and never closes: {text[opening : opening + 24].strip()}…"
        closing = pairs.get(text[opening], text[opening])[0]
        yield Proposal(stop, stop, closing, "quotation.unclosed", why, "ocr", 0.4, "held")


def _never_opened(text: str, span: tuple[int, int], at: int, before: str) -> Iterator[Proposal]:
    """A quotation that closes at a position of a paragraph, and opens neither there nor before.

    If the paragraph before is quoted as well, it opens where this paragraph begins.
    """
    quoted = before[:1] in _GOES_ON and before[-1:] in '”"'
    if _is_uneven(before):
        return
    why = f"a quotation closes here and never opens: …{text[max(span[0], at - 24) : at + 1]}"
    if quoted and at == span[1] - 1:
        opening = before[0]
        yield Proposal(span[0], span[0], opening, "quotation.unopened", why, "ocr", 0.4, "held")
    else:
        yield Proposal(at, at + 1, "", "quotation.unopened", why, "ocr", 0.4, "held")


def _is_uneven(paragraph: str) -> bool:
    """Whether a paragraph has a quotation mark that nothing pairs with."""
    return paragraph.count("“") != paragraph.count("”") or paragraph.count('"') % 2 > 0


def _said(text: str, start: int, end: int, after: str, pairs: Mapping[str, str]) -> Iterator[Mark]:
    """Outermost quotations, and one still open if the next paragraph begins with the same mark."""
    opens = {start + m.start() for m in _OPENS_STRAIGHT.finditer(text[start:end])}
    stack: list[int] = []
    for m in _MARKS.finditer(text, start, end):
        at, char = m.start(), m[0]
        if stack and _closes(char, text[stack[-1]], pairs) and at not in opens:
            first = stack.pop()
            if not stack:
                yield Mark("said", first, at + 1, (("mark", f"{text[first]} {char}"),))
        elif char in pairs and len(stack) < 4:
            stack.append(at)
        elif at in opens:
            while (
                stack and text[stack[-1]] == '"'
            ):  # straight marks do not stand in one another: this one was never closed
                stack.pop()
            stack.append(at)
    if (
        stack
        and after in _GOES_ON
        and _ALIKE.get(after, after) == _ALIKE.get(text[stack[0]], text[stack[0]])
    ):
        yield Mark("said", stack[0], end, (("mark", after),))


def _closes(char: str, opening: str, pairs: Mapping[str, str]) -> bool:
    return (
        char in pairs.get(opening, "")
        or (char == "”" and opening == '"')
        or (char == '"' and opening in '"“')
    )
