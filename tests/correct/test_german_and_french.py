"""German and French: what is mended, and what was printed so."""

from __future__ import annotations

import pytest

from pipeline import clean
from pipeline.correct.spelling.places import printed_as

MENDED = [
    (
        "de",
        (
            "Der alte Schäfer trieb am Abend langfam die Herde dürch das enge Thal, dcnn er "
            "hatte den "
            "Hund verloren nnd wollte vor der Nacht zu Hause sein. Das Thor ftand offen, und "
            "die Lampe "
            "brannte noch. Es war fchon fpät, als er die alte Brücke erreichte."
        ),
        "langsam durch denn und stand schon spät",
    ),
    (  # compounds that no list has, and a noun that ran into the next word
        "de",
        (
            "Die Verfammlung dauerte bis zum Abend, und der Vorstand der Schulgemeinde legte den "
            "Kirchcnschmuck vor. In der Finanzdircktion war niemand zu fprechen; die "
            "Burgkapellenglocke in Leipzigund das Hochzeitgästezimmer schwiegen."
        ),
        "Versammlung Kirchenschmuck Finanzdirektion sprechen Leipzig und",
    ),
    (  # umlauts as the text has them
        "de",
        "Er gieng uͤber die Bruͤcke und hoͤrte die Voͤgel; er kehrte zurnck in die Huͤtte.",
        "zuruͤck",
    ),
    (
        "fr",
        (
            "Le vieux berger marchait lentcment dans la vallée obscure, car il avait pcrdu "
            "son chien "
            "et nc voulait pas rentrer à la maifon. La porte était ouvcrte, et la lampe brûlait "
            "encore. "
            "Il était déjà tarcl quand il atteignit lc pont."
        ),
        "lentement perdu ne maison ouverte tard le",
    ),
    (
        "fr",
        "Il arriva devant l'auberge, où 1'hôte et 1'enfant de 1'Italien dormaient : on 1'a dit.",
        "l'hôte l'enfant l'Italien l'a",
    ),
]
PRINTED = [
    # old spelling, names, new compounds
    (
        "de",
        (
            "Der Thurm der Rathsherren stand seit alter Zeit; es giebt dort ein Thor, und "
            "die Theile "
            "seyn allhier zu sehen. Daß der Graf Wolkenstrahl nach Pinzbrück reiste, wußte "
            "niemand; "
            "die Burgkapellenglocke schwieg."
        ),
    ),
    (
        "de",
        (
            "Er sezte sich und liesz es geschehen, denn die jezigen Zeiten der Revoluzion "
            "passeten ihm nicht; der Hauptsiz war geschüzt."
        ),
    ),
    ("de", "Jn der Frühe kam sie; Jhr Hut war naß, und die Gemüthsruhe war dahin."),
    ("de", "Die Ein= und Ausfuhr, der 1ste und der 3te, am 4ten Mai; die XIVte Tafel."),
    ("de", "Er faͤhrt uͤber die Bruͤcke und hoͤrt die Voͤgel; die Thuͤr iſt offen."),
    (
        "fr",
        (
            "Le roi étoit à la chasse avec ses enfans; il avoit long-tems attendu les habitans du "
            "bourg de Virelongue, et M. de Trabuzac disoit que la gabelle seroit abolie."
        ),
    ),
    ("fr", "La ville est à 43° 1' 30\" de latitude, à 2° 1' est de Paris."),
    ("fr", "Le siége de la ville, le collége royal et le poëte; le 1er mai et le XVe siècle."),
]


@pytest.mark.parametrize(("language", "text", "words"), MENDED)
def test_misread_words_are_mended(language: str, text: str, words: str) -> None:
    made = [c["after"] for c in clean(text, language=language).changes if c["verdict"] == "made"]
    assert " ".join(made) == words


@pytest.mark.parametrize(("language", "text"), PRINTED)
def test_what_was_printed_stays(language: str, text: str) -> None:
    found = clean(text, language=language)
    made = [c for c in found.changes if c["verdict"] == "made" and c["kind"] == "ocr"]
    assert made == []
    assert found.text.strip() == text


def test_a_misread_word_keeps_its_spelling() -> None:
    text = "Er blieb am Ufer ftehn und fah den Schiffen nach, die Baurn aber gingen heim."
    assert "stehen" not in clean(text, language="de").text


@pytest.mark.parametrize(
    ("word", "read", "printed"),
    [
        ("le", "Ie", "le"),
        ("life", "Iife", "life"),
        ("le", "Lc", "Le"),
        ("les", "IES", "LES"),
        ("l'eau", "1'Eau", "l'Eau"),
    ],
)
def test_a_capital_i_is_a_small_l(word: str, read: str, printed: str) -> None:
    assert printed_as(word, read) == printed
