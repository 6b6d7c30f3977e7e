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
#: Asked with some ``consignments``: each receiver answers with the set of those that it holds. With ``lock`` true, within a
#: transaction, nobody can take or leave them until it ends.
holding = Signal()


def under_control(consignments: Collection[str], *, lock: bool = False) -> set[str]:
    """Return the consignments, of some, that officers hold.

    Args:
        consignments: Which.
        lock: Whether their cases stay as they are until the transaction ends.
    """
    answers = holding.send(None, consignments=consignments, lock=lock)
    return {str(name) for _, held in answers for name in held or ()}
