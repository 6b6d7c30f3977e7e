"""The map of who holds which element and in which message each travels to customs, as one SVG drawing.

No script, no outside font, no outside file: the drawing can be mailed, printed or put in a page as it is. Texts and
box edges have a contrast of at least 4.5:1 on their ground.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from passavant.dataset.flow_layout import WIDTH, Box, Layout, Link, lay_out
from passavant.dataset.schema import load_schema
from passavant.texts import pick

__all__ = ["CUSTOMS_GROUND", "GROUND", "HOLDER_COLOURS", "INK", "SOFT_INK", "flow_svg"]

#: Ground of the drawing, and its two inks.
GROUND, INK, SOFT_INK = "#ffffff", "#16202c", "#4a5666"
#: Ground of the customs box, written on in white.
CUSTOMS_GROUND = "#123a5e"
_EDGE = "#5b6878"
#: One colour for each holder, all at least 4.5:1 on white.
HOLDER_COLOURS = {
    "manufacturer": "#6b5b00",
    "seller": "#b0410b",
    "marketplace": "#9c2c77",
    "platform": "#5a3fb0",
    "payment_provider": "#2b5fc0",
    "buyer": "#0b7285",
    "post": "#a06a00",
    "carrier": "#1a7f37",
    "warehouse": "#54702a",
    "broker": "#8a4b2f",
    "declarant": "#c2255c",
    "aeo_holder": "#3f5f7f",
}
_OPACITY = 0.5


def flow_svg(language: str) -> str:
    """Return the map in one language (``en`` or ``fr``) as the text of an SVG file."""
    layout = lay_out(load_schema(), language)
    parts = [
        _opening(layout.height + 64, language),
        f'<title id="title">{escape(_title(language))}</title>',
        f'<desc id="desc">{escape(_summary(layout, language))}</desc>',
        f'<rect width="100%" height="100%" fill="{GROUND}"/>',
        *_headings(language),
        *(_ribbon(link, language) for link in layout.links),
        *(_relay(link, language) for link in layout.relays),
        *(part for box in layout.holders for part in _holder(box, language)),
        *(part for box in layout.messages for part in _message(box, language)),
        *_customs(layout.customs, language),
        *_foot(layout.height, language),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _opening(height: float, language: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" '
        f'height="{height:.0f}" role="img" aria-labelledby="title desc" lang="{language}" '
        'font-family="Helvetica, Arial, sans-serif">'
    )


def _title(language: str) -> str:
    return pick("Who holds which element, and how it reaches customs",
                "Qui détient quel élément, et comment il parvient à la douane", language)  # fmt: skip


def _summary(layout: Layout, language: str) -> str:
    """Say the whole map in words, for whoever cannot see it."""
    colon = pick(": ", " : ", language)
    told = (f"{box.label}{colon}{', '.join(_targets(box, layout))}" for box in layout.holders)
    return "; ".join(told) + "."


def _targets(box: Box, layout: Layout) -> list[str]:
    return [f"{link.target.label} {len(link.names)}" for link in layout.links if link.source is box]


def _elements(count: int, language: str) -> str:
    many = "s" if count > 1 else ""
    return pick(f"{count} element{many}", f"{count} élément{many}", language)


def _text(x: float, y: float, text: str, size: float, fill: str = INK, extra: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{fill}"{extra}>{escape(text)}</text>'


def _headings(language: str) -> Iterator[str]:
    yield _text(24, 44, _title(language), 26, extra=' font-weight="700"')
    heads = pick("Who holds it|In which message|To whom", "Qui le détient|Par quel message|À qui", language)
    for x, head in zip((24, 786, 1200), heads.split("|"), strict=True):
        yield _text(x, 92, head, 16, SOFT_INK, ' font-weight="700"')


def _foot(bottom: float, language: str) -> Iterator[str]:
    yield _text(24, bottom + 36, pick(
        "A ribbon is as thick as the number of elements it carries. An element held by two parties is drawn from both.",
        "L'épaisseur d'un ruban est le nombre d'éléments transmis. Un élément détenu par deux parties part des deux.",
        language,
    ), 13, SOFT_INK)  # fmt: skip


def _ribbon(link: Link, language: str) -> str:
    """Draw a link as a thick curve; its tooltip names the elements."""
    start, end = link.source.x + link.source.width, link.target.x
    bend = (end - start) * 0.5
    handles = f"{start + bend:.1f} {link.start:.1f} {end - bend:.1f} {link.end:.1f}"
    curve = f"M{start:.1f} {link.start:.1f}C{handles} {end:.1f} {link.end:.1f}"
    colour = HOLDER_COLOURS.get(link.source.id, _EDGE)
    return (
        f'<path d="{curve}" fill="none" stroke="{colour}" stroke-width="{link.thickness:.1f}" '
        f'stroke-opacity="{_OPACITY}"><title>{escape(_tooltip(link, language))}</title></path>'
    )


def _tooltip(link: Link, language: str) -> str:
    colon = pick(": ", " : ", language)
    return f"{link.source.label} → {link.target.label}{colon}{len(link.names)} ({', '.join(link.names)})"


def _relay(link: Link, language: str) -> str:
    """Draw the arrow from a message down to the one that carries it on."""
    x, width = link.source.x + link.source.width / 2, link.thickness
    top, bottom = link.source.y + link.source.height, link.target.y
    neck = bottom - 9
    points = [(x - width / 2, top), (x + width / 2, top), (x + width / 2, neck), (x + width, neck), (x, bottom),
              (x - width, neck), (x - width / 2, neck)]  # fmt: skip
    drawn = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
    return f'<polygon points="{drawn}" fill="{_EDGE}"><title>{escape(_tooltip(link, language))}</title></polygon>'


def _frame(box: Box, edge: str, fill: str = GROUND) -> str:
    return (
        f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" rx="4" '
        f'fill="{fill}" stroke="{edge}" stroke-width="1.5"/>'
    )


def _holder(box: Box, language: str) -> Iterator[str]:
    colour = HOLDER_COLOURS[box.id]
    yield _frame(box, colour)
    yield f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="8" height="{box.height:.1f}" rx="3" fill="{colour}"/>'
    yield _text(box.x + 20, box.y + 21, box.label, 15, extra=' font-weight="700"')
    right = box.x + box.width - 12
    yield _text(right, box.y + 21, _elements(box.count, language), 12.5, SOFT_INK, ' text-anchor="end"')
    for index, line in enumerate(box.lines):
        yield _text(box.x + 20, box.y + 41 + 17 * index, line, 12.5)


def _message(box: Box, language: str) -> Iterator[str]:
    middle = box.y + box.height / 2
    yield _frame(box, _EDGE)
    yield _text(box.x + 14, middle - 14, box.label, 15, extra=' font-weight="700"')
    yield _text(box.x + 14, middle + 5, box.lines[0], 12.5, SOFT_INK)
    yield _text(box.x + 14, middle + 23, _elements(box.count, language), 12.5)


def _customs(box: Box, language: str) -> Iterator[str]:
    x, middle = box.x + 14, box.y + box.height / 2
    yield _frame(box, CUSTOMS_GROUND, CUSTOMS_GROUND)
    yield _text(x, middle - 40, box.label, 20, GROUND, ' font-weight="700"')
    yield _text(x, middle - 16, _elements(box.count, language), 13, GROUND)
    yield _text(x, middle + 20, pick("set by customs itself:", "fixés par la douane :", language), 12.5, GROUND)
    for index, line in enumerate(box.lines):
        yield _text(x, middle + 40 + 17 * index, line, 12.5, GROUND)
