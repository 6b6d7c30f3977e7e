"""What the journal tells of: cases opened with the decisions, and closed with what is cancelled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.dispatch import receiver

from passavant.portal.cases.models import OPEN, Case, State
from passavant.portal.cases.opening import close_cancelled, open_cases
from passavant.portal.declarations.models import Compaction, Entry
from passavant.portal.declarations.signals import (
    Settled,
    cancelled,
    decided,
    holding,
    releasing,
    settled_kept,
    settling,
)

__all__ = ["on_cancelled", "on_decided", "on_holding", "on_releasing", "on_settled_kept", "on_settling"]

_SETTLED = {State.RELEASED: "release", State.REFUSED: "refuse"}


@receiver(holding)
def on_holding(*, consignments: Collection[str], lock: bool, **_: Any) -> set[str]:
    """Return the consignments, of some, that officers control or are about to decide on with a second person."""
    mine = Case.objects.filter(consignment_id__in=consignments, state__in=OPEN)
    if lock:  # in one order, so that two do not wait for each other
        mine = mine.select_for_update(of=("self",)).order_by("pk")
    return {
        name for name, state in mine.values_list("consignment_id", "state") if state in (State.CONTROL, State.SECOND)
    }


@receiver(settling)
def on_settling(
    *, before: dt.datetime | None = None, most: int = 0, numbers: Sequence[int] = (), **_: Any
) -> list[Settled]:
    """Return what officers released or refused and the lake does not hold; or what is known by some numbers."""
    found = Case.objects.filter(state__in=_SETTLED, compaction=None)
    found = found.filter(closed_at__lt=before).order_by("pk")[:most] if before else found.filter(pk__in=numbers)
    return [
        Settled(case.pk, case.consignment_id, case.version, _SETTLED[State(case.state)], case.closed_at)
        for case in found
        if case.closed_at is not None
    ]


@receiver(settled_kept)
def on_settled_kept(*, numbers: Sequence[int], compaction: Compaction, **_: Any) -> None:
    """Note what the lake holds."""
    Case.objects.filter(pk__in=numbers).update(compaction=compaction)


@receiver(releasing)
def on_releasing(*, entry: Entry, **_: Any) -> bool:
    """Return whether an officer released this version of a consignment."""
    released = Case.objects.filter(consignment_id=entry.consignment_id, version=entry.version, state=State.RELEASED)
    return released.exists()


@receiver(decided)
def on_decided(
    *,
    entries: Sequence[Entry],
    decisions: Mapping[tuple[str, int], Mapping[str, Any]],
    items: Mapping[tuple[str, int], Sequence[Mapping[str, Any]]],
    **_: Any,
) -> None:
    """Open a case for whatever is not released by itself."""
    open_cases(entries, decisions, items)


@receiver(cancelled)
def on_cancelled(*, entry: Entry, by: str, reason: str, **_: Any) -> None:
    """Close the case of what its declarant cancelled."""
    if not entry.sandbox:
        close_cancelled(entry.consignment_id, by, reason)
