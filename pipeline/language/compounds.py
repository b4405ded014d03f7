"""How often words make hyphenated compounds: `drawing-room`, `to-day`, and what goes into new ones,
`ill-`, `-like`.

The shipped figures (``languages/xx/compounds.xz``) are counts from 11.4 million words of novels of
1840 to 1920 (``benchmarks/tune/compounds.py``). A language without them has only what its document
shows.
"""

from __future__ import annotations

from functools import cache, cached_property

from pipeline.language.figures import shipped, unpack


class Compounds:
    """Counts of hyphenated compounds: whole ones of two parts, and first and last parts."""

    def __init__(
        self,
        tokens: int,
        pair: dict[str, tuple[int, int]],
        first: dict[str, int],
        last: dict[str, int],
    ) -> None:
        """`tokens` is the number of words in which the others were counted; `pair` counts
        hyphenated, and as two words.
        """
        self.tokens = tokens
        self.pair, self.first, self.last = pair, first, last
        self.total = max(1, sum(first.values()))

    def frequency(self, compound: str) -> float:
        """How often the compound stands, per word of text; 0.0 where it was never seen."""
        return (self._pair(compound)[0]) / self.tokens

    def share(self, compound: str) -> float:
        """Of the places where the two parts stand side by side, the share that has the hyphen; 0.0
        where they make no compound.
        """
        hyphenated, apart = self._pair(compound)
        return hyphenated / (hyphenated + apart + 0.05) if hyphenated else 0.0

    @cached_property
    def closed(self) -> dict[str, str]:
        """The compounds seen more than once that their parts would make without a hyphen: *today* →
        *to-day*.
        """
        return {
            pair.replace("-", "", 1): pair for pair, (count, _) in self.pair.items() if count > 1
        }

    def _pair(self, compound: str) -> tuple[float, float]:
        """The counts of a compound, or some of those of its singular or plural."""
        if found := self.pair.get(compound):
            return found
        found = self.pair.get(compound[:-1] if compound.endswith("s") else compound + "s")
        return (found[0] / 2, found[1] / 2) if found else (0, 0)


NONE = Compounds(1, {}, {}, {})


@cache
def compounds(language: str) -> Compounds:
    """The figures of a language, or `NONE`."""
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
