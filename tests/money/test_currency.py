"""Currencies: ISO 4217 minor units, and codes that are no longer or were never money."""

from __future__ import annotations

import datetime as dt

import pytest

from passavant.money.currency import currencies, currency_codes, currency_days, currency_minor_units, minor_digits


@pytest.mark.parametrize(
    ("code", "digits"),
    [
        ("EUR", 2),
        ("JPY", 0),
        ("KRW", 0),
        ("XOF", 0),
        ("XAF", 0),
        ("TND", 3),
        ("KWD", 3),
        ("CLF", 4),
        ("NGN", 2),
        ("CHF", 2),
    ],
)
def test_the_minor_unit_has_as_many_digits_as_iso_says(code: str, digits: int) -> None:
    assert digits == minor_digits(code) == currency_minor_units()[code]


@pytest.mark.parametrize("code", ["DEM", "HRK", "BGN", "XXX", "XAU", "XDR", "eur", ""])
def test_what_is_withdrawn_or_no_money_has_no_minor_unit(code: str) -> None:
    assert minor_digits(code) is None
    assert code not in currency_minor_units()


def test_a_currency_in_use_somewhere_is_in_use() -> None:
    assert currencies()["EUR"].withdrawn is None  # withdrawn in Serbia and Montenegro alone
    assert 150 < len(currency_minor_units()) < 180


@pytest.mark.parametrize(
    ("code", "day", "valid"),
    [
        ("BGN", dt.date(2025, 12, 31), True),
        ("BGN", dt.date(2026, 2, 1), False),
        ("HRK", dt.date(2022, 6, 1), True),
        ("HRK", dt.date(2024, 6, 1), False),
        ("ESA", dt.date(1995, 1, 1), False),
        ("DDM", dt.date(1990, 9, 1), True),
        ("EUR", dt.date(2026, 2, 1), True),
    ],
)
def test_a_code_withdrawn_later_is_good_on_an_earlier_day(code: str, day: dt.date, valid: bool) -> None:
    assert valid == (code in currency_codes(day))


def test_without_a_day_only_currencies_in_use_count() -> None:
    assert currency_codes() == frozenset(currency_minor_units())


def test_the_answer_may_be_changed_without_harm() -> None:
    currency_minor_units().clear()

    assert 2 == minor_digits("EUR")
    assert currency_minor_units()


def test_a_code_ceases_on_the_first_of_the_month_after_its_last() -> None:
    day = dt.date(2025, 12, 31)

    assert "BGN" in currency_codes(day)
    assert [] == [one for one in currency_days() if one.day != 1]
    assert all(
        currency_codes(one) != currency_codes(one - dt.timedelta(days=1)) for one in currency_days() if one.year > 2000
    )
