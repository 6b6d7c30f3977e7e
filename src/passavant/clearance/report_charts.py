"""Charts as SVG in the page: described in Altair, drawn by vl-convert inside the process, no network.

Bars carry their label and number above them, so that a narrow screen shows both in full. Each kind of chart is described
once; a chart is that description with its own data.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from passavant.clearance.report_svg import draw

__all__ = [
    "COLOURS",
    "STATE_COLOURS",
    "DARK",
    "HEIGHT",
    "SIZE",
    "WIDTH",
    "Bar",
    "Column",
    "Label",
    "Mark",
    "bars",
    "columns",
    "histogram",
]

#: Dark blue, the colour of a single series.
DARK = "#17406d"
#: Amounts that are due now and amounts that are held: these two colours mean nothing else on the page.
STATE_COLOURS = (DARK, "#b3651b")
#: Other series that stand beside each other; each has a contrast of 3:1 or more with white.
COLOURS = (DARK, "#96599e", "#3d8bc4", "#75828f")
#: Pixels of a chart before the page scales it.
WIDTH, HEIGHT = 460, 210
#: Pixels of its letters.
SIZE = 13

_LINE = 17
_THICK = 11
_GAP = 13
_CHARACTER = 6.6  # pixels of an average character
_INK, _TRACK, _ALERT = "#1f2933", "#e9eef4", "#9b2c1f"
_LABEL_ROWS = 3
_PLOT = 0.87  # share of the width that a plot with an axis at its left keeps
_SEVERAL_DECADES = 4


@dataclass(frozen=True)
class Label:
    """What a chart is called in the page and by screen readers; ``name`` is unique in the page."""

    name: str
    title: str
    description: str


@dataclass(frozen=True)
class Bar:
    """One bar: what it shows, its number as written, and its parts (one per colour, or all in ``colour``)."""

    label: str
    value: str
    parts: tuple[int, ...]
    colour: str | None = None


@dataclass(frozen=True)
class Column:
    """One column of a histogram from ``low`` to ``high``; ``label`` says it in words."""

    low: float
    high: float
    count: int
    label: str


@dataclass(frozen=True)
class Mark:
    """A value marked on the axis of a histogram."""

    value: float
    label: str


def bars(rows: Sequence[Bar], label: Label, *, colours: Sequence[str] = COLOURS, lines: int = 2) -> str:
    """Return horizontal bars, each under its label and number, parts stacked.

    Args:
        rows: The bars, first on top.
        label: Names of the chart.
        colours: Colour of each part.
        lines: How many lines a bar's label may take; what is longer ends in an ellipsis.
    """
    datasets, height = _layout(rows, colours, lines)
    return draw({**_bars(), "height": height, "datasets": datasets}, label.name, label.title, label.description)


def columns(rows: Sequence[Column], label: Label, *, axes: tuple[str, str], language: str) -> str:
    """Return vertical columns of equal width, one per unit (hours of a day)."""
    data = {"columns": _columns(rows), "left": [], "right": []}
    limits = {
        "low": rows[0].low,
        "high": rows[-1].high,
        "top": max(1, *(row.count for row in rows)),
        "ticks": list(range(0, 25, 3)),
    }
    spec = {**_upright("linear", *axes), "datasets": data, "params": _params(limits)}
    return draw(spec, label.name, label.title, label.description, language)


def histogram(
    rows: Sequence[Column], marks: Sequence[Mark], label: Label, *, axes: tuple[str, str], language: str
) -> str:
    """Return a histogram on a logarithmic axis, with values marked."""
    low = min([row.low for row in rows] + [mark.value for mark in marks])
    high = max([row.high for row in rows] + [mark.value * 1.5 for mark in marks])
    placed, room = _place(marks, low, high)
    data = {side: [mark for mark in placed if mark["side"] == side] for side in ("left", "right")}
    limits = {
        "low": low,
        "high": high,
        "top": max(row.count for row in rows) * (1 + room / HEIGHT),
        "ticks": _ticks(low, high),
    }
    spec = {**_upright("log", *axes), "datasets": data | {"columns": _columns(rows)}, "params": _params(limits)}
    return draw(spec, label.name, label.title, label.description, language)


def prepare() -> None:
    """Start the chart libraries and describe the first kind, which takes about a second; may run beside other work."""
    bars([], Label("nothing", "", ""))


@cache
def _bars() -> Mapping[str, Any]:
    """Describe bars; positions are pixels, worked out in :func:`_layout`."""
    import altair as alt

    y, y2, text = (
        alt.Y("y:Q", axis=None, scale=None),
        alt.Y2("y2:Q"),
        {"baseline": "top", "fontSize": SIZE, "lineHeight": _LINE, "lineBreak": "\n"},
    )
    x, x2, colour = alt.X("x:Q", axis=None, scale=None), alt.X2("x2:Q"), alt.Color("colour:N", scale=None)
    chart = alt.layer(
        _named("tracks").mark_rect(color=_TRACK).encode(x=alt.value(0), x2=alt.value(WIDTH), y=y, y2=y2),
        _named("parts").mark_rect(stroke="white", strokeWidth=0.6).encode(x=x, x2=x2, y=y, y2=y2, color=colour),
        _named("texts").mark_text(align="left", color=_INK, **text).encode(x=alt.value(0), y=y, text="text:N"),
        _named("numbers").mark_text(align="right", color=_INK, fontWeight="bold", **text).encode(x=alt.value(WIDTH), y=y, text="text:N"),
    )  # fmt: skip
    return dict(chart.properties(width=WIDTH).to_dict())


@cache
def _upright(kind: Any, across: str, up: str) -> Mapping[str, Any]:
    """Describe columns on an axis; its limits and ticks are parameters."""
    import altair as alt

    scale = alt.Scale(type=kind, domain=alt.ExprRef("[low, high]"), nice=False)
    x = alt.X(
        "low:Q",
        title=across,
        scale=scale,
        axis=alt.Axis(values=alt.ExprRef("ticks"), grid=False, format=",~r", labelFlush=False),
    )
    y = alt.Y("count:Q", title=up, scale=alt.Scale(domain=alt.ExprRef("[0, top]"), nice=False),
              axis=alt.Axis(tickCount=4, format=",.0f", domain=False, ticks=False))  # fmt: skip
    drawn = _named("columns").mark_rect(color=DARK, stroke="white", strokeWidth=0.8)
    layers = [drawn.encode(x=x, x2="high:Q", y=y, y2=alt.datum(0), description="label:N")]
    top = alt.Y("place:Q", scale=None, axis=None)
    for side, shift in (("left", 5), ("right", -5)):
        at = alt.X("x:Q", scale=scale, title=across)
        text = _named(side).mark_text(align=side, dx=shift, fontSize=SIZE - 1, fontWeight="bold", color=_ALERT)
        layers.append(
            _named(side)
            .mark_rule(color=_ALERT, strokeWidth=1.5, strokeDash=[5, 3])
            .encode(x=at, y=top, y2=alt.value("height"))
        )
        layers.append(text.encode(x=at, y=top, text="text:N"))
    chart = alt.layer(*layers).properties(
        width=WIDTH, height=HEIGHT, autosize=alt.AutoSizeParams(type="fit", contains="padding")
    )
    return dict(chart.to_dict())


def _named(name: str) -> Any:
    import altair as alt

    return alt.Chart(alt.NamedData(name=name))


def _params(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"name": name, "value": value} for name, value in values.items()]


def _columns(rows: Sequence[Column]) -> list[dict[str, Any]]:
    return [{"low": row.low, "high": row.high, "count": row.count, "label": row.label} for row in rows]


def _layout(rows: Sequence[Bar], colours: Sequence[str], lines: int) -> tuple[dict[str, list[dict[str, Any]]], int]:
    """Return where everything stands in pixels, and the height of the whole."""
    texts, numbers, tracks, parts, y = [], [], [], [], 0
    longest = max((sum(row.parts) for row in rows), default=0) or 1
    for row in rows:
        label = _wrapped(row.label, len(row.value), lines)
        texts.append({"y": y, "text": "\n".join(label)})
        numbers.append({"y": y, "text": row.value})
        y += len(label) * _LINE + 1
        here: dict[str, Any] = {"y": y, "y2": y + _THICK}
        x = 0
        tracks.append(here)
        for index, part in enumerate(row.parts):
            parts.append(
                here
                | {"x": _pixels(x, longest), "x2": _pixels(x + part, longest), "colour": row.colour or colours[index]}
            )
            x += part
        y += _THICK + _GAP
    kept = [part for part in parts if part["x2"] > part["x"]]
    return {"texts": texts, "numbers": numbers, "tracks": tracks, "parts": kept}, max(1, y - _GAP)


def _pixels(amount: int, longest: int) -> float:
    return round(WIDTH * amount / longest, 2)


def _wrapped(label: str, beside: int, lines: int) -> list[str]:
    """Break a label into lines that leave room for the number beside it."""
    room = max(16, int((WIDTH - 16) / _CHARACTER) - int(beside * 1.15))
    return textwrap.wrap(label, room, max_lines=lines, placeholder=" …", break_on_hyphens=False) or [""]


def _place(marks: Sequence[Mark], low: float, high: float) -> tuple[list[dict[str, Any]], int]:
    """Place the labels of marks in rows where they do not cover each other; return them and the height they need."""
    ends, placed, plot = [-math.inf] * _LABEL_ROWS, [], WIDTH * _PLOT
    for mark in sorted(marks, key=lambda one: one.value):
        at = plot * math.log(mark.value / low) / math.log(high / low)
        width = len(mark.label) * _CHARACTER + 12
        side = "right" if at + width > plot else "left"
        start = at - width if side == "right" else at
        row = next((index for index, end in enumerate(ends) if end < start), len(ends) - 1)
        ends[row] = start + width
        placed.append({"x": mark.value, "text": mark.label, "side": side, "place": 8 + row * (_LINE - 1)})
    return placed, sum(end > -math.inf for end in ends) * (_LINE + 4)


def _ticks(low: float, high: float) -> list[float]:
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    steps = (1,) if len(decades) > _SEVERAL_DECADES else (1, 2, 5)
    ticks = [round(step * 10.0**decade, 6) for decade in decades for step in steps]
    return [tick for tick in ticks if low <= tick <= high]
