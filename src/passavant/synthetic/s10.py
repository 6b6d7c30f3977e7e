"""UPU S10 identifiers of postal items: two letters, eight digits, a check digit, a country.

The check digit weighs the eight digits by 8 6 4 2 3 5 9 7 and takes 11 minus the sum modulo 11; 10 becomes 0 and
11 becomes 5 (UPU standard S10).

>>> check_digit("47312482")
9
>>> compose("RR", "28704377", "IN")
'RR287043775IN'
>>> is_valid("RR287043775IN"), is_valid("RR287043776IN")
(True, False)
"""

from __future__ import annotations

import re

import numpy as np

from passavant.synthetic.chance import Ints

__all__ = ["WEIGHTS", "check_digit", "check_digits", "compose", "is_valid"]

#: Weights of the eight digits, from the left.
WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)

_SHAPE = re.compile(r"[A-Z]{2}[0-9]{9}[A-Z]{2}")


def check_digits(serials: Ints) -> Ints:
    """Return the check digit of each eight-digit serial number (0 to 99 999 999)."""
    total = np.zeros(len(serials), dtype=np.int64)
    rest = serials
    for weight in reversed(WEIGHTS):
        rest, digit = np.divmod(rest, 10)
        total += weight * digit
    check = 11 - total % 11
    return np.where(check == 10, 0, np.where(check == 11, 5, check))


def check_digit(serial: str) -> int:
    """Return the check digit of one serial number of eight digits.

    Raises:
        ValueError: the serial is not eight digits.
    """
    if not re.fullmatch(r"[0-9]{8}", serial):
        raise ValueError(f"an S10 serial number has eight digits, not {serial!r}")
    return int(check_digits(np.array([int(serial)], dtype=np.int64))[0])


def compose(indicator: str, serial: str, country: str) -> str:
    """Return a whole identifier: ``compose("RR", "28704377", "IN")`` is ``RR287043775IN``."""
    return f"{indicator}{serial}{check_digit(serial)}{country}"


def is_valid(text: str) -> bool:
    """Tell whether a text has the shape of S10 and the right check digit (the country is not looked up)."""
    return bool(_SHAPE.fullmatch(text)) and text[10] == str(check_digit(text[2:10]))
