"""Currencies: ISO 4217 alphabetic codes and how many digits their minor unit has; withdrawn codes apart.

>>> minor_digits("EUR"), minor_digits("XOF"), minor_digits("XXX")
(2, 0, None)
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

__all__ = ["Currency", "currencies", "currency_codes", "currency_days", "currency_minor_units", "minor_digits"]

_FILE = Path(__file__).parent / "data" / "currencies.csv"
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


class Currency(NamedTuple):
    """One currency.

    ``minor_units`` is the number of digits (None: withdrawn, or no money: gold, special drawing rights, tests);
    ``withdrawn`` is the last month in which the code was valid, ``YYYY-MM`` or a range as ISO publishes it, or None.
    """

    code: str
    number: str
    minor_units: int | None
    name: str
    withdrawn: str | None


@cache
def currencies() -> dict[str, Currency]:
    """Return every currency, in use and withdrawn, by its alphabetic code, in the order of the codes."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        return {row["code"]: _currency(row) for row in csv.DictReader(file)}


def currency_minor_units() -> dict[str, int]:
    """Return the digits of the minor unit of each currency in use: 2 for EUR, 0 for XOF and JPY, 3 for TND."""
    return {code: one.minor_units for code, one in currencies().items() if one.minor_units is not None}


def minor_digits(code: str) -> int | None:
    """Return the digits of one currency's minor unit; None when the code is unknown, withdrawn or no money."""
    currency = currencies().get(code)
    return currency.minor_units if currency else None


def currency_codes(on: dt.date | None = None) -> frozenset[str]:
    """Return the codes in which an amount may be declared on a day (default: those in use now).

    A code withdrawn later counts: the lev (BGN) is good on a declaration of 2025.
    """
    late = {code for code, one in currencies().items() if on and one.withdrawn and _valid(one.withdrawn, on)}
    return frozenset(currency_minor_units()) | late


@cache
def currency_days() -> tuple[dt.date, ...]:
    """Return the days on which a code ceased to be valid: the first of the month after its last one."""
    ends = {one.withdrawn.rsplit(maxsplit=1)[-1] for one in currencies().values() if one.withdrawn}
    months = (end for end in ends if _MONTH.fullmatch(end))  # some of long ago have years only
    last = [dt.date.fromisoformat(f"{month}-01") for month in months]
    return tuple(sorted((day + dt.timedelta(days=31)).replace(day=1) for day in last))


def _valid(withdrawn: str, on: dt.date) -> bool:
    return f"{on:%Y-%m}" <= withdrawn.rsplit(maxsplit=1)[-1]  # "1990-07 to 1990-09" ends with its last month


def _currency(row: dict[str, str]) -> Currency:
    digits = int(row["minor_units"]) if row["minor_units"] else None
    return Currency(row["code"], row["number"], digits, row["name"], row["withdrawn"] or None)
