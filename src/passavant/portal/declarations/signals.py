"""What others are told of, within the transaction that acknowledges it: an error of theirs takes it back."""

from __future__ import annotations

from collections.abc import Callable, Collection

from django.dispatch import Signal

__all__ = ["CONTROLLED", "HOLDING", "cancelled", "decided", "under_control"]

#: Declarations were decided: ``entries`` (saved), ``decisions`` and ``items`` by consignment id and version.
decided = Signal()
#: A declaration was cancelled: its new ``entry``, ``by`` whom.
cancelled = Signal()

#: Outcomes by which a consignment is held: its declarant can neither amend nor cancel it.
CONTROLLED = frozenset({"control", "do_not_load"})
#: Who else holds consignments: given some, each returns those that it holds.
HOLDING: list[Callable[[Collection[str]], set[str]]] = []


def under_control(consignments: Collection[str]) -> set[str]:
    """Return the consignments, of some, that officers hold."""
    return set().union(*(holding(consignments) for holding in HOLDING))
