"""One sentence in the two languages, and numbers as each of them writes them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, NamedTuple

from passavant import settings

__all__ = ["Text", "colon", "day", "exact", "number", "pick", "plural"]


class Text(NamedTuple):
    """The same text in English and French. Placeholders are named: ``{n}``."""

    en: str
    fr: str

    def say(self, language: str | None = None, **params: Any) -> str:
        """Return the text in one language (default: :func:`passavant.settings.language`), placeholders filled."""
        text = self.fr if (language or settings.language()) == "fr" else self.en
        return text.format(**params) if params else text


def pick(en: str, fr: str, language: str | None = None) -> str:
    """Return one of two texts; the short form of ``Text(en, fr).say(language)``."""
    return fr if (language or settings.language()) == "fr" else en


def number(value: int | float | Decimal, language: str | None = None, decimals: int = 0) -> str:
    """Write a number with the language's separators: ``1,234.5`` or ``1 234,5``."""
    text = f"{value:,.{decimals}f}"
    if (language or settings.language()) != "fr":
        return text
    return text.replace(",", "\u202f").replace(".", ",")


def exact(value: Decimal, language: str | None = None) -> str:
    r"""Write a number with all the decimals it has, and no more.

    >>> exact(Decimal("0.0500"), "fr"), exact(Decimal("1712.50"), "en"), exact(Decimal("2E+1"), "en")
    ('0,05', '1,712.5', '20')
    """
    plain = f"{value.normalize():f}"
    return number(Decimal(plain), language, len(plain.partition(".")[2]))


def day(value: dt.date | None, language: str | None = None) -> str:
    """Write a day as ``2026-09-15`` or ``15/09/2026``; a dash when there is none."""
    if value is None:
        return "—"
    return value.strftime(pick("%Y-%m-%d", "%d/%m/%Y", language))


def colon(language: str | None = None) -> str:
    """Return the colon between a label and what it says: French sets a space that does not break before it."""
    return pick(": ", "\u00a0: ", language)


def plural(count: int, one: str, many: str | None = None) -> str:
    """Return a French word in the number that a count asks for (0 and 1 are singular); ``many`` is ``one`` with an s.

    >>> plural(1, "rejetée"), plural(2, "rejetée")
    ('rejetée', 'rejetées')
    """
    return one if abs(count) < 2 else many or f"{one}s"  # two is many
