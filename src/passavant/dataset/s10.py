"""UPU S10 identifiers of postal items: two letters, eight digits, a check digit, a country.

The check digit weighs the eight digits by 8 6 4 2 3 5 9 7 and takes 11 minus the sum modulo 11; 10 becomes 0 and
11 becomes 5 (UPU standard S10-12).

>>> check_digit("47312482")
9
>>> compose("RR", "28704377", "IN")
'RR287043775IN'
>>> is_valid("RR287043775IN"), is_valid("RR287043776IN")
(True, False)
"""

from __future__ import annotations

import re

__all__ = ["WEIGHTS", "check_digit", "compose", "has_shape", "is_valid"]

#: Weights of the eight digits, from the left.
WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)

_SHAPE = re.compile(r"[A-Z]{2}[0-9]{9}[A-Z]{2}")


def check_digit(serial: str) -> int:
    """Return the check digit of one serial number of eight digits.

    Raises:
        ValueError: the serial is not eight digits.
    """
    if not re.fullmatch(r"[0-9]{8}", serial):
        raise ValueError(f"an S10 serial number has eight digits, not {serial!r}")
    check = 11 - sum(int(digit) * weight for digit, weight in zip(serial, WEIGHTS, strict=True)) % 11
    return {10: 0, 11: 5}.get(check, check)


def compose(indicator: str, serial: str, country: str) -> str:
    """Return a whole identifier: ``compose("RR", "28704377", "IN")`` is ``RR287043775IN``."""
    return f"{indicator}{serial}{check_digit(serial)}{country}"


def has_shape(text: str) -> bool:
    """Tell whether a text is formed like an identifier, whatever its check digit."""
    return bool(_SHAPE.fullmatch(text))


def is_valid(text: str) -> bool:
    """Tell whether a text has the shape of S10 and the right check digit (the country is not looked up)."""
    return has_shape(text) and text[10] == str(check_digit(text[2:10]))
