"""Where the statements of a submission stand in a log."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Logged"]


@dataclass(frozen=True)
class Logged:
    """Where the statements of a submission stand.

    Attributes:
        places: Place of each statement's entry, in the order submitted; an earlier one where it was known already.
        added: How many of them are new.
    """

    places: tuple[int, ...]
    added: int
