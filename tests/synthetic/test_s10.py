"""The check digit of UPU S10 against published numbers and against its definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passavant.synthetic.s10 import WEIGHTS, check_digit, check_digits, compose, is_valid

SERIALS = st.integers(0, 99_999_999)


def by_hand(serial: str) -> int:
    """Work the digit out as the standard says it."""
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(serial, (8, 6, 4, 2, 3, 5, 9, 7), strict=True)) % 11
    return {10: 0, 11: 5}.get(rest, rest)


@pytest.mark.parametrize(("serial", "digit"), [("47312482", 9), ("28704377", 5)])
def test_the_published_examples_hold(serial: str, digit: int) -> None:
    assert digit == check_digit(serial)


def test_the_indian_example_is_valid_and_its_neighbours_are_not() -> None:
    valid = [f"RR28704377{digit}IN" for digit in range(10) if is_valid(f"RR28704377{digit}IN")]

    assert ["RR287043775IN"] == valid


@given(st.lists(SERIALS, min_size=1))
def test_a_whole_column_agrees_with_the_sum_by_hand(serials: list[int]) -> None:
    digits = check_digits(np.array(serials, dtype=np.int64))

    assert [by_hand(f"{serial:08d}") for serial in serials] == digits.tolist()


@given(SERIALS)
def test_what_is_composed_is_valid(serial: int) -> None:
    text = compose("LX", f"{serial:08d}", "CN")

    assert is_valid(text)
    assert 13 == len(text)


@given(SERIALS, st.integers(0, 7), st.integers(1, 9))
def test_one_wrong_digit_is_found_except_where_the_standard_folds_two_remainders(
    serial: int, place: int, change: int
) -> None:
    right = f"{serial:08d}"
    wrong = right[:place] + str((int(right[place]) + change) % 10) + right[place + 1 :]
    remainders = {sum(int(d) * w for d, w in zip(text, WEIGHTS, strict=True)) % 11 for text in (right, wrong)}
    # 10 and the remainder that gives 0 alike, and 11 and the one that gives 5 alike, share a digit
    folded = remainders in ({0, 6}, {1, 11})

    assert folded == (check_digit(right) == check_digit(wrong))


@pytest.mark.parametrize("text", ["", "RR28704377IN", "rr287043775in", "RR2870437755IN", "RR28704377\u0665IN"])
def test_other_shapes_are_not_valid(text: str) -> None:
    assert not is_valid(text)


@pytest.mark.parametrize("serial", ["1", "123456789", "1234567a", "1234567\uff18"])
def test_a_serial_is_eight_digits(serial: str) -> None:
    with pytest.raises(ValueError, match="eight digits"):
        check_digit(serial)
