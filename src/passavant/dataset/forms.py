"""How numbers, dates and truth values are written, and whether one text, alone, can be read as its element.

Columns are read in bulk by :mod:`passavant.dataset.typed`; what stands once in a mapping is looked at here.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from passavant.dataset.element import Element

__all__ = [
    "ABSURD",
    "FALSE",
    "GROUPED",
    "ISO",
    "MOST_WHOLE",
    "NUMBER",
    "TRUE",
    "ZONED",
    "largest",
    "names_zone",
    "plain_number",
    "readable",
]

#: No amount, mass or quantity of one goods item is beyond this.
ABSURD = 10**12

#: The largest whole number kept: 32 bits.
MOST_WHOLE = (1 << 31) - 1

#: A number as the engine reads it.
NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"

#: A number with points between its thousands and a decimal comma: ``1.234.567,50``.
GROUPED = r"^[+-]?[0-9]{1,3}([.][0-9]{3})+(,[0-9]*)?$"

#: A date, or a date and time with or without zone, as ISO 8601 writes it.
ISO = (
    r"^\d{4}-\d{1,2}-\d{1,2}"
    r"([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]| ?UTC|[+-](0\d|1[0-4])(:?[0-5]\d)?)?)?$"
)

#: A date and time that ends with its zone.
ZONED = r"[T ].*([Zz]|UTC|[+-]\d{2}(:?[0-5]\d)?)$"

#: Words for true and false, in small letters.
TRUE, FALSE = ("true", "t", "1", "yes", "y", "oui", "o"), ("false", "f", "0", "no", "n", "non")

_MOST_BEFORE_FACTOR = 10**15 - 1
_ISO_FORMS = ("%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S")
_YEARS = range(1900, 2200)


def readable(
    element: Element,
    text: str,
    *,
    factor: Decimal | None = None,
    decimal_comma: bool = False,
    date_format: str | None = None,
) -> bool:
    """Return whether a text can be read as an element; the options are those of a mapping."""
    text = text.strip()
    match element.type:
        case "integer" | "decimal":
            return _is_number(element, text, factor, decimal_comma=decimal_comma)
        case "timestamp":
            return _is_moment(text, date_format)
        case "boolean":
            return text.lower() in (*TRUE, *FALSE)
    return True


def plain_number(text: str, *, decimal_comma: bool) -> str | None:
    """Return a number with a decimal point and nothing between its thousands; None when it has points that part none."""
    if not decimal_comma:
        return text
    bare = text.replace(".", "") if re.search(GROUPED, text) else text
    return None if "." in bare else bare.replace(",", ".")


def largest(element: Element, factor: Decimal | None = None) -> int:
    """Return how far from zero a number may be, before it is multiplied by a factor."""
    if element.type == "integer":
        return MOST_WHOLE
    most = min(ABSURD, 10 ** ((element.precision or 0) - (element.scale or 0)) - 1)
    return most if factor is None else min(int(most // factor), _MOST_BEFORE_FACTOR)


def names_zone(date_format: str) -> bool:
    """Return whether dates in a format carry their zone (``%z``, ``%Z``)."""
    return re.search("%z", date_format.replace("%%", ""), re.IGNORECASE) is not None


def _is_number(element: Element, text: str, factor: Decimal | None, *, decimal_comma: bool) -> bool:
    decimal_comma = decimal_comma and element.type == "decimal"
    plain = plain_number(text, decimal_comma=decimal_comma)
    if plain is None or not re.fullmatch(NUMBER, plain):
        return False
    value = Decimal(plain)
    if abs(value) > largest(element, factor):
        return False
    whole = element.type != "integer" or value == value.to_integral_value()
    return whole and (value >= 1 or not element.key)


def _is_moment(text: str, date_format: str | None) -> bool:
    moments = [_moment(text, date_format)] if date_format else []
    if re.search(ISO, text):
        bare = re.match(r"[\d-]+(?:[T ]\d\d:\d\d(?::\d\d)?)?", text)
        moments += [_moment(bare.group().replace("T", " "), form) for form in _ISO_FORMS if bare]
    return any(one is not None and one.year in _YEARS for one in moments)


def _moment(text: str, form: str) -> dt.datetime | None:
    try:
        return dt.datetime.strptime(text, form)  # noqa: DTZ007  # only whether it is one
    except ValueError:
        return None
