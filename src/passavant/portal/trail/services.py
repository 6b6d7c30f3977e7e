"""Recording in the trail, within the transaction of what is recorded; and checking the chain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from passavant.portal.trail.actions import ACTIONS
from passavant.portal.trail.models import LogEntry

__all__ = ["BEGINNING", "Break", "Head", "check_chain", "head", "record"]

#: What stands before the first entry.
BEGINNING = "0" * 64
#: Number of the advisory lock that keeps the chain in one line on PostgreSQL.
_LOCK = 0x7061737361


@dataclass(frozen=True)
class Head:
    """The end of the chain: how many entries, and the newest hash."""

    size: int
    hash: str


@dataclass(frozen=True)
class Break:
    """The first entry at which the chain does not hold: its number, what was expected, what stands there."""

    sequence: int
    expected: str
    found: str


def record(
    action: str,
    *,
    actor: str,
    acting_for: str = "",
    role: str = "",
    object_type: str = "",
    object_id: str = "",
    purpose: str = "",
    data: Mapping[str, Any] | None = None,
) -> LogEntry:
    """Append an entry; it stands or falls with the transaction around it.

    Args:
        action: One of :data:`passavant.portal.trail.actions.ACTIONS`.
        actor: Who: an e-mail address, or the name of a process.
        acting_for: The organisation.
        role: The role in which.
        object_type: Kind of what it is about.
        object_id: Its identifier; never a name or an address of a person in a declaration.
        purpose: Why, where a reason is asked for.
        data: Details: texts and whole numbers alone.

    Raises:
        KeyError: the action has no name.
    """
    ACTIONS[action]  # an action without words cannot be shown to an auditor
    with transaction.atomic():
        _take_turn()
        last = head()
        entry = LogEntry(
            sequence=last.size,
            at=dt.datetime.now(dt.UTC),
            actor=actor,
            acting_for=acting_for,
            role=role,
            action=action,
            object_type=object_type,
            object_id=object_id,
            purpose=purpose,
            data=dict(data or {}),
            previous=last.hash,
        )
        entry.hash = entry.digest()
        entry.save(force_insert=True)
    return entry


def head() -> Head:
    """Return the end of the chain."""
    last = LogEntry.objects.order_by("-sequence").values_list("sequence", "hash").first()
    return Head(last[0] + 1, last[1]) if last else Head(0, BEGINNING)


def check_chain(start: int = 0) -> Break | None:
    """Return the first entry from ``start`` on at which the chain does not hold, or None."""
    before = LogEntry.objects.filter(sequence=start - 1).values_list("hash", flat=True).first() if start else BEGINNING
    expected, place = before or "", start
    for entry in LogEntry.objects.filter(sequence__gte=start).iterator(chunk_size=1000):
        if entry.sequence != place:
            return Break(place, f"entry {place}", f"entry {entry.sequence}")
        if entry.previous != expected:
            return Break(place, expected, entry.previous)
        if entry.hash != entry.digest():
            return Break(place, entry.digest(), entry.hash)
        expected, place = entry.hash, place + 1
    return None


def _take_turn() -> None:
    """Wait until nobody else appends; SQLite's transactions take turns by themselves (IMMEDIATE)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
