"""What every page of the site has in common: its head, the bar above, and the way to the assets."""

from __future__ import annotations

from pipeline.publish.pages.html import escape


def page(
    *,
    title: str,
    language: str,
    root: str,
    body: str,
    kind: str,
    head: str = "",
    scripts: tuple[str, ...] = (),
) -> str:
    """A whole HTML page. `root` leads to the site's root ("../"); `kind` names the page for the
    style sheet.
    """
    loaded = "".join(f'<script src="{root}assets/{name}" defer></script>\n' for name in scripts)
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}" class="{kind}">\n<head>\n<meta '
        f'charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta '
        'name="color-scheme" content="light dark">\n'
        f"<title>{escape(title)}</title>\n"
        f'<link rel="stylesheet" href="{root}assets/site.css">\n<link rel="icon" '
        f'href="{root}assets/icon.svg" type="image/svg+xml">\n'
        f'<script src="{root}assets/display.js"></script>\n{head}{loaded}</head>\n<body>\n'
        f"{body}</body>\n</html>\n"
    )


def switch(name: str, legend: str, options: tuple[tuple[str, str, str], ...]) -> str:
    """A row of choices of which one holds: (value, label, title). The first is what a page without
    script shows.
    """
    choices = "".join(
        f'<label title="{escape(title)}"><input type="radio" name="ui-{name}" '
        f'value="{value}"{" checked" if i == 0 else ""}><span>{escape(label)}</span></label>'
        for i, (value, label, title) in enumerate(options)
    )
    return (
        f'<fieldset class="switch" '
        f'data-switch="{name}"><legend>{escape(legend)}</legend>{choices}</fieldset>'
    )


THEME = switch(
    "theme",
    "Colours",
    (
        ("auto", "Auto", "As your device has it"),
        ("light", "Light", "Dark on light"),
        ("dark", "Dark", "Light on dark"),
    ),
)


def bar(
    *, root: str, middle: str, controls: str, before: str = "", at_library: bool = False
) -> str:
    """The bar above a page: the way home, the page's own title, the switches (behind one button
    where room is short).
    """
    home = "" if at_library else f'<a class="home" href="{root}index.html">Library</a>'
    return (
        f'<a class="skip" href="#ui-main">To the text</a>\n<header '
        f'class="bar">{before}{home}<span class="where">{middle}</span>'
        f'<button type="button" class="tool" id="ui-show" aria-expanded="false" '
        f'aria-controls="ui-controls" aria-label="Display">Aa</button>'
        f'<div id="ui-controls" class="controls">{controls}</div></header>\n'
    )
