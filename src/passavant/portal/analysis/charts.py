"""Charts as small SVG: shapes alone, by presentation attributes, as the page's policy for styles asks for.

The words and numbers stand around them in HTML, so that they keep their size on a narrow screen; each series has a pattern of
its own beside its colour; the table of the same figures stands with every chart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

__all__ = ["LANES", "PATTERNS", "Chart", "Stack", "columns", "swatch"]

#: The drawing in units; it is stretched to the width of the page.
_WIDTH, _HEIGHT = 1000, 200
#: Share of the room of a column that its bar takes.
_BAR = 0.82
#: Each series: colour, and a pattern over it. A contrast of 3:1 or more with white, patterns white on the colour.
PATTERNS: tuple[tuple[str, str], ...] = (
    ("#102f55", ""),
    ("#3d8bc4", '<path d="M-1 1l2-2M0 6l6-6M5 7l2-2" stroke="#fff" stroke-width="1.6"/>'),
    ("#8a4b00", '<circle cx="3" cy="3" r="1.3" fill="#fff"/>'),
    ("#75828f", '<path d="M0 3h6" stroke="#fff" stroke-width="1.8"/>'),
    ("#96599e", '<path d="M3 0v6" stroke="#fff" stroke-width="1.8"/>'),
    ("#17663a", '<path d="M0 0l6 6M6 0l-6 6" stroke="#fff" stroke-width="1.1"/>'),
)
#: Lanes are drawn in the colours that they are called by, each with its pattern.
LANES: dict[str, tuple[str, str]] = {
    "green": ("#17663a", PATTERNS[0][1]),
    "blue": ("#1a5596", PATTERNS[3][1]),
    "yellow": ("#9a7400", PATTERNS[2][1]),
    "red": ("#a8261b", PATTERNS[1][1]),
}


@dataclass(frozen=True)
class Stack:
    """One column: what it is called, and its parts from the bottom up."""

    label: str
    parts: tuple[int, ...]


@dataclass(frozen=True)
class Chart:
    """A chart for ``analysis/chart.html``.

    Attributes:
        name: Unique in the page.
        title: What it shows.
        description: The same figures in a sentence, for those who do not see it.
        drawing: The SVG.
        legend: Name and swatch of each series; none where there is one series.
        top: What the upper edge stands for.
        ends: What stands below the left and the right end.
    """

    name: str
    title: str
    description: str
    drawing: str
    legend: tuple[tuple[str, str], ...]
    top: str
    ends: tuple[str, str]


def columns(
    stacks: Sequence[Stack],
    name: str,
    title: str,
    description: str,
    palette: Sequence[tuple[str, str]] = PATTERNS,
) -> tuple[str, int]:
    """Return stacked columns as one ``<svg>``, and what its upper edge stands for.

    Args:
        stacks: The columns, first to the left.
        name: Unique in the page; ids begin with it.
        title: What the image is.
        description: What it shows.
        palette: Colour and pattern of each series.
    """
    top = _round_up(max((sum(stack.parts) for stack in stacks), default=0))
    series = max((len(stack.parts) for stack in stacks), default=0)
    step = _WIDTH / max(1, len(stacks))
    shapes = "".join(_column(stack, place * step, step, top, name) for place, stack in enumerate(stacks))
    lines = "".join(_line(_HEIGHT * part // 4) for part in range(1, 4))
    drawing = (
        f'<svg class="pv-chart" role="img" aria-labelledby="{name}-title {name}-text" viewBox="0 0 {_WIDTH} {_HEIGHT}" preserveAspectRatio="none">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-text">{escape(description)}</desc>'
        f"<defs>{''.join(_pattern(name, one, palette) for one in range(series))}</defs>{lines}{shapes}</svg>"
    )
    return drawing, top


def swatch(name: str, place: int, palette: Sequence[tuple[str, str]] = PATTERNS) -> str:
    """Return the sample of a series for a legend."""
    own = f"{name}-key"
    return (
        '<svg class="pv-swatch" viewBox="0 0 18 18" aria-hidden="true" focusable="false">'
        f'<defs>{_pattern(own, place, palette)}</defs><rect width="18" height="18" fill="url(#{own}-{place})"/></svg>'
    )


def _column(stack: Stack, x: float, step: float, top: int, name: str) -> str:
    drawn, base = [], float(_HEIGHT)
    left, width = round(x + step * (1 - _BAR) / 2, 2), round(step * _BAR, 2)
    for place, part in enumerate(stack.parts):
        if part <= 0:
            continue
        height = round(_HEIGHT * part / top, 2)
        base = round(base - height, 2)
        drawn.append(f'<rect x="{left}" y="{base}" width="{width}" height="{height}" fill="url(#{name}-{place})"/>')
    return "".join(drawn)


def _line(y: int) -> str:
    return f'<path d="M0 {y}h{_WIDTH}" stroke="#cfd8e2" stroke-width="1" vector-effect="non-scaling-stroke"/>'


def _pattern(name: str, place: int, palette: Sequence[tuple[str, str]]) -> str:
    colour, drawn = palette[place % len(palette)]
    return (
        f'<pattern id="{name}-{place}" width="6" height="6" patternUnits="userSpaceOnUse">'
        f'<rect width="6" height="6" fill="{colour}"/>{drawn}</pattern>'
    )


def _round_up(value: int) -> int:
    """Return the next number of one significant digit, or two of the first fives.

    >>> [_round_up(value) for value in (0, 7, 12, 43, 1201)]
    [1, 7, 15, 45, 1500]
    """
    if value <= 0:
        return 1
    unit = int(10 ** (len(str(value)) - 1))
    step = max(1, unit // 2)
    return -(-value // step) * step
