"""Text to values: numbers, dates and booleans, and what of them cannot be read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

NOT_A_NUMBER = ("dataset.row.not_a_number",)
NOT_A_DATE = ("dataset.row.not_a_date",)
OUT_OF_RANGE = ("dataset.row.out_of_range",)

Column = Callable[..., list[Any]]


def _instant(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def test_amounts_keep_four_decimals_and_round_half_away_from_zero(read_column: Column) -> None:
    texts = ["1234.50", "0.00005", "0.00004999", "-0.00005", "-0.00004999", "5e-5", "1e3", "+5", ".5", "5.", "007", ""]

    found = read_column("intrinsic_value", texts)

    expected = ["1234.5", "0.0001", "0", "-0.0001", "0", "0.0001", "1000", "5", "0.5", "5", "7"]
    assert [*map(Decimal, expected), None] == found


def test_masses_keep_three_decimals(read_column: Column) -> None:
    assert [Decimal("0.001"), Decimal("0.000")] == read_column("gross_mass_kg", ["0.0005", "0.00049"])


@pytest.mark.parametrize(
    "text", ["NaN", "inf", "-Infinity", "0x10", "1_000", "1,234.5", "12,5", "1 000", "--1", "1e", "e5"]
)
def test_what_is_no_number_is_refused(text: str, read_column: Column) -> None:
    assert [Decimal(1), NOT_A_NUMBER] == read_column("intrinsic_value", ["1", text])


@pytest.mark.parametrize("text", ["12 €", "EUR 5", "٣", "½", "1.2.3", "1/2", "$5", "5%", "ten", "\u22125"])
def test_signs_and_other_digits_make_no_number(text: str, read_column: Column) -> None:
    assert [NOT_A_NUMBER] == read_column("quantity", [text])


def test_numbers_beyond_all_reason_are_refused(read_column: Column) -> None:
    texts = ["1000000000000", "-1000000000000", "1000000000000.0001", "-1000000000001", "1e300", "9" * 60]

    found = read_column("intrinsic_value", texts)

    assert [Decimal(10**12), Decimal(-(10**12)), *[OUT_OF_RANGE] * 4] == found


def test_a_mass_beyond_its_column_is_refused(read_column: Column) -> None:
    assert [Decimal(10**11 - 1), OUT_OF_RANGE] == read_column("net_mass_kg", [str(10**11 - 1), "100000000000"])


def test_whole_numbers_may_be_written_as_decimals_and_must_be_whole(read_column: Column) -> None:
    found = read_column("packages", ["3", "3.0", "1e3", "-4", "0", "", "1.5", "0.001", "2147483647", "2147483648", "x"])

    not_whole = ("dataset.row.not_a_whole_number",)
    assert [3, 3, 1000, -4, 0, None, not_whole, not_whole, 2147483647, OUT_OF_RANGE, NOT_A_NUMBER] == found


@pytest.mark.parametrize("name", ["item_no", "version"])
def test_a_number_of_the_key_counts_from_one(name: str, read_column: Column) -> None:
    assert [1, 7, ("dataset.row.below_one",), ("dataset.row.below_one",)] == read_column(name, ["1", "7", "0", "-1"])


@pytest.mark.parametrize("name", ["item_no", "version"])
def test_an_empty_number_of_the_key_is_one(name: str, read_column: Column) -> None:
    assert [1, 2, 1] == read_column(name, ["", "2", "  "])


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-07-01", "2026-07-01T00:00:00+00:00"),
        ("2026-7-1", "2026-07-01T00:00:00+00:00"),
        ("2026-07-01 09:30", "2026-07-01T09:30:00+00:00"),
        ("2026-07-01T09:30:05", "2026-07-01T09:30:05+00:00"),
        ("2026-07-01T09:30:00Z", "2026-07-01T09:30:00+00:00"),
        ("2026-07-01 09:30:00 UTC", "2026-07-01T09:30:00+00:00"),
        ("2026-07-01T09:30:00.123456Z", "2026-07-01T09:30:00.123456+00:00"),
        ("2026-07-01T09:30:00.5Z", "2026-07-01T09:30:00.500000+00:00"),
        ("2026-07-01T09:30:00+02:00", "2026-07-01T07:30:00+00:00"),
        ("2026-07-01T09:30:00+0200", "2026-07-01T07:30:00+00:00"),
        ("2026-07-01T09:30:00+02", "2026-07-01T07:30:00+00:00"),
        ("2026-07-01T00:15:00-00:30", "2026-07-01T00:45:00+00:00"),
        ("2026-07-01T00:15:00+05:45", "2026-06-30T18:30:00+00:00"),
        ("2024-02-29", "2024-02-29T00:00:00+00:00"),
        ("1900-01-01", "1900-01-01T00:00:00+00:00"),
        ("2199-12-31T23:59:59Z", "2199-12-31T23:59:59+00:00"),
    ],
)
def test_dates_with_and_without_zone_are_instants(text: str, instant: str, read_column: Column) -> None:
    assert [_instant(instant)] == read_column("lodged_at", [text])


@pytest.mark.parametrize(
    "text",
    [
        *("2026-02-30", "2026-13-01", "2025-02-29", "01/07/2026", "20260701", "2026-07-01T", "2026-07-01T25:00:00Z"),
        *("2026-07-01T09:60:00Z", "2026-07-01T09:30:00+15:00", "2026-07-01T09:30:00 Paris", "26-07-01", "yesterday"),
        *("now", "infinity", "epoch", "1783000000", "1899-12-31T23:59:59Z", "2200-01-01", "0001-01-01"),
    ],
)
def test_what_is_no_date_of_our_times_is_refused(text: str, read_column: Column) -> None:
    assert [_instant("2026-07-01T00:00:00+00:00"), NOT_A_DATE] == read_column("lodged_at", ["2026-07-01", text])


def test_dates_without_zone_are_local_to_the_zone_of_the_mapping(read_column: Column, mapped: Any) -> None:
    texts = ["2026-07-01", "2026-01-15 09:30", "2026-07-01T09:30:00Z", "2026-07-01T09:30:00+09:00", "2026-07-01 09:30"]

    found = read_column("lodged_at", texts, mapped("lodged_at: lodged_at", file="time_zone: Europe/Paris"))

    assert [
        _instant("2026-06-30T22:00:00+00:00"),
        _instant("2026-01-15T08:30:00+00:00"),
        _instant("2026-07-01T09:30:00+00:00"),
        _instant("2026-07-01T00:30:00+00:00"),
        _instant("2026-07-01T07:30:00+00:00"),
    ] == found


def test_a_date_format_is_tried_after_iso(read_column: Column, mapped: Any) -> None:
    mapping = mapped("lodged_at: {from: lodged_at, date_format: '%d/%m/%Y'}", file="time_zone: Asia/Seoul")

    found = read_column("lodged_at", ["02/07/2026", "2026-07-02", "31/02/2026", "2/7/26"], mapping)

    midnight = _instant("2026-07-01T15:00:00+00:00")
    assert [midnight, midnight, NOT_A_DATE, NOT_A_DATE] == found


def test_booleans_are_the_words_of_both_languages(read_column: Column) -> None:
    words = ["true", "T", "1", "Yes", "y", "OUI", "o", "false", "f", "0", "no", "N", "non", "", "maybe", "2", "vrai"]

    found = read_column("second_hand", words)

    assert [True] * 7 + [False] * 6 + [None] + [("dataset.row.not_a_boolean",)] * 3 == found


def test_a_decimal_comma_is_read_where_the_mapping_says_so(read_column: Column, mapped: Any) -> None:
    mapping = mapped("intrinsic_value: intrinsic_value", file="decimal_comma: true")

    good = ["1234,50", "7", "1.234,50", "-1.234.567,5", "1.234"]
    bad = ["1234.50", "1.23,4", "1.2345", "1 234,5", "1,2,3", "1,234.50", "0,5.000"]

    found = read_column("intrinsic_value", good + bad, mapping)

    expected = [Decimal(text) for text in ("1234.5", "7", "1234.5", "-1234567.5", "1234")]
    assert [*expected, *[NOT_A_NUMBER] * len(bad)] == found


def test_a_factor_is_exact(read_column: Column, mapped: Any) -> None:
    texts = ["1500", "0.5", "0.4999", "123456789", "x"]

    grams = read_column("gross_mass_kg", texts, mapped("gross_mass_kg: {from: gross_mass_kg, factor: '0.001'}"))
    pounds = read_column(
        "gross_mass_kg", ["3", "1e6"], mapped("gross_mass_kg: {from: gross_mass_kg, factor: 0.453592}")
    )

    assert [Decimal("1.5"), Decimal("0.001"), Decimal(0), Decimal("123456.789"), NOT_A_NUMBER] == grams
    assert [Decimal("1.361"), Decimal(453592)] == pounds


def test_values_are_translated_and_the_star_stands_for_any_other(read_column: Column, mapped: Any) -> None:
    mapping = mapped("nature: {from: nature, default: sale, values: {G: gift, '*': return}}")
    plain = mapped("nature: {from: nature, values: {G: gift}}")

    assert ["gift", "return", "sale", "return"] == read_column("nature", ["G", "X", "", "gift"], mapping)
    assert ["gift", "x", None] == read_column("nature", ["G", "X", ""], plain)


_DIGITS = st.text("0123456789", min_size=1, max_size=9)
_NUMBERS = st.tuples(
    st.sampled_from(["", "-", "+"]), _DIGITS, st.none() | st.text("0459", max_size=9), st.none() | st.integers(-9, 3)
)


@settings(max_examples=30, deadline=None)
@given(parts=st.lists(_NUMBERS, min_size=1, max_size=20), name=st.sampled_from(["intrinsic_value", "quantity"]))
def test_any_number_is_what_exact_arithmetic_gives(parts: list[Any], name: str, read_column: Column) -> None:
    texts = [
        sign + whole + ("" if part is None else f".{part}") + ("" if power is None else f"e{power}")
        for sign, whole, part, power in parts
    ]

    found = read_column(name, texts)

    step = Decimal(1).scaleb(-4 if name == "intrinsic_value" else -3)
    exact = [Decimal(text).quantize(step, ROUND_HALF_UP) for text in texts]
    assert [value if abs(value) <= 10**12 else OUT_OF_RANGE for value in exact] == found


_MOMENTS = st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2190, 1, 1))  # noqa: DTZ001  # local on purpose
_OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: dt.timezone(dt.timedelta(minutes=minutes)))


@settings(max_examples=30, deadline=None)
@given(moments=st.lists(st.tuples(_MOMENTS, _OFFSETS), min_size=1, max_size=10), separator=st.sampled_from(" T"))
def test_any_instant_written_by_python_is_read_back(moments: list[Any], separator: str, read_column: Column) -> None:
    instants = [moment.replace(tzinfo=offset) for moment, offset in moments]

    found = read_column("accepted_at", [instant.isoformat(separator) for instant in instants])

    assert [instant.astimezone(dt.UTC) for instant in instants] == found


@settings(max_examples=30, deadline=None)
@given(
    moments=st.lists(_MOMENTS, min_size=1, max_size=10),
    zone=st.sampled_from(["Asia/Seoul", "Asia/Kathmandu", "Africa/Lagos"]),
)
def test_any_local_time_is_an_instant_of_its_zone(
    moments: list[dt.datetime], zone: str, read_column: Column, mapped: Any
) -> None:
    mapping = mapped("lodged_at: lodged_at", file=f"time_zone: {zone}")

    found = read_column("lodged_at", [moment.isoformat() for moment in moments], mapping)

    assert [moment.replace(tzinfo=ZoneInfo(zone)) for moment in moments] == found


def test_a_small_z_is_a_zone(read_column: Column) -> None:
    assert [_instant("2026-07-01T09:30:00Z")] * 2 == read_column(
        "lodged_at", ["2026-07-01T09:30:00z", "2026-07-01T09:30:00Z"]
    )


@pytest.mark.parametrize("zone", ["+02:99", "+0260", "+15:00"])
def test_a_zone_that_no_clock_has_is_none(zone: str, read_column: Column, mapped: Any) -> None:
    mapping = mapped("lodged_at: lodged_at", file="time_zone: Europe/Paris")

    assert [NOT_A_DATE] == read_column("lodged_at", [f"2026-07-01T09:30:00{zone}"])
    assert [NOT_A_DATE] == read_column("lodged_at", [f"2026-07-01T09:30:00{zone}"], mapping)


def test_a_zone_in_the_date_format_wins_over_the_zone_of_the_mapping(read_column: Column, mapped: Any) -> None:
    mapping = mapped("lodged_at: {from: lodged_at, date_format: '%d/%m/%Y %H:%M %z'}", file="time_zone: Asia/Seoul")

    found = read_column("lodged_at", ["01/07/2026 10:00 +0200", "2026-07-01T10:00:00+02:00"], mapping)

    assert [_instant("2026-07-01T08:00:00Z")] * 2 == found


def test_a_factor_may_be_written_with_an_exponent(read_column: Column, mapped: Any) -> None:
    mapping = mapped("gross_mass_kg: {from: gross_mass_kg, factor: '1e3'}")

    assert [Decimal(2000)] == read_column("gross_mass_kg", ["2"], mapping)
