"""A part of a day as numbers, before any text is written: consignments and their goods items.

Faults are injected here, where changing a parcel means changing a number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passavant.synthetic.chance import Bools, Floats, Ints, Words

__all__ = ["KINDS", "Draft"]

#: What can be injected, in the order of the bits of ``Draft.kinds``.
KINDS = (
    "split",
    "address_noise",
    "undervalued",
    "vague",
    "stop_word",
    "wrong_hs",
    "prohibited",
    "borrowed_scheme",
    "gift_misuse",
    "missing_element",
    "bad_s10",
    "party_stop_word",
)


@dataclass
class Draft:
    """Consignments (first group) and goods items (second group), one array each.

    Times are seconds from the start of the day in UTC; -1 stands for none everywhere. Masses are grams, ``worth`` and
    ``declared`` are the true and the declared price in the currency's smallest unit as it is written.
    """

    number: Ints
    size: Ints
    channel: Ints
    departure: Ints
    seller: Ints
    buyer: Ints
    nature: Ints
    private: Bools
    currency: Ints
    lodged: Ints
    accepted: Ints
    paid_share: Floats
    manner: Ints
    batch: Words
    scheme: Ints
    split: Ints
    name_cut: Bools
    address_extra: Ints
    check_shift: Ints
    missing: Ints
    party_stop: Ints

    parcel: Ints
    item_no: Ints
    good: Ints
    shown: Ints
    code: Ints
    text: Ints
    second_hand: Bools
    pieces: Ints
    origin: Ints
    net: Ints
    gross: Ints
    worth: Ints
    declared: Ints
    kinds: Ints

    @property
    def first(self) -> Ints:
        """The row of the first goods item of each consignment."""
        return np.cumsum(self.size) - self.size

    @property
    def end(self) -> int:
        """The number that follows the last consignment."""
        return int(self.number[-1]) + 1

    def rows_of(self, parcels: Ints) -> Ints:
        """Return the rows of the goods items of some consignments."""
        return np.flatnonzero(np.isin(self.parcel, parcels))

    def total(self, amounts: Ints) -> Ints:
        """Add a column of the items up by consignment."""
        return np.add.reduceat(amounts, self.first)

    def mark(self, rows: Ints, kind: str) -> None:
        """Note that a fault of this kind was put into some rows."""
        self.kinds[rows] |= 1 << KINDS.index(kind)
