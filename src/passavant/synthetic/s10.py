"""Check digits of UPU S10 for whole columns; the identifier itself is in :mod:`passavant.dataset.s10`.

>>> check_digits(np.array([47312482, 28704377])).tolist()
[9, 5]
"""

from __future__ import annotations

import numpy as np

from passavant.dataset.s10 import WEIGHTS, check_digit, compose, is_valid
from passavant.synthetic.chance import Ints

__all__ = ["WEIGHTS", "check_digit", "check_digits", "compose", "is_valid"]


def check_digits(serials: Ints) -> Ints:
    """Return the check digit of each eight-digit serial number (0 to 99 999 999)."""
    total = np.zeros(len(serials), dtype=np.int64)
    rest = serials
    for weight in reversed(WEIGHTS):
        rest, digit = np.divmod(rest, 10)
        total += weight * digit
    check = 11 - total % 11
    return np.where(check == 10, 0, np.where(check == 11, 5, check))
