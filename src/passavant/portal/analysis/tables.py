"""Tables as pages show them and as spreadsheets get them: the same rows, written for people or left as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from passavant.portal.analysis.charts import Chart
from passavant.portal.look.templatetags.look import day, money, number, percent

__all__ = ["Column", "Shown"]


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes:
        name: In the file for spreadsheets: never translated.
        title: On the page.
        kind: ``text``, ``day``, ``count``, ``percent`` (a share from 0 to 1) or ``money``.
        currency: Of money.
    """

    name: str
    title: str | Promise
    kind: str = "text"
    currency: str = ""

    def shown(self, value: Any) -> Any:
        """Return a value as the page writes it."""
        if value is None:
            return "—"
        if isinstance(value, str):  # said in words, in whatever column: too few to be counted
            return value
        if self.kind == "day":
            return day(value)
        if self.kind == "count":
            return number(value)
        if self.kind == "percent":
            return percent(round(value * 1_000_000))
        return money(value, self.currency) if self.kind == "money" else value


@dataclass(frozen=True)
class Shown:
    """A table, and the chart of the same figures where there is one.

    Attributes:
        key: Its name in addresses.
        caption: What it shows, with its denominator.
        columns: The columns; the first heads its row.
        cells: The rows, values as they are.
        empty: What is said where there is no row.
        chart: The chart.
        note: What a reader should know.
    """

    key: str
    caption: str
    columns: tuple[Column, ...]
    cells: Sequence[Sequence[Any]]
    empty: str
    chart: Chart | None = None
    note: str = ""

    @property
    def head(self) -> list[str]:
        """The titles."""
        return [str(column.title) for column in self.columns]

    @property
    def heading(self) -> list[str]:
        """The names of the columns, for a file."""
        return [column.name for column in self.columns]

    @property
    def rows(self) -> list[list[Any]]:
        """The rows as the page writes them."""
        return [[column.shown(value) for column, value in zip(self.columns, row, strict=True)] for row in self.cells]

    @property
    def numeric(self) -> list[int]:
        """Places of the columns of numbers."""
        return [place for place, column in enumerate(self.columns) if column.kind in ("count", "percent", "money")]
