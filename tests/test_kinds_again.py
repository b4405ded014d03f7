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
KINDS = {"a couplet of proofreaders": COUPLET, "calls with blanks around": CALLS}


@pytest.mark.parametrize("text", KINDS.values(), ids=list(KINDS))
def test_a_kind_of_text_is_cleaned_to_itself(text):
    once = clean(text)
    again = clean(once.text)
    assert again.text == once.text
    roles = {"anchor", "note", "verse", "figure"}
    assert [mark.role for mark in again.document.marked(*roles)] == [
        mark.role for mark in once.document.marked(*roles)
    ]
