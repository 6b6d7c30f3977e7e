"""The indicators over the API, as JSON and as a table for spreadsheets."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import get_language
from ninja import Field, Query, Router, Schema

from passavant.portal.csv_export import stream
from passavant.portal.integrity.hours import office_hours
from passavant.portal.integrity.indicators import Indicator
from passavant.portal.integrity.proportions import Proportion
from passavant.portal.integrity.services import HEADING, indicators, rows
from passavant.portal.integrity.words import METHOD, WORDS
from passavant.portal.operators.auth import person_of, session_auth
from passavant.portal.people.permissions import auditor, supervisor

__all__ = ["router"]

router = Router(tags=["integrity"], auth=session_auth.needing(auditor | supervisor))


class Period(Schema):
    """First and last day, in the office's time zone."""

    start: dt.date = Field(alias="from")
    end: dt.date = Field(alias="to")


class ShareShown(Schema):
    """So many of so many, and the 95% interval of the share."""

    count: int
    of: int
    share: float | None
    low: float
    high: float


class IndicatorShown(Schema):
    """One indicator of one person beside the office's; ``says`` is in the client's language."""

    person: str
    indicator: str
    says: str
    subject: str
    own: ShareShown
    office: ShareShown
    flagged: bool
    detail: dict[str, int]


class Indicators(Schema):
    """All of a period, and how they are made."""

    method: str
    office_hours: str
    indicators: list[IndicatorShown]


@router.get("/integrity", response=Indicators, summary="Who decides below the advice, alone and how often")
def show(request: HttpRequest, period: Query[Period]) -> Indicators:
    """Answer to auditors and supervisors; the reading is recorded in the trail."""
    language = "fr" if (get_language() or "en").startswith("fr") else "en"
    found = indicators(period.start, period.end, by=person_of(request).email)
    return Indicators(
        method=METHOD.say(language),
        office_hours=str(office_hours()),
        indicators=[_shown(one, language) for one in found],
    )


@router.get("/integrity.csv", summary="The same as CSV", url_name="integrity_csv")
def export(request: HttpRequest, period: Query[Period]) -> StreamingHttpResponse:
    """Answer a row for each indicator of each person."""
    found = indicators(period.start, period.end, by=person_of(request).email)
    return stream(f"integrity-{period.start}-{period.end}.csv", HEADING, rows(found))


def _shown(one: Indicator, language: str) -> IndicatorShown:
    return IndicatorShown(
        person=one.person,
        indicator=one.code,
        says=WORDS[one.code].say(language),
        subject=one.subject,
        own=_share(one.own),
        office=_share(one.office),
        flagged=one.flagged,
        detail=dict(one.detail),
    )


def _share(own: Proportion) -> ShareShown:
    return ShareShown(count=own.count, of=own.of, share=own.share, low=own.low, high=own.high)
