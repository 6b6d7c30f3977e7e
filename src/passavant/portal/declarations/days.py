"""The day by which a record is decided, read before it is taken in: only to tell which clearance must be ready."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

__all__ = ["day_of", "days_of", "month_of"]

_DATE = 10


def day_of(record: Any) -> dt.date | None:
    """Return the day of acceptance, else of lodging, as written; None where there is none that can be read."""
    return next((day for name in ("accepted_at", "lodged_at") if (day := _day(_cell(record, name)))), None)


def days_of(records: Sequence[Any]) -> Iterator[dt.date | None]:
    """Return the day of each record."""
    return map(day_of, records)


def month_of(day: dt.date) -> tuple[int, int]:
    """Return year and month."""
    return day.year, day.month


def _cell(record: Any, name: str) -> Any:
    if not isinstance(record, dict):
        return None
    if record.get(name) is not None:
        return record[name]
    items = record.get("items")
    first = items[0] if isinstance(items, list) and items else None
    return first.get(name) if isinstance(first, dict) else None


def _day(text: Any) -> dt.date | None:
    if not isinstance(text, str):
        return None
    try:
        return dt.date.fromisoformat(text.strip()[:_DATE])
    except ValueError:
        return None
