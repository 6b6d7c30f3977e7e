"""Columns of text against Python's own writing of the same values."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passavant.synthetic.chance import mix
from passavant.synthetic.text import amounts, coded, digits, filled, fixed, joined, keep, letters, moments, repeated

NUMBERS = st.lists(st.integers(0, 10**15), min_size=1, max_size=50)


@given(NUMBERS, st.integers(1, 12))
def test_digits_have_leading_zeros(numbers: list[int], width: int) -> None:
    column = fixed(digits(np.array(numbers, dtype=np.int64), width))

    assert [f"{number % 10**width:0{width}d}" for number in numbers] == column.to_pylist()


@pytest.mark.parametrize("decimals", [0, 2, 3])
@given(numbers=NUMBERS)
def test_amounts_are_the_decimal_text_of_the_number(numbers: list[int], decimals: int) -> None:
    column = amounts(np.array(numbers, dtype=np.int64), decimals)

    assert [f"{Decimal(number).scaleb(-decimals):.{decimals}f}" for number in numbers] == column.to_pylist()


@given(st.lists(st.integers(0, 40 * 86_400), min_size=1), st.dates(date(2020, 1, 1), date(2030, 12, 1)))
def test_moments_are_iso_8601_in_utc(seconds: list[int], day: date) -> None:
    start = datetime.combine(day, time(), UTC)
    expected = [(start + timedelta(seconds=n)).strftime("%Y-%m-%dT%H:%M:%SZ") for n in seconds]

    assert expected == moments(day, np.array(seconds, dtype=np.int64)).to_pylist()


@given(st.text("#@AZ09- ", min_size=1, max_size=12), st.lists(st.integers(0, 2**64 - 1), min_size=1))
def test_a_filled_pattern_keeps_its_letters_and_fills_its_signs(pattern: str, words: list[int]) -> None:
    shape = re.escape(pattern).replace(r"\#", "#").replace("#", "[0-9]").replace("@", "[A-Z]")
    texts = fixed(filled(pattern, mix(np.array(words, dtype=np.uint64), 3))).to_pylist()

    assert [] == [text for text in texts if not re.fullmatch(shape, text)]


def test_rows_that_are_not_valid_are_null() -> None:
    valid = np.array([True, False, True])

    assert ["12", None, "34"] == fixed(letters(["12", "xx", "34"]), valid=valid).to_pylist()
    assert ["a", None, "c"] == keep(joined(fixed(letters(["a", "b", "c"]))), valid).to_pylist()
    assert ["no", None, "no"] == coded(np.array([1, 0, 1]), ["yes", "no"], valid).to_pylist()


def test_parts_stand_side_by_side() -> None:
    assert ["A-01", "B-02"] == fixed(letters(["A", "B"]), repeated("-", 2), digits(np.array([1, 2]), 2)).to_pylist()
