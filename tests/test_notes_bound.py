"""Notes of generated books: none is bound to another's call, whatever calls and notes are lost.

Each note names its call: the sentence that ends in `Qab.1` is called by `1 Note of Qab`.
"""

import random
import re
import textwrap

import pytest

from pipeline.document import Document, Source
from pipeline.stages.furniture import furniture
from pipeline.stages.notes import notes
from pipeline.stages.pages import pages

WORDS = (
    "the anchor buoy cable deck ebb flood gale hull island jetty keel log mast net oar pier".split()
)
SIGNS = {
    "page": lambda n, _: str(n),
    "through": lambda _, counted: str(counted),
    "sign": lambda n, _: "*†‡§"[n - 1],
    "bracket": lambda n, _: f"[{n}]",
    "chapter": lambda n, _: str(n),
    "end": lambda _, counted: str(counted),
    "end by chapter": lambda n, _: str(n),
}
APART = {"form feeds": "\n\f", "blank lines": "\n\n"}


def sentence(chance):
    return " ".join(chance.choice(WORDS) for _ in range(chance.randint(6, 12))).capitalize()


def name(n):
    return "Q" + "".join("abcdefghij"[int(figure)] for figure in f"{n:02d}")


def book(chance, kind, apart, lost):
    """A book of six pages or chapters, with up to four notes on each."""
    text, end = [], []
    counted = 0
    for number in range(1, 7):
        paragraphs, foot = [], []
        for _ in range(3):
            sentences = []
            for _ in range(5):
                noted = len(foot) < 4 and chance.random() < 0.25
                counted += noted
                sign = SIGNS[kind](len(foot) + 1, counted) if noted else ""
                called = f" {name(counted)}.{sign if chance.random() >= lost else ''}"
                sentences.append(sentence(chance) + (called if noted else "."))
                if noted:
                    foot.append(f"{sign} Note of {name(counted)} on the {chance.choice(WORDS)}.")
            paragraphs.append(textwrap.fill(" ".join(sentences), 60))
        kept = "\n".join(note for note in foot if chance.random() >= lost)
        body = "\n\n".join(paragraphs)
        if kind.startswith("end"):
            end.append(f"CHAPTER {number}\n\n{kept}" if kind == "end by chapter" else kept)
        elif kept:
            body += f"\n\n{kept}"
        text.append(
            body
            if kind in {"page", "sign", "through", "bracket"}
            else f"CHAPTER {number}\n\n{body}"
        )
    return APART[apart].join([*text, *(["NOTES\n\n" + "\n\n".join(end)] if end else [])]) + "\n"


@pytest.mark.parametrize("apart", APART)
@pytest.mark.parametrize("kind", SIGNS)
def test_no_note_is_bound_to_the_call_of_another(kind, apart):
    bound = there = 0
    for seed in range(24):
        text = book(random.Random(seed), kind, apart, lost=0.2)
        document = Document(Source(text)).run(pages).run(furniture).run(notes)
        of = {mark.get("id"): mark for mark in document.marked("note")}
        there += text.count("Note of")
        for anchor in document.marked("anchor"):
            note = of[anchor.get("note")]
            called = re.findall(r"Q[a-j]{2}", text[: anchor.start])[-1]
            told = re.findall(r"Q[a-j]{2}", text[note.start : note.end])
            assert told == [called]
            bound += 1
    assert bound > (0.65 if apart == "form feeds" else 0.3) * there


@pytest.mark.parametrize(("sentences", "bound"), [(20, True), (200, False)])
def test_a_single_call_is_at_most_a_page_away_where_pages_are_unknown(sentences, bound):
    text = "The quay was old,1 and the mill older.\n\n"
    text += "The road led to the ford, where they paid.\n\n" * sentences
    document = Document(Source(text + "1 In salt, by custom.\n")).run(notes)
    assert bool(list(document.marked("anchor"))) == bound
