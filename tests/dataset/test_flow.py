"""The map: complete, readable in both languages, safe to mail and to print."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
import vl_convert

from passavant.dataset.flow import CUSTOMS_GROUND, GROUND, HOLDER_COLOURS, INK, SOFT_INK, flow_svg
from passavant.dataset.flow_layout import THICKNESS, WIDTH, Box, lay_out, text_width
from passavant.dataset.schema import load_schema

LANGUAGES = ["en", "fr"]
SVG = "{http://www.w3.org/2000/svg}"


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours (WCAG 2)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colour", [INK, SOFT_INK, CUSTOMS_GROUND, *HOLDER_COLOURS.values()])
def test_texts_and_edges_have_enough_contrast(colour: str) -> None:
    assert contrast(colour, GROUND) >= 4.5


def test_every_colour_of_the_drawing_is_checked() -> None:
    used = set(re.findall(r"#[0-9a-f]{6}\b", flow_svg("en")))

    assert {INK, SOFT_INK, GROUND, CUSTOMS_GROUND, "#5b6878", *HOLDER_COLOURS.values()} == used
    assert contrast("#5b6878", GROUND) >= 4.5


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_drawing_is_titled_described_and_reaches_outside_for_nothing(language: str) -> None:
    text = flow_svg(language)
    root = ET.fromstring(text)

    assert language == root.attrib["lang"]
    assert "img" == root.attrib["role"]
    assert root.findtext(f"{SVG}title")
    assert "H7" in (root.findtext(f"{SVG}desc") or "")
    assert not re.search(r"<(script|image|style|foreignObject|use)\b|href=|url\(|@import", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_holder_lists_what_it_holds(language: str) -> None:
    schema, layout = load_schema(), lay_out(load_schema(), language)

    for box in (*layout.holders, layout.customs):
        held = [one.label.text.say(language) for one in schema.elements if box.id in one.held_by]
        shown = re.sub(r" ·( |$)", "|", " ".join(box.lines)) if box is not layout.customs else "|".join(held)

        assert "|".join(held) == shown
    assert [one.id for one in schema.holders if one.id != "customs"] == [box.id for box in layout.holders]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_ribbon_is_as_thick_as_its_elements_are_many(language: str) -> None:
    layout = lay_out(load_schema(), language)
    widths = [float(width) for width in re.findall(r'stroke-width="([\d.]+)" stroke-opacity', flow_svg(language))]

    assert [pytest.approx(len(link.names) * THICKNESS, abs=0.06) for link in layout.links] == widths


def test_every_element_that_travels_reaches_customs() -> None:
    schema, layout = load_schema(), lay_out(load_schema(), "en")
    arrived = {name for link in layout.links if link.target is layout.customs for name in link.names}
    told = {
        name for link in (*layout.links, *layout.relays) if link.target is not layout.customs for name in link.names
    }

    assert arrived == told == {one.name for one in schema.elements if one.sent_in}


@pytest.mark.parametrize("language", LANGUAGES)
def test_boxes_do_not_overlap_and_stay_on_the_sheet(language: str) -> None:
    layout = lay_out(load_schema(), language)

    for column in (layout.holders, layout.messages):
        assert all(above.y + above.height < below.y for above, below in pairwise(column))
        assert column[-1].y + column[-1].height <= layout.height + 0.01
    assert layout.customs.x + layout.customs.width < WIDTH
    assert layout.holders[0].x + layout.holders[0].width < layout.messages[0].x
    assert layout.messages[0].x + layout.messages[0].width < layout.customs.x


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_stay_in_their_boxes_and_ribbons_on_their_sides(language: str) -> None:
    layout = lay_out(load_schema(), language)

    for box in (*layout.holders, *layout.messages, layout.customs):
        assert text_width(box.label, 15) + (110 if box in layout.holders else 14) <= box.width, box.label
        assert [] == [line for line in box.lines if text_width(line, 12.5) + 20 > box.width]
    for link in layout.links:
        assert inside(link.source, link.start, link.thickness)
        assert inside(link.target, link.end, link.thickness)


def inside(box: Box, middle: float, thickness: float) -> bool:
    """Tell whether a ribbon meets its box within the box's height."""
    return box.y <= middle - thickness / 2 and middle + thickness / 2 <= box.y + box.height


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_renderer_draws_it(language: str) -> None:
    png = vl_convert.svg_to_png(flow_svg(language), scale=0.5)

    assert png.startswith(b"\x89PNG")
    assert len(png) > 30_000
