"""What others are told of, within the transaction that acknowledges it: an error of theirs takes it back."""

from __future__ import annotations

from django.dispatch import Signal

__all__ = ["cancelled", "decided"]

#: Declarations were decided: ``entries`` (saved), ``decisions`` and ``items`` by consignment id and version.
decided = Signal()
#: A declaration was cancelled: its new ``entry``, ``by`` whom.
cancelled = Signal()
