"""Amounts as people read them."""

from __future__ import annotations

from decimal import Decimal

from passavant.money.currency import minor_digits
from passavant.texts import exact, number, pick

__all__ = ["show_amount", "show_declared"]


def show_amount(minor: int | None, currency: str, language: str | None = None) -> str:
    r"""Write an amount in minor units: ``EUR 1,234.50`` or ``1 234,50 EUR``; a dash when it is not known.

    >>> show_amount(123450, "EUR", "en"), show_amount(5000, "XOF", "fr"), show_amount(None, "EUR", "en")
    ('EUR 1,234.50', '5\u202f000 XOF', '—')
    """
    if minor is None:
        return "—"
    digits = minor_digits(currency) or 0
    return _with(number(Decimal(minor).scaleb(-digits), language, digits), currency, language)


def show_declared(amount: Decimal | None, currency: str | None, language: str | None = None) -> str:
    r"""Write an amount as it was declared, with the decimals of its currency or the more that it has; a dash when unknown.

    >>> show_declared(Decimal("64.0000"), "USD", "en"), show_declared(Decimal("0.125"), "EUR", "fr")
    ('USD 64.00', '0,125 EUR')
    """
    if amount is None:
        return "—"
    decimals = len(exact(amount, "en").partition(".")[2])
    return _with(number(amount, language, max(decimals, minor_digits(currency or "") or 0)), currency or "", language)


def _with(text: str, currency: str, language: str | None) -> str:
    return pick(f"{currency} {text}", f"{text} {currency}", language).strip()
