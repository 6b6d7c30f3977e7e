"""Tables for spreadsheets, as CSV: streamed, and safe to open, since no cell can become a formula.

>>> [cell(value) for value in ("tea", "=1+1", "-5", -5, None, 0.25)]
['tea', "'=1+1", "'-5", -5, '', 0.25]
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from django.http import StreamingHttpResponse

__all__ = ["cell", "lines", "stream"]

#: What a spreadsheet may take for the beginning of a formula (OWASP, "CSV Injection"), the full-width forms too.
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001  # these very signs


def cell(value: object) -> object:
    """Return a value as it may stand in a cell: numbers as they are, a text that looks like a formula behind an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, (int, float, Decimal)):
        return value
    text = value.isoformat() if isinstance(value, (dt.date, dt.datetime)) else str(value)
    return f"'{text}" if text.startswith(_RISKY) else text


def lines(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield the table line by line; it begins with the mark by which spreadsheets know UTF-8."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + str(writer.writerow(heading))
    for row in rows:
        yield str(writer.writerow([cell(value) for value in row]))


def stream(name: str, heading: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """Answer with a file to keep, sent as its rows come.

    Args:
        name: Of the file: letters, digits, points and dashes.
        heading: Names of the columns.
        rows: Of as many cells.
    """
    answer = StreamingHttpResponse(lines(heading, rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


class _Echo:
    """Gives each line back to the one who writes it."""

    def write(self, line: str) -> str:
        return line
