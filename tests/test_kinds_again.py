"""The reading text of a kind of text, cleaned again, is the same, and so is what it is made of."""

import pytest

from pipeline import clean

COUPLET = (
    "-----File: 014.png---\n\nThe men sat round the boat and smoked, and one began to sing it.\n\n"
    "/*\nThe nets are dry, the tar is hot,\nand who goes out comes back or not.\n*/\n\n"
    "<i>The women</i> were at the nets.\n"
)
CALLS = (
    "The dues were raised to two pounds 2 before the council met.\n\n2 See the Minutes for May.\n"
    "\fThe boats were tarred in May* upon the shingle.\n* Olsen, p. 17.\n"
    "\fThe oars were of ash* and the sails of hemp.\n* Olsen, p. 19.\n"
)
CHAPTERS = (
    "CHAPTER I.\n\nThe tower fell.1 The gate was left open, and nobody closed it.2\n\n"
    "CHAPTER II.\n\nThe bell was sold.1 The rope was kept by the ringer's son.\n\n"
    "NOTES\n\nCHAPTER I.\n\n1 In the year of plague.\n\nOthers say later.\n\n2 Until the night.\n\n"
    "CHAPTER II.\n\n1 To a merchant of Hull.\n"
)
BELOW = (
    "La mole fut commencée au printemps,1 et le phare dans l'année qui suivit la\n"
    "1 Selon le registre.\npeste,2 mais personne ne sait pourquoi.\n2 Il tomba en 1703.\n"
)
UNCALLED = "The mole was begun, and so was the\n\n[1 See the Town Book.]\n"
SERMON = (
    "Quatrième sermon\n\nMatth. v, 4.\n\nBienheureux ceux qui pleurent, ils seront consolés.\n\n"
    "Nous avons parlé dimanche dernier de la pauvreté, et le Seigneur nous mène plus haut "
    "aujourd'hui. Il nomme heureux ceux que le monde plaint.\n\n"
    "Vie de Jean Hale. Par Henri Cole. Paris, Orme, 1880. In-8, 300 p.\n\nPersonne ne le lira.\n"
)
DICTIONARY = (
    "ABAD. m. Superior de un monasterio.\nABAJO. adv. Hacia lugar inferior.\n"
    "ABANICO. m. Instrumento para hacerse aire, que se\nabre en semicírculo.\n"
    "ABARCA. f. Calzado de cuero crudo.\n"
)
REGISTER = (
    "Taufen\n\n4. April    Thomas, Sohn des Heinrich Hahl.\n"
    "11. April   Anna, Tochter des Johann Kohl.\n2. Mai      Wilhelm, Sohn des Schusters Ried.\n\n"
    "    Thomas Hahl = Anna Kohl\n              |\n       _______|_______\n"
    "      |               |\n   Johann           Anna\n"
)
KINDS = {
    "a couplet of proofreaders": COUPLET,
    "calls with blanks around": CALLS,
    "end notes of two chapters": CHAPTERS,
    "notes between lines": BELOW,
    "a note that nothing calls": UNCALLED,
    "a sermon and a book under review": SERMON,
    "a page of a dictionary": DICTIONARY,
    "a register and a family tree": REGISTER,
}


@pytest.mark.parametrize("text", KINDS.values(), ids=list(KINDS))
def test_a_kind_of_text_is_cleaned_to_itself(text):
    once = clean(text)
    again = clean(once.text)
    assert again.text == once.text
    roles = set("anchor note verse figure epigraph reference item row columns".split())
    before, after = (
        sorted(mark.role for mark in one.document.marked(*roles)) for one in (once, again)
    )
    assert after == before


def test_notes_between_the_lines_of_a_paragraph_are_all_bound():
    """Each interrupts the sentence that calls it, in a text whose pages are not known."""
    document = clean(BELOW, language="fr").document
    called = [document.reading_of(mark.start, mark.end) for mark in document.marked("anchor")]
    assert called == ["1", "2"]
    assert "suivit la peste,[2] mais personne" in clean(BELOW, language="fr").text
