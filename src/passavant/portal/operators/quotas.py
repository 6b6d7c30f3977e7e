"""How many declarations an organisation may send in a minute and in a day (UTC), counted for all processes together.

The count is one row for each organisation, moved by one statement that also refuses what would be too much. So that not every
request writes, a process takes up to :data:`LEASE` declarations at a time and spends them in the same minute. What it does not
spend goes back to the day's count at its next turn, and is lost to the minute: an organisation may be held to a little less
than its quota (at most LEASE for each process), never let through with more.
"""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass

from django.db import connection

from passavant.portal.operators.callers import Caller
from passavant.portal.operators.models import Quota, Usage
from passavant.portal.operators.refusals import QuotaExceeded

__all__ = ["LEASE", "ORDINARY", "SANDBOX", "Allowance", "allowance", "forget_leases", "take"]

#: Most declarations that a process takes at a time.
LEASE = 50
#: Declarations a minute and a day, where nothing else is set; and for sandbox keys.
ORDINARY, SANDBOX = (15_000, 2_000_000), (600, 10_000)
_MINUTE, _DAY = 60, 86_400
#: A lease is at most this part of what is allowed a minute, so that a small quota is not gone in one.
_PART = 20

_SAME_MINUTE = (
    "CASE WHEN operators_usage.minute >= excluded.minute THEN operators_usage.in_minute ELSE 0 END + excluded.in_minute"
)
_SAME_DAY = "CASE WHEN operators_usage.day >= excluded.day THEN operators_usage.in_day ELSE 0 END + excluded.in_day"
_LATER = "CASE WHEN operators_usage.{0} > excluded.{0} THEN operators_usage.{0} ELSE excluded.{0} END"
_TAKE = f"""
INSERT INTO operators_usage (organisation_id, sandbox, minute, in_minute, day, in_day) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (organisation_id, sandbox) DO UPDATE SET
    in_minute = {_SAME_MINUTE}, minute = {_LATER.format("minute")}, in_day = {_SAME_DAY}, day = {_LATER.format("day")}
WHERE {_SAME_MINUTE} <= %s AND {_SAME_DAY} <= %s
RETURNING in_minute, in_day
"""  # noqa: S608  # nothing in it comes from outside


@dataclass(frozen=True)
class Allowance:
    """What an organisation may still send, as this process knows it."""

    per_minute: int
    per_day: int
    left_in_minute: int
    left_in_day: int
    at: float

    def headers(self) -> dict[str, str]:
        """Return the fields of draft-ietf-httpapi-ratelimit-headers: the policies, and what is left of each."""
        minute, day = (int(window - self.at % window) for window in (_MINUTE, _DAY))
        return {
            "RateLimit-Policy": f'"minute";q={self.per_minute};w={_MINUTE}, "day";q={self.per_day};w={_DAY}',
            "RateLimit": f'"minute";r={self.left_in_minute};t={minute}, "day";r={self.left_in_day};t={day}',
        }


@dataclass
class _Lease:
    """What a process has taken and not spent, in which minute; and the counts when it took it."""

    minute: int
    left: int
    limits: tuple[int, int]
    in_minute: int
    in_day: int


_leases: dict[tuple[int, bool], _Lease] = {}
#: What was refused in this minute: the smallest number, and the counts then. Counts only grow: asking again is no use.
_full: dict[tuple[int, bool], tuple[int, _Lease]] = {}
_lock = threading.Lock()


def take(caller: Caller, declarations: int) -> None:
    """Count declarations against the caller's quota; call it before the transaction that keeps them.

    Args:
        caller: Who sends them.
        declarations: How many.

    Raises:
        QuotaExceeded: they are too many; none is counted.
    """
    who, now = (caller.organisation.pk, caller.sandbox), time.time()
    with _lock:
        lease, full = _leases.get(who), _full.get(who)
        if lease is not None and lease.minute == int(now // _MINUTE) and lease.left >= declarations:
            lease.left -= declarations
            return
        if full is not None and full[1].minute == int(now // _MINUTE) and declarations >= full[0]:
            raise _exceeded(full[1], declarations, now)
        _leases[who] = _renewed(who, lease, declarations, now)


def allowance(caller: Caller) -> Allowance:
    """Return what the caller may still send: for the fields of an answer. It asks the database only where nothing is known."""
    who, now = (caller.organisation.pk, caller.sandbox), time.time()
    lease = _leases.get(who)
    if lease is None or lease.minute != int(now // _MINUTE):
        lease = _as_stored(who, now)
    return _told(lease, now)


def forget_leases() -> None:
    """Give up what this process has taken: where a database is replaced, as tests do."""
    with _lock:
        _leases.clear()
        _full.clear()


def _renewed(who: tuple[int, bool], before: _Lease | None, wanted: int, now: float) -> _Lease:
    minute = int(now // _MINUTE)
    same = before is not None and before.minute == minute
    in_hand = before.left if before and same else 0
    unspent = before.left if before and not same and before.minute * _MINUTE // _DAY == int(now // _DAY) else 0
    limits = before.limits if before and same else _limits(who)
    missing = wanted - in_hand
    spare = max(missing, min(LEASE, limits[0] // _PART))
    for asked in dict.fromkeys((spare, missing)):
        counted = _counted(who, now, asked, unspent, limits)
        if counted:
            return _Lease(minute, in_hand + asked - wanted, limits, *counted)
    stored = _as_stored(who, now)
    _full[who] = (wanted, stored)
    raise _exceeded(stored, wanted, now)


def _counted(who: tuple[int, bool], now: float, asked: int, unspent: int, limits: tuple[int, int]) -> tuple[int, int] | None:  # fmt: skip
    """Move the count; return what it is now, or None where it would be too much."""
    if asked > min(limits):  # the first row of all is inserted without a comparison
        return None
    values = [*who, int(now // _MINUTE), asked, int(now // _DAY), asked - unspent, *limits]
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, values)
        found = cursor.fetchone()
    return (int(found[0]), int(found[1])) if found else None


def _limits(who: tuple[int, bool]) -> tuple[int, int]:
    organisation, sandbox = who
    own = Quota.objects.filter(organisation_id=organisation, sandbox=sandbox)
    return own.values_list("per_minute", "per_day").first() or (SANDBOX if sandbox else ORDINARY)


def _as_stored(who: tuple[int, bool], now: float) -> _Lease:
    row = Usage.objects.filter(organisation_id=who[0], sandbox=who[1]).first()
    minute, day = int(now // _MINUTE), int(now // _DAY)
    in_minute = row.in_minute if row and row.minute >= minute else 0
    return _Lease(minute, 0, _limits(who), in_minute, row.in_day if row and row.day >= day else 0)


def _told(lease: _Lease, now: float) -> Allowance:
    per_minute, per_day = lease.limits
    left_in_minute = max(0, per_minute - lease.in_minute + lease.left)
    return Allowance(per_minute, per_day, left_in_minute, max(0, per_day - lease.in_day + lease.left), now)


def _exceeded(stored: _Lease, wanted: int, now: float) -> QuotaExceeded:
    told = _told(stored, now)
    window, limit, seconds = ("day", told.per_day, _DAY) if told.left_in_day < wanted else ("minute", told.per_minute, _MINUTE)  # fmt: skip
    return QuotaExceeded(window, limit, math.ceil(seconds - now % seconds), told.headers())
