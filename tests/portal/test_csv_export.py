"""A table opened in a spreadsheet is a table, whatever somebody wrote into a declaration."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passavant.portal.csv_export import cell, lines, stream


@pytest.mark.parametrize(
    "first", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"], ids=ascii
)
def test_a_text_that_looks_like_a_formula_is_set_behind_an_apostrophe(first: str) -> None:
    assert f"'{first}1+1" == cell(f"{first}1+1")


@pytest.mark.parametrize("value", [-5, -0.25, Decimal("-1.10"), 0])
def test_numbers_stay_numbers(value: Any) -> None:
    assert value == cell(value)


def test_days_and_nothing_are_written_plainly() -> None:
    assert ("2026-09-15", "") == (cell(dt.date(2026, 9, 15)), cell(None))


@given(st.lists(st.lists(st.text(), min_size=3, max_size=3)))
def test_every_text_comes_back_behind_an_apostrophe_at_most(rows: list[list[str]]) -> None:
    text = "".join(lines(["a", "b", "c"], rows)).removeprefix("\ufeff")
    read = list(csv.reader(io.StringIO(text, newline="")))[1:]
    plain = [[shown.removeprefix("'") if shown != one else one for shown, one in zip(*pair, strict=True)] for pair in zip(read, rows, strict=True)]  # fmt: skip

    assert rows == plain


def test_rows_are_sent_as_they_come() -> None:
    taken: list[int] = []

    def rows() -> Any:
        for number in range(3):
            taken.append(number)
            yield [number]

    sent: Any = iter(stream("numbers.csv", ["number"], rows()))
    first, before = next(sent), list(taken)
    second = next(sent)

    assert (b"\xef\xbb\xbfnumber\r\n", []) == (first, before)
    assert (b"0\r\n", [0]) == (second, taken)
