"""How often words form hyphenated compounds (`drawing-room`) and new ones (`ill-`, `-like`).

The figures in ``languages/xx/compounds.xz`` were counted in 11.4 million words of novels published
from 1840 to 1920 (``benchmarks/tune/compounds.py``). For a language without such a file, the
document itself is the only evidence.
"""

from __future__ import annotations

from functools import cache, cached_property

from pipeline.language.figures import shipped, unpack

# how many fewer times a compound is met in as many other words than in those it was counted in
_UNSEEN = 0.75  # absolute discounting, as Kneser and Ney smooth the counts of rare pairs


class Compounds:
    """Counts of hyphenated compounds: whole ones of two parts, and first and last parts."""

    def __init__(
        self,
        tokens: int,
        pair: dict[str, tuple[int, int]],
        first: dict[str, int],
        last: dict[str, int],
    ) -> None:
        """Store counts from `tokens` words of text; `pair` counts hyphenated and two-word forms."""
        self.tokens = tokens
        self.pair, self.first, self.last = pair, first, last
        self.total = max(1, sum(first.values()))

    def frequency(self, compound: str) -> float:
        """Return the compound's frequency per word of text; 0.0 if it was never seen."""
        return (self._pair(compound)[0]) / self.tokens

    def expected(self, compound: str) -> float:
        """Return how frequent the compound may be expected to be in another text.

        It is less than `frequency`: most of what 11 million words have once or twice
        (`over-thrown`) is a compositor's whim or a line end of the print.
        """
        return max(0.0, self._pair(compound)[0] - _UNSEEN) / self.tokens

    def share(self, compound: str) -> float:
        """Return how often the two parts, side by side, are hyphenated (0 to 1).

        It is 0.0 if they form no compound.
        """
        hyphenated, apart = self._pair(compound)
        return hyphenated / (hyphenated + apart + 0.05) if hyphenated else 0.0

    @cached_property
    def closed(self) -> dict[str, str]:
        """Compounds seen more than once, by their parts written as one: *today* → *to-day*."""
        return {
            pair.replace("-", "", 1): pair for pair, (count, _) in self.pair.items() if count > 1
        }

    def _pair(self, compound: str) -> tuple[float, float]:
        """Return the counts of a compound, or half those of its singular or plural."""
        if found := self.pair.get(compound):
            return found
        found = self.pair.get(compound[:-1] if compound.endswith("s") else compound + "s")
        return (found[0] / 2, found[1] / 2) if found else (0, 0)


NONE = Compounds(1, {}, {}, {})


@cache
def compounds(language: str) -> Compounds:
    """Return a language's figures, or `NONE`."""
    packed = shipped(language, "compounds")
    if packed is None:
        return NONE
    arrays = unpack(packed)

    def table(name: str) -> dict[str, int]:
        return dict(
            zip(
                arrays[name].tobytes().decode().split("\n"),
                arrays[f"{name}_count"].tolist(),
                strict=True,
            )
        )

    pair = {
        word: (count, apart)
        for (word, count), apart in zip(
            table("pair").items(), arrays["apart_count"].tolist(), strict=True
        )
    }
    return Compounds(int(arrays["tokens"][0]), pair, table("first"), table("last"))
