"""Where a decision's place is found again, and where it is given up."""

from pipeline.review.decide.anchor import Found, Lost, find
from pipeline.review.decide.decisions import Decision


def decision(prefix: str, suffix: str) -> Decision:
    return Decision("accept", 90, 93, "tbe", "the", prefix=prefix, suffix=suffix, who="ada")


def test_a_word_is_not_found_at_the_end_of_another():
    wanted = decision(" ", " boats in the evening")
    assert isinstance(find("He saw tbe boats in the evening.", wanted), Found)
    assert isinstance(find("He saw lambtbe boats in the evening.", wanted), Lost)


def test_of_two_places_nearly_alike_neither_is_taken():
    wanted = decision("of ", " boats in the evening light")
    near, nearer = "of tbe boats in the evening lime.", "of tbe boats in the evening lighs."
    assert isinstance(find(f"{nearer} And so on.", wanted), Found)
    found = find(f"{near} {nearer} And so on.", wanted)
    assert isinstance(found, Lost)
    assert len(found.candidates) == 2
