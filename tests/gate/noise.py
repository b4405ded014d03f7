"""Seeded OCR noise: the same text, language and seed always give the same misread text."""

import random
import tomllib
from pathlib import Path

CONFUSIONS = tomllib.loads((Path(__file__).parent / "confusions.toml").read_text("utf-8"))
POOR = 2.5  # times as many confusions as on an average page
SPLIT, SPECK = 0.001, 0.0005  # of all letters inside words: a blank or a stop after it
MERGED = 0.01  # of all blanks between words: lost


def misread(text: str, language: str, *, seed: int = 1) -> str:
    """The text as a poor engine would read it: about one word in fifteen is wrong.

    Line ends stay where they are, so that the misread text can be compared line by line.
    """
    chance = random.Random(f"{seed} {language}")
    table = CONFUSIONS["any"] | CONFUSIONS.get(language, {})
    out = []
    at = 0
    while at < len(text):
        taken, read = 1, text[at]
        for length in (2, 1):
            readings = table.get(text[at : at + length], {})
            weights = [POOR * weight for weight in readings.values()]
            drawn = chance.choices([None, *readings], [max(0.0, 1 - sum(weights)), *weights])[0]
            if drawn is not None:
                taken, read = length, drawn
                break
        else:
            read = _spaced(text, at, chance)
        out.append(read)
        at += taken
    return "".join(out)


def _spaced(text: str, at: int, chance: random.Random) -> str:
    """The character at `at`, now and then with a blank or a speck too many, or a blank too few."""
    character = text[at]
    inside = text[at - 1 : at].isalpha() and text[at + 1 : at + 2].isalpha()
    if not inside:
        return character
    if character == " ":
        return "" if chance.random() < MERGED else character
    if character.isalpha():
        drawn = chance.random()
        if drawn < SPLIT:
            return character + " "
        if drawn < SPLIT + SPECK:
            return character + "."
    return character
