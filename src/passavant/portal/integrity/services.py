"""The indicators over a period; whoever reads them is in the trail."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from passavant.errors import BadInput, Place
from passavant.portal.integrity.decisions import decisions_between
from passavant.portal.integrity.hours import office_hours
from passavant.portal.integrity.indicators import Indicator, all_indicators
from passavant.portal.trail.services import record

__all__ = ["HEADING", "indicators", "rows"]

#: Columns of the export.
HEADING = (
    "person", "indicator", "subject", "count", "of", "share", "low", "high", "office_count", "office_of", "office_share", "flagged",
)  # fmt: skip


@transaction.atomic
def indicators(start: dt.date, end: dt.date, *, by: str) -> list[Indicator]:
    """Return every indicator of every person who decided something, by person.

    Args:
        start: First day, in the office's time zone.
        end: Last day.
        by: Who reads them: an e-mail address, recorded.

    Raises:
        BadInput: the period ends before it begins.
    """
    if end < start:
        raise _backwards(start, end)
    hours = office_hours()
    decisions = decisions_between(hours.midnight(start), hours.midnight(end + dt.timedelta(days=1)))
    found = all_indicators(decisions, hours)
    record(
        "passavant.integrity.read",
        actor=by,
        object_type="period",
        object_id=f"{start}/{end}",
        data={"rows": len(found)},
    )
    return found


def rows(found: list[Indicator]) -> list[tuple[object, ...]]:
    """Return indicators as rows of the export, under :data:`HEADING`."""
    return [
        (
            one.person, one.code, one.subject, one.own.count, one.own.of, _share(one.own.share), _share(one.own.low),
            _share(one.own.high), one.office.count, one.office.of, _share(one.office.share), int(one.flagged),
        )
        for one in found
    ]  # fmt: skip


def _share(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _backwards(start: dt.date, end: dt.date) -> BadInput:
    return BadInput(
        "portal.integrity.period",
        got=(f"a period from {start} to {end}", f"une période du {start} au {end}"),
        expected=("a last day that is not before the first", "un dernier jour qui ne précède pas le premier"),
        next_step=("Swap them.", "Intervertissez-les."),
        place=Place(field="to", value=str(end)),
    )
