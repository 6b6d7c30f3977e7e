"""Exchange rates: the last published, never too old, never 1 by default."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from passavant.errors import BadInput
from passavant.money.exchange import Lacking, load_rates

_DAY = dt.date(2026, 9, 15)


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    path = tmp_path / "rates.csv"
    path.write_text("# example\ndate,currency,units_per_eur\n2026-09-14,NGN,1700\n2026-08-19,USD,1.25\n")
    return path


def test_a_rate_of_the_bundled_history_is_found() -> None:
    rate = load_rates().cross("USD", "EUR", dt.date(2024, 1, 2))

    assert rate is not None
    assert rate.published == dt.date(2024, 1, 2)
    assert rate.rate == (1 / Decimal("1.0956")).quantize(Decimal("1e-12"))


def test_a_weekend_takes_friday() -> None:
    rate = load_rates().cross("USD", "EUR", dt.date(2024, 1, 7))

    assert rate is not None
    assert rate.published == dt.date(2024, 1, 5)


def test_a_rate_older_than_seven_days_is_none(overlay: Path) -> None:
    rates = load_rates([overlay])

    assert rates.cross("NGN", "EUR", dt.date(2026, 9, 21)) is not None
    assert rates.cross("NGN", "EUR", dt.date(2026, 9, 22)) is None


def test_a_currency_without_rates_is_none_and_never_one() -> None:
    assert load_rates().cross("NGN", "EUR", _DAY) is None


def test_the_currency_without_a_rate_is_named_with_the_day_of_its_last_one(overlay: Path) -> None:
    rates = load_rates([overlay])
    late = dt.date(2026, 9, 22)

    assert Lacking("NGN", dt.date(2026, 9, 14)) == rates.lacking("EUR", "NGN", late)
    assert Lacking("NGN", dt.date(2026, 9, 14)) == rates.lacking("NGN", "EUR", late)
    assert Lacking("KES", None) == rates.lacking("EUR", "KES", late)
    assert None is rates.lacking("NGN", "EUR", dt.date(2026, 9, 21))
    assert None is rates.lacking("KES", "KES", late)


def test_the_same_currency_is_one() -> None:
    rate = load_rates().cross("NGN", "NGN", _DAY)

    assert rate is not None
    assert rate.rate == 1


def test_the_monthly_rule_takes_the_second_last_wednesday_of_the_month_before(overlay: Path) -> None:
    rate = load_rates([overlay]).cross("USD", "EUR", _DAY, "monthly")

    assert rate is not None
    assert rate.published == dt.date(2026, 8, 19)
    assert rate.rate == Decimal("0.8")


def test_an_overlay_changes_the_digest(overlay: Path) -> None:
    assert load_rates().digest == load_rates().digest != load_rates([overlay]).digest


@pytest.mark.parametrize(
    ("text", "line", "field"),
    [
        ("day,cur,rate\n", 1, "header"),
        ("date,currency,units_per_eur\n15/09/2026,NGN,1\n", 2, "date"),
        ("date,currency,units_per_eur\n2026-09-15,ngn,1\n", 2, "currency"),
        ("date,currency,units_per_eur\n2026-09-15,NGN,0\n", 2, "units_per_eur"),
        ("date,currency,units_per_eur\n2026-09-15,NGN,-3\n", 2, "units_per_eur"),
        ("date,currency,units_per_eur\n2026-09-15,NGN,nan\n", 2, "units_per_eur"),
        ("date,currency,units_per_eur\n2026-09-15,NGN\n", 2, None),
    ],
)
def test_a_bad_rates_file_is_refused_with_line_and_field(
    tmp_path: Path, text: str, line: int, field: str | None
) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text)

    with pytest.raises(BadInput) as caught:
        load_rates([path])
    assert caught.value.place is not None
    assert (caught.value.place.line, caught.value.place.field) == (line, field)


@pytest.mark.parametrize("rate", ["0.000000001", "0.0009", "10000001", "99999999999"])
def test_a_rate_no_currency_has_is_refused_by_name(tmp_path: Path, rate: str) -> None:
    path = tmp_path / "rates.csv"
    path.write_text(f"date,currency,units_per_eur\n2026-09-15,NGN,{rate}\n")

    with pytest.raises(BadInput, match=r"rates\.csv:2, field units_per_eur") as caught:
        load_rates([path])
    assert "money.rates.out_of_range" == caught.value.code


def test_a_rate_says_where_it_came_from(overlay: Path) -> None:
    rates = load_rates([overlay])
    day = dt.date(2026, 9, 14)
    old = dt.date(2024, 1, 2)

    assert "given" == getattr(rates.cross("NGN", "EUR", day), "origin", None)
    assert "bundled" == getattr(rates.cross("USD", "EUR", old), "origin", None)
    assert "none" == getattr(rates.cross("NGN", "NGN", day), "origin", None)


def test_an_absent_rates_file_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        load_rates([tmp_path / "absent.csv"])

    said = caught.value.diagnostics("en") + caught.value.diagnostics("fr")

    assert "money.rates.absent" == caught.value.code
    assert "Errno" not in said
    assert "row" not in said
