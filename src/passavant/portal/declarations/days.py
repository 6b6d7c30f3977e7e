"""The day by which a record is decided, read before it is taken in: only to tell which clearance must be ready."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

__all__ = ["AFTER", "BEFORE", "day_of", "days_ready", "month_of"]

#: Days before and after today that are always ready to be decided.
BEFORE, AFTER = 45, 10
_DATE = 10
_FIRST, _LAST = 1900, 2199


def day_of(record: Any) -> dt.date | None:
    """Return the day of acceptance, else of lodging, as written; None where there is none that can be read."""
    return next((day for name in ("accepted_at", "lodged_at") if (day := _day(_cell(record, name)))), None)


def days_ready(records: Sequence[Any]) -> bool:
    """Return whether every record lies in the days that are always ready: others take seconds to be made so."""
    today = dt.datetime.now(dt.UTC).date()
    first, last = today - dt.timedelta(days=BEFORE), today + dt.timedelta(days=AFTER)
    return all(day is None or first <= day <= last for day in map(day_of, records))


def month_of(day: dt.date) -> tuple[int, int]:
    """Return year and month."""
    return day.year, day.month


def _cell(record: Any, name: str) -> Any:
    if not isinstance(record, dict):
        return None
    if record.get(name) not in (None, ""):
        return record[name]
    items = record.get("items")
    first = items[0] if isinstance(items, list) and items else None
    return first.get(name) if isinstance(first, dict) else None


def _day(text: Any) -> dt.date | None:
    if not isinstance(text, str):
        return None
    try:
        day = dt.date.fromisoformat(text.strip()[:_DATE])
    except ValueError:
        return None
    return day if _FIRST <= day.year <= _LAST else None  # intake refuses the others
