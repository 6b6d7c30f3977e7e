"""Draw a Vega-Lite description as an SVG image that stands in an HTML page and says what it shows."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

__all__ = ["draw"]

#: Faces of equal width on every system, so that what was measured here fits there.
_FONT = "Arial, Liberation Sans, Helvetica, sans-serif"
_SOFT, _GRID = "#4a5866", "#d9e0e8"
_FRENCH = {"decimal": ",", "thousands": "\u202f", "grouping": [3], "currency": ["", "\u00a0€"]}
_CONFIG: dict[str, Any] = {
    "font": _FONT,
    "background": "transparent",
    "padding": 3,
    "view": {"stroke": None},
    "axis": {
        "labelColor": _SOFT, "titleColor": _SOFT, "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal",
        "gridColor": _GRID, "domainColor": _SOFT, "tickColor": _SOFT, "titlePadding": 8, "aria": False,
    },
}  # fmt: skip


def draw(spec: Mapping[str, Any], name: str, title: str, description: str, language: str = "en") -> str:
    """Return the chart as one ``<svg>`` element, an image with a title and a description.

    Args:
        spec: Vega-Lite description with its data.
        name: Unique in the page; the ids of title and description begin with it.
        title: What the image is.
        description: What it shows.
        language: Language of the numbers on the axes.
    """
    import vl_convert

    locale = _FRENCH if language == "fr" else None
    drawn: str = vl_convert.vegalite_to_svg(dict(spec) | {"config": _CONFIG}, format_locale=locale)
    drawn = re.sub(r' xmlns(:\w+)?="[^"]*"', "", drawn, count=2)
    head = f'<svg role="img" aria-labelledby="{name}-title {name}-text"'
    said = (
        f'<title id="{name}-title">{html.escape(title)}</title><desc id="{name}-text">{html.escape(description)}</desc>'
    )
    start = drawn.index(">") + 1
    return head + drawn[len("<svg") : start] + said + drawn[start:]
