"""The figures of the dashboards, each a query over the cubes; denominators and periods go with them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any

from passavant.portal.analysis.cubes import sql
from passavant.portal.analysis.filters import Choice
from passavant.portal.analysis.store import Store

__all__ = ["Reason", "Revenue", "Sender", "Series", "outcomes", "per_day", "reasons", "revenue", "senders", "total"]


@dataclass(frozen=True)
class Series:
    """Counts per day, one column of numbers for each name, in the order of the names."""

    names: tuple[str, ...]
    days: tuple[dt.date, ...]
    counts: tuple[tuple[int, ...], ...]

    @property
    def total(self) -> int:
        """Over all days and names."""
        return sum(map(sum, self.counts))


@dataclass(frozen=True)
class Revenue:
    """Amounts of a currency per day, in minor units; ``unknown``: consignments with an amount that could not be worked out."""

    currency: str
    days: tuple[dt.date, ...]
    duty: tuple[int, ...]
    vat: tuple[int, ...]
    fees: tuple[int, ...]
    vendor_vat: tuple[int, ...]
    unknown: int


@dataclass(frozen=True)
class Reason:
    """How many consignments bear a reason."""

    code: str
    consignments: int


@dataclass(frozen=True)
class Sender:
    """One declarant's volume and quality; rows are goods items as sent, whatever their channel or lane."""

    declarant: str
    consignments: int
    asked: int
    read: int
    rejected: int
    splits: int
    codes: tuple[str, ...]


def total(store: Store, choice: Choice) -> tuple[int, int, int]:
    """Return consignments, goods items, and consignments with an unknown amount."""
    found = store.ask(_sql("total"), choice.values)[0]
    return int(found[0]), int(found[1]), int(found[2])


def per_day(store: Store, choice: Choice, by: str, order: tuple[str, ...]) -> Series:
    """Return consignments per day by ``channel`` or ``lane``; every day of the period is there, those without any too.

    Args:
        store: The cubes.
        choice: What is counted.
        by: What divides them.
        order: Names in their order; others follow.
    """
    rows = store.ask(_sql(by), choice.values)
    present = {row[1] for row in rows}
    names = (*(name for name in order if name in present), *sorted(present - set(order)))
    found = {(row[0], row[1]): int(row[2]) for row in rows}
    days = _days(choice, [row[0] for row in rows])
    return Series(names, days, tuple(tuple(found.get((day, name), 0) for name in names) for day in days))


def outcomes(store: Store, choice: Choice) -> dict[str, int]:
    """Return consignments by outcome."""
    return {row[0]: int(row[1]) for row in store.ask(_sql("outcomes"), choice.values) if row[1]}


def revenue(store: Store, choice: Choice) -> list[Revenue]:
    """Return amounts per day, one of each currency due."""
    rows = store.ask(_sql("revenue"), choice.values)
    return [_revenue(currency, rows, choice) for currency in dict.fromkeys(row[1] for row in rows)]


def reasons(store: Store, choice: Choice, most: int = 20) -> list[Reason]:
    """Return the reasons that most consignments bear."""
    return [Reason(row[0], int(row[1])) for row in store.ask(_sql("reasons"), choice.values | {"most": most})]


def senders(store: Store, choice: Choice, most: int = 100) -> list[Sender]:
    """Return the declarants with the most consignments."""
    rows = store.ask(_sql("senders"), choice.values | {"most": most})
    return [Sender(row[0], row[1], row[2], row[3], row[4], row[5], tuple(row[6] or ())) for row in rows]


@cache
def _sql(name: str) -> str:
    """Return a query, with the condition of what is chosen in its place."""
    return sql(f"pages/{name}").replace("/*CHOSEN*/", sql("pages/chosen").strip())


def _revenue(currency: str, rows: list[tuple[Any, ...]], choice: Choice) -> Revenue:
    own = {row[0]: row for row in rows if row[1] == currency}
    days = _days(choice, list(own))
    duty, vat, fees, vendor = (
        tuple(int(own[day][place]) if day in own else 0 for day in days) for place in range(2, 6)
    )
    return Revenue(currency, days, duty, vat, fees, vendor, unknown=sum(int(row[6]) for row in own.values()))


def _days(choice: Choice, present: list[dt.date]) -> tuple[dt.date, ...]:
    """Return every day of the period from the first that has declarations: before it nothing was kept."""
    if not present:
        return ()
    first, last = min(present), choice.end
    return tuple(first + dt.timedelta(days=step) for step in range((last - first).days + 1))
