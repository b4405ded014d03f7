"""emend for other programs: a corrector that is made once and cleans many texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pipeline import flow
from pipeline.document import Source
from pipeline.flow import Clean
from pipeline.project import checked


class Corrector:
    """Cleans texts in one language. Reusable, and safe to use from several threads.

    It learns nothing between texts: what comes out depends on each text alone. Threads take turns;
    to use several cores, use processes.
    """

    def __init__(
        self,
        language: str = "en",
        *,
        lexicon: Iterable[str] = (),
        facts: Mapping[str, str] | None = None,
    ) -> None:
        """For a language, as a BCP 47 tag.

        Args:
            language: "en", "de", "fr-CA" …
            lexicon: Words that are right though no dictionary has them.
            facts: What is known of the texts, with the keys of meta.toml; for the TEI header.

        Raises:
            ProjectError: The language is no tag of BCP 47.

        """
        checked({"language": language})
        self.language = language
        self.lexicon = frozenset(lexicon)
        self.facts = dict(facts or {})

    def clean(self, text: str | bytes | Source) -> Clean:
        """Clean a text: a string, the bytes of a file in any format that emend reads, a `Source`.

        Raises:
            SourceError: The text cannot be read.

        """
        return flow.clean(text, language=self.language, facts=self.facts, lexicon=self.lexicon)

    def clean_pages(self, pages: Iterable[str | bytes | Source]) -> Iterator[Clean]:
        """Clean pages one by one, as they come; memory does not grow with their number.

        Each page is a text of its own. The pages of a book teach one another if they are cleaned as
        one text, with a form feed between two pages; a word hyphenated over a page's end is only
        joined there.
        """
        for page in pages:
            yield self.clean(page)
