"""Amounts as people read them."""

from __future__ import annotations

from decimal import Decimal

from passavant.money.currency import minor_digits
from passavant.texts import number

__all__ = ["show_amount"]


def show_amount(minor: int | None, currency: str, language: str | None = None) -> str:
    r"""Write an amount in minor units: ``EUR 1,234.50`` or ``1 234,50 EUR``; a dash when it is not known.

    >>> show_amount(123450, "EUR", "en"), show_amount(5000, "XOF", "fr"), show_amount(None, "EUR", "en")
    ('EUR 1,234.50', '5\u202f000 XOF', '—')
    """
    if minor is None:
        return "—"
    digits = minor_digits(currency) or 0
    text = number(Decimal(minor).scaleb(-digits), language, digits)
    return f"{text} {currency}" if number(0.5, language, 1) == "0,5" else f"{currency} {text}"
