"""Stretches of markup that an engine wrote: what they hold is no print to be corrected."""

from __future__ import annotations

import re

# The dollars of `$a_1 + b$` have a sign of TeX between them; those of `from $5 to $7` do not.
_VERBATIM = re.compile(
    r"""
      \$\$ (?:(?!\$\$|\n\s*\n).){1,4000} \$\$
    | (?<!\\)\\\( (?:(?!(?<!\\)\\[()]|\n\s*\n).){1,1000} \\\)
    | (?<!\\)\\\[ (?:(?!(?<!\\)\\[\[\]]|\n\s*\n).){1,4000} \\\]
    | (?<![\\$\w]) \$ (?![\s$])
      (?= [^$\n]* (?:\\[a-zA-Z] | \w[_^][\w{\\+-] | \w\s?=\s?[\w\\-]) | [^$\s]{1,2}\$ )
      [^$\n]{1,400} (?<!\s) \$ (?!\d)
    | <(?P<tag>page_number|watermark|img)> (?:(?!<|\n\s*\n).){0,4000} </(?P=tag)>
    | </?(?:table|thead|tbody|tfoot|tr|th|td|br|su[bp]|img|div|center)
      (?: \s+ [\w-]+ (?: = (?:"[^"<>]*"|'[^'<>]*') )? )* \s* /? >
    | (?<=\]) \( [^()\s]+ \)
    """,
    re.VERBOSE | re.DOTALL,
)


def verbatim(text: str) -> list[tuple[int, int]]:
    r"""Spans of formulas (`$a_1 + b$`, `\( … \)`), tags (`<td>`) and addresses (`](p3.png)`)."""
    return [m.span() for m in _VERBATIM.finditer(text)]
