"""Charts are shapes in proportion, drawn without a style of their own, in colours that stand out."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from passavant.portal.analysis.charts import LANES, PATTERNS, Stack, columns, swatch

_STACKS = [Stack("one", (10, 30)), Stack("two", (0, 20)), Stack("three", (0, 0))]


def _bars(drawing: str) -> list[dict[str, str]]:
    root = ET.fromstring(drawing)
    return [part.attrib for part in root.iter("rect") if part.attrib["fill"].startswith("url(")]


def test_heights_are_in_proportion_and_parts_stand_on_each_other() -> None:
    drawing, top = columns(_STACKS, "chart", "A title", "A description")
    bars = _bars(drawing)
    heights = [float(bar["height"]) for bar in bars]

    assert (40, 3) == (top, len(bars))  # what is nothing is not drawn
    assert [50.0, 150.0, 100.0] == heights
    assert float(bars[1]["y"]) + heights[1] == float(bars[0]["y"])
    assert 200 == float(bars[2]["y"]) + heights[2]


def test_a_title_cannot_break_out_of_the_drawing() -> None:
    drawing, _ = columns(_STACKS, "chart", "<script>", "a & b")

    assert ["<script>", "a & b"] == [part.text for part in ET.fromstring(drawing)][:2]


def test_nothing_carries_a_style() -> None:
    drawn = columns(_STACKS, "chart", "A title", "A description")[0] + swatch("chart", 1)

    assert not re.search(r"\sstyle=|<style|\son\w+=", drawn)


@pytest.mark.parametrize("colour", [*dict(PATTERNS), *dict(LANES.values())])
def test_each_colour_stands_out_from_white(colour: str) -> None:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    assert 1.05 / (luminance + 0.05) >= 3


def test_no_two_series_share_a_pattern() -> None:
    assert len(PATTERNS) == len({pattern for _, pattern in PATTERNS})
    assert len(LANES) == len({pattern for _, pattern in LANES.values()})
