"""Country codes: ISO 3166-1 alpha-2, and the few user-assigned codes that customs declarations really carry.

>>> "SN" in country_codes()
True
>>> country_name("CI", "fr")
'Côte d’Ivoire'
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

from passavant.texts import pick

__all__ = ["Country", "countries", "country_codes", "country_name"]

_FILE = Path(__file__).parent / "data" / "countries.csv"


class Country(NamedTuple):
    """One country or territory: alpha-2 code, short name in both languages, whether ISO assigned the code."""

    code: str
    en: str
    fr: str
    official: bool


@cache
def countries() -> dict[str, Country]:
    """Return every country by its code, in the order of the codes."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows = [Country(row["code"], row["en"], row["fr"], row["status"] == "iso") for row in csv.DictReader(file)]
    return {country.code: country for country in rows}


@cache
def country_codes(*, official_only: bool = False) -> frozenset[str]:
    """Return the country codes a declaration may carry.

    Args:
        official_only: Leave out the codes that ISO keeps for users and customs uses: XK (Kosovo), XI (Northern
            Ireland), XC (Ceuta), XL (Melilla).
    """
    return frozenset(one.code for one in countries().values() if one.official or not official_only)


def country_name(code: str, language: str | None = None) -> str:
    """Return the short name of a country in one language; the code itself when it is unknown."""
    country = countries().get(code)
    return pick(country.en, country.fr, language) if country else code
