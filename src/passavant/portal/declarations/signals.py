"""What others are told of, within the transaction that acknowledges it: an error of theirs takes it back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.dispatch import Signal

from passavant.portal.declarations.models import Entry

__all__ = [
    "CONTROLLED", "Settled", "cancelled", "decided", "holding", "officers_settled", "released_by_officer", "releasing",
    "settled_kept", "settling", "under_control",
]  # fmt: skip

#: Declarations were decided: ``entries`` (saved), ``decisions`` and ``items`` by consignment id and version.
decided = Signal()
#: A declaration was cancelled: its new ``entry``, ``by`` whom, for what ``reason``.
cancelled = Signal()

#: Outcomes by which a consignment is held: its declarant can neither amend nor cancel it.
CONTROLLED = frozenset({"control", "do_not_load"})
#: Asked with some ``consignments``: each receiver answers with the set of those that it holds. With ``lock`` true, within a
#: transaction, nobody can take or leave them until it ends.
holding = Signal()

#: Asked with an ``entry``: each receiver answers whether an officer released it.
releasing = Signal()

#: Asked with ``before`` and ``most``, or with ``numbers``: each receiver answers with a list of :class:`Settled`.
settling = Signal()
#: What was settled is in the lake: ``numbers``, and the ``compaction``.
settled_kept = Signal()


@dataclass(frozen=True)
class Settled:
    """What an officer decided on one version: ``release`` or ``refuse``, when, and the number by which it is known again."""

    number: int
    consignment_id: str
    version: int
    settled: str
    at: dt.datetime


def officers_settled(**asked: Any) -> list[Settled]:
    """Return what officers settled and the lake does not hold, the first ones; or what is known by some numbers."""
    answers: Any = settling.send(None, **asked)
    return [one for _, answer in answers for one in answer or ()]


def released_by_officer(entry: Entry) -> bool:
    """Return whether an officer released a version of a declaration; what is released by itself is not."""
    return any(said for _, said in releasing.send(None, entry=entry))


def under_control(consignments: Collection[str], *, lock: bool = False) -> set[str]:
    """Return the consignments, of some, that officers hold.

    Args:
        consignments: Which.
        lock: Whether their cases stay as they are until the transaction ends.
    """
    answers = holding.send(None, consignments=consignments, lock=lock)
    return {str(name) for _, held in answers for name in held or ()}
