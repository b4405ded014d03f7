"""The templates of the site and the book."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from pipeline.html import rendered

render = partial(rendered, Path(__file__).parents[1] / "templates")
