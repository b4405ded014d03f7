"""What is known of each language: a *pack* is a row here and learned figures in
``pipeline/languages/``.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.errors import EmendError


class LanguageError(EmendError):
    """A language that no pack stands for."""


@dataclass(frozen=True, slots=True)
class Pack:
    """One language: its code, whether symspellpy has a word list for it, and its alphabet beyond a
    to z.
    """

    code: str
    symspell: bool
    letters: str  # beyond a to z, in small letters
    elided: tuple[
        str, ...
    ] = ()  # what may stand before an apostrophe as a word of its own: l'homme
    tails: tuple[str, ...] = ()  # what may stand after one: dog's


PACKS = {
    p.code: p
    for p in (
        Pack(
            "en",
            symspell=True,
            letters="æœéèêëàâçñôöüï",
            tails=("s", "d", "ll", "ve", "re", "m", "t"),
        ),
        Pack("de", symspell=False, letters="äöüß", tails=("s", "n")),
        Pack(
            "fr",
            symspell=False,
            letters="àâæçéèêëîïôœùûüÿ",
            elided=(
                "l",
                "d",
                "j",
                "m",
                "n",
                "s",
                "t",
                "c",
                "qu",
                "lorsqu",
                "jusqu",
                "puisqu",
                "quelqu",
                "quoiqu",
                "presqu",
                "entr",
            ),
        ),
        Pack("es", symspell=False, letters="áéíóúüñ"),
    )
}


def packs() -> tuple[str, ...]:
    """The codes of the languages that can be corrected."""
    return tuple(PACKS)


def pack(language: str) -> Pack:
    """The pack for a language code, regional ones too (``en-GB``). Raises LanguageError where there
    is none.
    """
    try:
        return PACKS[language.split("-", maxsplit=1)[0].lower()]
    except KeyError:
        raise LanguageError(
            f"There is no language pack for {language!r}: spelling is corrected in "
            f"{', '.join(PACKS)} only."
        ) from None
