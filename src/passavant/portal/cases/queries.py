"""The queue and the search: pages by cursor, counts by lane, how much of the day's capacity is used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from passavant.portal.cases import refusals
from passavant.portal.cases.due import overdue
from passavant.portal.cases.models import OPEN, WAITING, Capacity, Case, CaseEvent, State
from passavant.portal.cases.paging import AGE, URGENCY, CasePage, beyond, page_of
from passavant.portal.people.models import Person

__all__ = ["LANES", "PAGE", "LaneCount", "case_of", "lane_counts", "next_case", "queue", "queued", "search"]

#: Lanes with the most work first; a released consignment opens no case.
LANES = ("red", "yellow")
#: Cases on a page.
PAGE = 50
_WORDS = 5
#: What decides; a proposal does not: once approved, it is an event of its own.
_DECIDED = ("release", "request_information", "screen", "control", "refuse")


@dataclass(frozen=True)
class LaneCount:
    """A lane: cases that are open, those of them that are overdue, those decided today, and how many a day holds (None: nobody said)."""

    lane: str
    open: int
    overdue: int
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
    unclosed = Case.objects.filter(closed_at=None).values_list("lane").annotate(n=Count("pk")).order_by()
    waiting, late = dict(unclosed.filter(state__in=OPEN)), dict(unclosed.filter(overdue()))
    start = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    done = dict(
        CaseEvent.objects.filter(at__gte=start, action__in=_DECIDED)
        .values_list("case__lane").annotate(n=Count("case", distinct=True)).order_by()
    )  # fmt: skip
    most = dict(Capacity.objects.values_list("lane", "per_day"))
    return [
        LaneCount(lane, waiting.get(lane, 0), late.get(lane, 0), done.get(lane, 0), most.get(lane)) for lane in LANES
    ]


def queue(filters: Mapping[str, Any], person: Person | None, *, after: str = "", limit: int = PAGE) -> CasePage:
    """Return open cases by lane, the red one first, and in each what is to be answered first.

    Args:
        filters: As for :func:`queued`.
        person: Who asks.
        after: Where the page before ended.
        limit: Cases on the page.
    """
    return page_of(queued(filters, person), URGENCY, after, limit)


def queued(filters: Mapping[str, Any], person: Person | None) -> QuerySet[Case]:
    """Return the open cases that filters leave, in no order.

    Args:
        filters: ``lane``, ``state``, ``advised``, ``declarant``, ``reason``, ``due`` (``overdue``) and ``who`` (``mine``, ``nobody``, or
            ``second``: proposals of others); empty ones are left out.
        person: Who asks, for ``who``.
    """
    found = Case.objects.filter(state__in=OPEN, closed_at=None)  # the second by itself lets SQLite enter the index
    for name, column in (("lane", "lane"), ("state", "state"), ("advised", "advised"), ("declarant", "declarant_id")):
        if filters.get(name):
            found = found.filter(**{column: filters[name]})
    if filters.get("reason"):
        found = found.filter(reasons__icontains=f'"{filters["reason"]}"')
    if filters.get("due") == "overdue":
        found = found.filter(overdue())
    if filters.get("who") == "mine":
        found = found.filter(assigned_to=person)
    elif filters.get("who") == "nobody":
        found = found.filter(assigned_to=None, state__in=WAITING)
    elif filters.get("who") == "second":
        found = found.filter(state=State.SECOND, proposed__isnull=False).exclude(_own_proposal(person))
    return found


def next_case(case: Case, filters: Mapping[str, Any], person: Person) -> Case | None:
    """Return the case that follows one in the queue, without those that somebody else has and one's own proposals.

    Args:
        case: Where somebody is; it need not be open any more.
        filters: As for :func:`queued`.
        person: Who goes on.
    """
    free = queued(filters, person).filter(Q(assigned_to=None) | Q(assigned_to=person))
    return beyond(free.exclude(_own_proposal(person)), URGENCY, case).first()


def _own_proposal(person: Person | None) -> Q:
    return Q(state=State.SECOND, proposed__by=person.email if person else "")


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
            found = Case.objects.filter(reading)
            page = page_of(found, AGE, after, limit)
            if page.cases or (after and found.exists()):  # beyond its end, the reading that found the pages before
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
