"""Cases over the API, for customs' own people: the same services as the pages."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from passavant.portal.cases.answering import Word, exchange_of
from passavant.portal.cases.facts import explanation_of
from passavant.portal.cases.models import Case
from passavant.portal.cases.permissions import acts_on_cases, reads_cases
from passavant.portal.cases.queries import PAGE, case_of, queue, search
from passavant.portal.cases.shown import case_shown
from passavant.portal.look.language import current
from passavant.portal.operators.auth import person_of, session_auth

__all__ = ["router"]

router = Router(tags=["cases"], auth=session_auth.needing(reads_cases))


class Asked(Schema):
    """Which cases: those that are open, by filters; or, with ``q``, all that are found."""

    q: str = Field(default="", max_length=300)
    lane: Literal["", "red", "yellow"] = ""
    state: Literal["", "open", "information", "answered", "screening", "control", "second"] = ""
    advised: Literal["", "request_information", "screen", "control", "do_not_load"] = ""
    declarant: str = ""
    reason: str = ""
    due: Literal["", "overdue"] = ""
    who: Literal["", "mine", "nobody", "second"] = ""
    after: str = ""
    limit: int = Field(default=PAGE, ge=1, le=500)


class CaseShown(Schema):
    """A case as the queue shows it."""

    id: int
    consignment_id: str
    version: int
    declarant_id: str
    decision_id: str
    lane: str
    advised: str
    category: int | None
    state: str
    reasons: list[str]
    hs_codes: list[str]
    description: str
    value_minor: int | None
    due_minor: int | None
    currency: str
    party_key: str | None
    opened_at: dt.datetime
    due_at: dt.datetime
    is_overdue: bool
    closed_at: dt.datetime | None
    assigned_to: str | None
    revision: int


class CasesShown(Schema):
    """A page of cases; ``after`` asks for the next one."""

    cases: list[CaseShown]
    after: str


@router.get(
    "/cases",
    response=CasesShown,
    summary="Cases that wait, by lane and by when they are to be answered; or those that are searched for",
)
def listed(request: HttpRequest, asked: Query[Asked]) -> Any:
    """Answer a page."""
    if asked.q:
        page = search(asked.q, after=asked.after, limit=asked.limit)
    else:
        page = queue(asked.dict(), person_of(request), after=asked.after, limit=asked.limit)
    return {"cases": [_shown(case) for case in page.cases], "after": page.after}


@router.get("/cases/{int:number}", response=dict[str, Any], summary="A case with goods, money, reasons and law")
def one(request: HttpRequest, number: int) -> dict[str, Any]:
    """Answer one case; reasons in the client's language. What the declarant answered is told to those who act on cases."""
    case = case_of(number)
    exchange = [_told(word) for word in exchange_of(case)] if acts_on_cases(person_of(request)) else None
    return _shown(case).dict() | case_shown(explanation_of(case), current()) | {"exchange": exchange}


def _told(word: Word) -> dict[str, Any]:
    files = [{"id": one.pk, "name": one.name, "type": one.kind, "size": one.size} for one in word.files]
    return {"at": word.at, "by": word.by, "asked": word.asked or None, "text": word.text, "files": files}


def _shown(case: Case) -> CaseShown:
    own = {name: getattr(case, name) for name in CaseShown.model_fields if name not in _MADE}
    return CaseShown(
        **own,
        hs_codes=case.hs_codes.split(),
        party_key=None if case.party_key is None else str(case.party_key),  # too long for a number of JavaScript
        assigned_to=case.assigned_to.email if case.assigned_to else None,
    )


_MADE = frozenset({"hs_codes", "party_key", "assigned_to"})
