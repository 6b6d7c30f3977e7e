"""The queue and the search: pages by cursor, counts by lane, how much of the day's capacity is used."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from passavant.errors import BadInput, Place
from passavant.portal.cases import refusals
from passavant.portal.cases.models import OPEN, WAITING, Capacity, Case, CaseEvent
from passavant.portal.people.models import Person

__all__ = ["LANES", "PAGE", "CasePage", "LaneCount", "case_of", "lane_counts", "queue", "search"]

#: Lanes with the most work first; a released consignment opens no case.
LANES = ("red", "yellow")
#: Cases on a page.
PAGE = 50
_WORDS = 5
_DONE = ("release", "request_information", "screen", "control", "refuse", "propose")


@dataclass(frozen=True)
class CasePage:
    """A page of cases, and the cursor of the next one: empty at the end."""

    cases: Sequence[Case]
    after: str


@dataclass(frozen=True)
class LaneCount:
    """A lane: cases that are open, those dealt with today, and how many a day holds (None: nobody said)."""

    lane: str
    open: int
    today: int
    per_day: int | None


def case_of(number: int) -> Case:
    """Return a case with what its page needs.

    Raises:
        NotFound: there is none.
    """
    case = (
        Case.objects.select_related("assigned_to", "organisation", "entry__batch", "entry__submission")
        .filter(pk=number)
        .first()
    )
    if case is None:
        raise refusals.unknown(number)
    return case


def lane_counts() -> list[LaneCount]:
    """Return each lane."""
    waiting = dict(Case.objects.filter(state__in=OPEN).values_list("lane").annotate(n=Count("pk")).order_by())
    start = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    done = dict(
        CaseEvent.objects.filter(at__gte=start, action__in=_DONE)
        .values_list("case__lane").annotate(n=Count("case", distinct=True)).order_by()
    )  # fmt: skip
    most = dict(Capacity.objects.values_list("lane", "per_day"))
    return [LaneCount(lane, waiting.get(lane, 0), done.get(lane, 0), most.get(lane)) for lane in LANES]


def queue(filters: Mapping[str, Any], person: Person | None, *, after: str = "", limit: int = PAGE) -> CasePage:
    """Return open cases, the oldest first.

    Args:
        filters: ``lane``, ``state``, ``advised``, ``declarant``, ``reason`` and ``who`` (``mine`` or ``nobody``); empty ones are left out.
        person: Who asks, for ``mine``.
        after: Where the page before ended.
        limit: Cases on the page.
    """
    found = Case.objects.filter(state__in=OPEN)
    for name, column in (("lane", "lane"), ("state", "state"), ("advised", "advised"), ("declarant", "declarant_id")):
        if filters.get(name):
            found = found.filter(**{column: filters[name]})
    if filters.get("reason"):
        found = found.filter(reasons__icontains=f'"{filters["reason"]}"')
    if filters.get("who") == "mine":
        found = found.filter(assigned_to=person)
    elif filters.get("who") == "nobody":
        found = found.filter(assigned_to=None, state__in=WAITING)
    return _page(found, after, limit)


def search(wanted: str, *, after: str = "", limit: int = PAGE) -> CasePage:
    """Find cases, closed ones too: by any number of the consignment, else a party's key, the beginning of an HS code, or words.

    Args:
        wanted: What somebody typed or scanned.
        after: Where the page before ended.
        limit: Cases on the page.
    """
    text = " ".join(wanted.split())[:300]
    if not text:
        return CasePage((), "")
    for reading in (_numbers(text), _party(text), _hs(text), _described(text)):
        if reading is not None:
            page = _page(Case.objects.filter(reading), after, limit)
            if page.cases or after:
                return page
    return CasePage((), "")


def _numbers(text: str) -> Q:
    plain = "".join(text.split())
    one = {text, plain, plain.upper()}
    names = ("consignment_id", "declaration_id", "s10", "house_waybill", "order_id")
    found = Q()
    for name in names:
        found |= Q(**{f"{name}__in": one})
    return found


def _party(text: str) -> Q | None:
    if not re.fullmatch(r"-?\d{11,19}", text):
        return None
    key = int(text)
    return Q(party_key=key) if -(2**63) <= key < 2**63 else None


def _hs(text: str) -> Q | None:
    digits = text.replace(".", "").replace(" ", "")
    return Q(hs_codes__contains=f" {digits}") if re.fullmatch(r"\d{2,10}", digits) else None


def _described(text: str) -> Q:
    found = Q()
    for word in text.split()[:_WORDS]:
        found &= Q(description__icontains=word)
    return found


def _page(found: QuerySet[Case], after: str, limit: int) -> CasePage:
    if after:
        at, number = _cursor(after)
        found = found.filter(Q(opened_at__gt=at) | Q(opened_at=at, pk__gt=number), opened_at__gte=at)
    rows = list(found.select_related("assigned_to").order_by("opened_at", "id")[: limit + 1])
    shown = rows[:limit]
    more = len(rows) > limit
    return CasePage(shown, f"{shown[-1].opened_at.astimezone(dt.UTC):%Y%m%dT%H%M%S.%f}-{shown[-1].pk}" if more else "")


def _cursor(text: str) -> tuple[dt.datetime, int]:
    at, _, number = text.partition("-")
    try:
        return dt.datetime.strptime(at, "%Y%m%dT%H%M%S.%f").replace(tzinfo=dt.UTC), int(number)
    except ValueError as error:
        raise BadInput(
            "cases.cursor",
            got=(f"a place in the list {text[:40]!r}", f"une position dans la liste {text[:40]!r}"),
            expected=("one that a page gave", "celle qu'une page a donnée"),
            next_step=("Begin at the first page.", "Commencez à la première page."),
            place=Place(field="after"),
        ) from error
