"""The colours can be told apart: WCAG's contrast of every pair of tokens that occurs, computed from the Sass itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

_SETTINGS = Path(__file__).resolve().parents[3] / "frontend/src/portal/_settings.scss"
_TOKENS = dict(re.findall(r"^\$([a-z-]+): (#[0-9a-f]{6});", _SETTINGS.read_text(), re.MULTILINE))
_TEXT, _PART = 4.5, 3.0


def _luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(first: str, second: str) -> float:
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_gives_what_the_standard_says() -> None:
    assert 21.0 == pytest.approx(_contrast("#ffffff", "#000000"))
    assert 4.54 == pytest.approx(_contrast("#767676", "#ffffff"), abs=0.005)


@pytest.mark.parametrize("ground", ["paper", "tint"])
@pytest.mark.parametrize("ink", ["ink", "soft", "link", "link-hover", "link-visited", "good", "warn", "bad"])
def test_text_stands_out_from_its_ground(ink: str, ground: str) -> None:
    assert _contrast(_TOKENS[ink], _TOKENS[ground]) >= _TEXT


@pytest.mark.parametrize(
    ("ink", "ground"), [("brand-ink", "brand"), ("brand-ink", "link-hover"), ("bad-ink", "bad"), ("focus-ink", "focus")]
)
def test_text_stands_out_from_a_coloured_ground(ink: str, ground: str) -> None:
    assert _contrast(_TOKENS[ink], _TOKENS[ground]) >= _TEXT


@pytest.mark.parametrize(
    ("part", "ground"), [("edge", "paper"), ("edge", "tint"), ("brand", "paper"), ("focus", "brand")]
)
def test_parts_of_the_interface_stand_out(part: str, ground: str) -> None:
    assert _contrast(_TOKENS[part], _TOKENS[ground]) >= _PART
