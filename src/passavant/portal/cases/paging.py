"""Lists of cases read page by page: an order of columns, and a cursor that says where a page ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from passavant.errors import BadInput, Place
from passavant.portal.cases.models import Case

__all__ = ["AGE", "URGENCY", "CasePage", "beyond", "page_of"]

#: The order of the queue: lane (red before yellow), then what customs must answer first.
URGENCY = ("lane", "due_at", "pk")
#: The order of what was found: the oldest first.
AGE = ("opened_at", "pk")
_TIME = "%Y%m%dT%H%M%S.%f"


@dataclass(frozen=True)
class CasePage:
    """A page of cases, and the cursor of the next one: empty at the end."""

    cases: Sequence[Case]
    after: str


def page_of(found: QuerySet[Case], order: Sequence[str], after: str, limit: int) -> CasePage:
    """Return a page.

    Args:
        found: The cases, in any order.
        order: Columns that they are shown by; the last one tells them apart.
        after: Where the page before ended.
        limit: Cases on the page.

    Raises:
        BadInput: somebody made the cursor up.
    """
    if after:
        found = _later(found, order, _read(after, order))
    rows = list(found.select_related("assigned_to").order_by(*order)[: limit + 1])
    shown = rows[:limit]
    return CasePage(shown, "-".join(map(_written, _place(shown[-1], order))) if len(rows) > limit else "")


def beyond(found: QuerySet[Case], order: Sequence[str], case: Case) -> QuerySet[Case]:
    """Return the cases that come after one, which need not be among them, in order."""
    return _later(found, order, _place(case, order)).order_by(*order)


def _later(found: QuerySet[Case], order: Sequence[str], place: Sequence[Any]) -> QuerySet[Case]:
    later, same = Q(), Q()
    for column, value in zip(order, place, strict=True):
        later |= same & Q(**{f"{column}__gt": value})
        same &= Q(**{column: value})
    return found.filter(later, **{f"{order[0]}__gte": place[0]})  # the last lets the database enter its index


def _place(case: Case, order: Sequence[str]) -> list[Any]:
    return [getattr(case, column) for column in order]


def _written(value: Any) -> str:
    return value.astimezone(dt.UTC).strftime(_TIME) if isinstance(value, dt.datetime) else str(value)


def _read(text: str, order: Sequence[str]) -> list[Any]:
    parts = text.split("-")
    try:
        return [_value(part, column) for part, column in zip(parts, order, strict=True)]
    except ValueError as error:
        raise BadInput(
            "cases.cursor",
            got=(f"a place in the list {text[:40]!r}", f"une position dans la liste {text[:40]!r}"),
            expected=("one that a page gave", "celle qu'une page a donnée"),
            next_step=("Begin at the first page.", "Commencez à la première page."),
            place=Place(field="after"),
        ) from error


def _value(part: str, column: str) -> Any:
    if column.endswith("_at"):
        return dt.datetime.strptime(part, _TIME).replace(tzinfo=dt.UTC)
    if column == "pk":
        number = int(part)
        if not 0 <= number < 2**63:  # what a database holds
            raise ValueError(part)
        return number
    if not part.isascii() or not part.isalpha():
        raise ValueError(part)
    return part
