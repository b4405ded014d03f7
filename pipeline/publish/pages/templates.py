"""The templates of the site and the book."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.token import Token

from pipeline.html import Markup, escape, link, rendered
from pipeline.interface import interface
from pipeline.publish.settings import COLOURS, Settings

render = partial(rendered, Path(__file__).parents[1] / "templates")


def page(template: str, site: Settings, **values: Any) -> str:
    """A page of the site: a template, filled in with values and what the site has on all pages."""
    return render(
        template,
        site=site,
        t=interface(site.language),
        base_url=site.address,
        markdown=markdown,
        style=Markup(style(site)),
        **values,
    )


@cache
def _markdown() -> MarkdownIt:
    """CommonMark without HTML, which someone else's text could use to run a script."""
    made = MarkdownIt("commonmark", {"html": False}).enable(["table"])
    made.validateLink = lambda url: bool(link(url))  # type: ignore[method-assign]
    made.add_render_rule("image", _linked)
    return made


def _linked(_: RendererProtocol, tokens: Sequence[Token], i: int, *__: Any) -> str:
    """An image as a link: no page of the site loads anything from elsewhere."""
    address = escape(str(tokens[i].attrs.get("src", "")))
    return f'<a href="{address}">{escape(tokens[i].content) or address}</a>'


def markdown(text: str) -> Markup:
    """A text in Markdown as HTML."""
    return Markup(_markdown().render(text))


def style(site: Settings) -> str:
    """The colours that site.toml gives, as rules for the style sheet."""
    given = dict(site.colours)

    def rules(suffix: str) -> str:
        return "".join(
            f"{name}:{given[key + suffix]};"
            for key, names in COLOURS.items()
            if key + suffix in given
            for name in names
        )

    light, dark = rules(""), rules("_dark")
    out = f":root:root{{{light}}}" if light else ""
    if light and not dark:  # a colour for light pages alone must not be used on dark ones
        out = (
            f':root:root[data-theme="light"]{{{light}}}@media (prefers-color-scheme:light)'
            f'{{:root:root:not([data-theme="dark"]){{{light}}}}}'
        )
    if dark:
        out += (
            f':root:root[data-theme="dark"]{{{dark}}}@media (prefers-color-scheme:dark)'
            f'{{:root:root:not([data-theme="light"]){{{dark}}}}}'
        )
    return out
