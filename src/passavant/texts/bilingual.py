"""One sentence in the two languages, and numbers as each of them writes them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from passavant import settings

__all__ = ["Text", "number", "pick"]


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
