"""Pieces of an HTML page as text: everything is escaped unless it is marked as :class:`Html`."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

__all__ = ["Html", "cards", "code", "details", "element", "listing", "stack", "table"]


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def element(name: str, content: str | Iterable[str] = "", **attributes: str | None) -> Html:
    """Return one element; an underscore at the end of an attribute's name is dropped, others become hyphens.

    >>> element("p", "a < b", class_="note")
    '<p class="note">a &lt; b</p>'
    """
    written = "".join(f' {_name(key)}="{html.escape(value)}"' for key, value in attributes.items() if value is not None)
    inner = _safe(content) if isinstance(content, str) else "".join(_safe(part) for part in content)
    return Html(f"<{name}{written}>{inner}</{name}>")


def code(text: str) -> Html:
    """Return text in a fixed-width face."""
    return element("code", text)


def stack(*parts: str) -> Html:
    """Return parts one under the other in a table cell; empty ones are left out."""
    return Html("<br>".join(_safe(part) for part in parts if part))


def cards(pairs: Iterable[tuple[str, str, str]]) -> Html:
    """Return headline figures as (label, value, remark); a remark may be empty."""
    items = [
        element(
            "div",
            [element("dt", label), element("dd", value), *([element("dd", note, class_="remark")] if note else [])],
        )
        for label, value, note in pairs
    ]
    return element("dl", items, class_="cards")


def listing(pairs: Iterable[tuple[str, str]]) -> Html:
    """Return labels and values as a description list."""
    items = [element("div", [element("dt", label), element("dd", value)]) for label, value in pairs]
    return element("dl", items, class_="facts")


def table(
    caption: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    numeric: Iterable[int] = (),
    class_: str = "",
) -> Html:
    """Return a table that scrolls by itself where the screen is narrow; the first column heads its row.

    Args:
        caption: What the table shows; it also names the scrolling region.
        headings: Names of the columns.
        rows: Cells as text or :class:`Html`.
        numeric: Columns set to the right.
        class_: Extra style classes.
    """
    right = set(numeric)
    head = [
        element("th", name, scope="col", class_="number" if index in right else None)
        for index, name in enumerate(headings)
    ]
    body = [element("tr", [_cell(index, cell, index in right) for index, cell in enumerate(row)]) for row in rows]
    parts = [element("caption", caption), element("thead", element("tr", head)), element("tbody", body)]
    inner = element("table", parts, class_=class_ or None)
    return element("div", inner, class_="scroll", role="region", aria_label=caption, tabindex="0")


def details(summary: str, content: str) -> Html:
    """Return content that opens under its summary."""
    return element("details", [element("summary", summary), content])


def _cell(index: int, cell: str, right: bool) -> Html:
    style = "number" if right else None
    return element("td", cell, class_=style) if index else element("th", cell, scope="row", class_=style)


def _name(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def _safe(text: str) -> str:
    return text if isinstance(text, Html) else html.escape(text)
