"""Office hours: from the environment, in the office's own time."""

from __future__ import annotations

import datetime as dt
import os
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from passavant.errors import BadInput, Place

__all__ = ["OfficeHours", "office_hours"]

_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_DAYS = re.compile(r"[1-7]-[1-7]")


@dataclass(frozen=True)
class OfficeHours:
    """When the office works: minutes of the day, ISO days of the week (Monday is 1), time zone."""

    begin: int
    end: int
    days: frozenset[int]
    zone: ZoneInfo

    def hold(self, at: dt.datetime) -> bool:
        """Return whether a time lies within."""
        local = at.astimezone(self.zone)
        return local.isoweekday() in self.days and self.begin <= local.hour * 60 + local.minute < self.end

    def midnight(self, day: dt.date) -> dt.datetime:
        """Return when a day begins."""
        return dt.datetime.combine(day, dt.time(), self.zone)

    def __str__(self) -> str:
        begin, end = (f"{minutes // 60:02d}:{minutes % 60:02d}" for minutes in (self.begin, self.end))
        return f"{begin}-{end}, {','.join(map(str, sorted(self.days)))}, {self.zone.key}"


def office_hours() -> OfficeHours:
    """Return them: ``PASSAVANT_OFFICE_HOURS`` (07:00-19:00), ``PASSAVANT_OFFICE_DAYS`` (1-5), ``PASSAVANT_OFFICE_ZONE`` (UTC).

    Raises:
        BadInput: one of these is of another form.
    """
    hours, days = (
        os.environ.get("PASSAVANT_OFFICE_HOURS", "07:00-19:00"),
        os.environ.get("PASSAVANT_OFFICE_DAYS", "1-5"),
    )
    found = _HOURS.fullmatch(hours)
    if found is None:
        raise _other_form("PASSAVANT_OFFICE_HOURS", hours, "07:00-19:00")
    if _DAYS.fullmatch(days) is None:
        raise _other_form("PASSAVANT_OFFICE_DAYS", days, "1-5")
    first, last = int(days[0]), int(days[2])
    week = range(first, last + 1) if first <= last else [*range(first, 8), *range(1, last + 1)]
    begin, begin_minute, end, end_minute = map(int, found.groups())
    return OfficeHours(begin * 60 + begin_minute, end * 60 + end_minute, frozenset(week), _zone())


def _zone() -> ZoneInfo:
    name = os.environ.get("PASSAVANT_OFFICE_ZONE", "UTC")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise _other_form("PASSAVANT_OFFICE_ZONE", name, "Africa/Dakar") from error


def _other_form(field: str, value: str, example: str) -> BadInput:
    return BadInput(
        "portal.integrity.hours",
        got=(f"office hours written {value}", f"des heures de bureau écrites {value}"),
        expected=(f"the form of {example}", f"la forme de {example}"),
        next_step=("Correct this variable of the environment.", "Corrigez cette variable d'environnement."),
        place=Place(field=field, value=value),
    )
