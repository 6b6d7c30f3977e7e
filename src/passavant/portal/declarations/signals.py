"""What others are told of, within the transaction that acknowledges it: an error of theirs takes it back."""

from __future__ import annotations

from collections.abc import Collection

from django.dispatch import Signal

__all__ = ["CONTROLLED", "cancelled", "decided", "holding", "under_control"]

#: Declarations were decided: ``entries`` (saved), ``decisions`` and ``items`` by consignment id and version.
decided = Signal()
#: A declaration was cancelled: its new ``entry``, ``by`` whom.
cancelled = Signal()

#: Outcomes by which a consignment is held: its declarant can neither amend nor cancel it.
CONTROLLED = frozenset({"control", "do_not_load"})
#: Asked with some ``consignments``: each receiver answers with the set of those that it holds.
holding = Signal()


def under_control(consignments: Collection[str]) -> set[str]:
    """Return the consignments, of some, that officers hold."""
    answers = holding.send(None, consignments=consignments)
    return {str(name) for _, held in answers for name in held or ()}
