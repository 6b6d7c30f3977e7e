"""What is seen of a column as a whole: one bad row among good ones, notes for the user, codes set in one case."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

ZONELESS = "without a zone"
COARSE = "more decimals than are kept"
TOO_LONG = ("dataset.row.text_too_long",)

Column = Callable[..., list[Any]]


@pytest.fixture
def notices(take: Callable[..., Any], write: Callable[..., Path]) -> Callable[..., list[str]]:
    """Return a function that takes in one column and gives what the user is told."""

    def tell(name: str, *values: str, mapping: Any = None) -> list[str]:
        rows = "".join(f'D1,A{number},"{value}"\n' for number, value in enumerate(values))
        taken = take(write(f"declarant_id,declaration_id,{name}\n{rows}"), mapping=mapping)
        assert all(one.en and one.fr and one.en != one.fr for one in taken.intake.notices)
        return [one.en for one in taken.intake.notices]

    return tell


@pytest.mark.parametrize("value", ["2024-07-01", "2024-07-01 09:30", "2024-07-01T09:30:00.5"])
def test_a_time_without_zone_is_told(value: str, notices: Callable[..., list[str]]) -> None:
    assert [True] == [ZONELESS in text for text in notices("lodged_at", "2024-07-01T09:30:00Z", "", value)]


@pytest.mark.parametrize("value", ["2024-07-01T09:30:00Z", "2024-07-01 09:30:00 UTC", "2024-07-01T09:30:00+02:00"])
def test_a_time_with_zone_is_not(value: str, notices: Callable[..., list[str]]) -> None:
    assert [] == notices("lodged_at", value, "2024-07-01T09:30:00Z", "")


def test_a_time_without_zone_is_not_told_where_the_mapping_names_one(
    notices: Callable[..., list[str]], mapped: Any
) -> None:
    mapping = mapped("lodged_at: lodged_at", file="time_zone: Europe/Paris")

    assert [] == notices("lodged_at", "2024-07-01", mapping=mapping)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("intrinsic_value", "1.23456", True),
        ("intrinsic_value", "1.2345", False),
        ("gross_mass_kg", "1.2345", True),
        ("gross_mass_kg", "1.234", False),
        ("gross_mass_kg", "12345", False),
        ("packages", "3.0", False),
    ],
)
def test_digits_that_are_not_kept_are_told(
    name: str, value: str, told: bool, notices: Callable[..., list[str]]
) -> None:
    assert [True][: int(told)] == [COARSE in text for text in notices(name, "1", value, "")]


def test_a_text_over_the_limit_is_refused_and_one_at_the_limit_is_not(read_column: Column) -> None:
    found = read_column("description", ["x" * 65_536, "x" * 65_537, "é" * 32_768, "é" * 32_769, "short", ""])

    assert ["x" * 65_536, TOO_LONG, "é" * 32_768, TOO_LONG, "short", None] == found


def test_a_number_over_the_limit_is_a_text_too_long(read_column: Column) -> None:
    assert [Decimal(1), TOO_LONG] == read_column("quantity", ["1", "0" * 70_000 + "1"])


def test_codes_are_set_in_one_case(read_column: Column) -> None:
    assert ["EUR", "USD", "NOK", None] == read_column("currency", ["eur", "USD", " nOk ", ""])
    assert ["post", "express", None] == read_column("channel", ["POST", "express", ""])


def test_codes_that_are_so_already_stay_as_they_are(read_column: Column) -> None:
    assert ["RR287043775IN", "A-1"] == read_column("s10", ["RR287043775IN", "A-1"])


def test_of_a_code_the_signs_that_group_its_digits_are_taken_out_and_nothing_else(read_column: Column) -> None:
    texts = ["6109.10", "6109 10", "61-09'10", "610910", "6109.10 / 8517", "HS 6109", "abc", "٦١", "-.", ""]

    assert ["610910"] * 4 + ["610910/8517", "HS6109", "abc", "٦١", None, None] == read_column("hs_code", texts)


CONTROLLED = ("dataset.row.control_character",)


def test_a_control_character_in_a_key_or_a_code_is_refused(read_column: Column) -> None:
    assert ["EUR", CONTROLLED, CONTROLLED] == read_column("currency", ["EUR", "E\x07UR", "EU\x7f"])
    assert ["NO", CONTROLLED] == read_column("administration", ["", "N\x00O"])
    assert ["610910", CONTROLLED] == read_column("hs_code", ["610910", "6109\x1f10"])


def test_control_characters_in_a_text_are_a_space(read_column: Column) -> None:
    texts = ["blue\x00\x1f\ncotton", "\x01", "\x7fa\x0bb\t", "a\u0085b"]

    assert ["blue cotton", None, "a b", "a\u0085b"] == read_column("description", texts)


def test_spaces_around_a_text_are_taken_off_and_one_of_spaces_is_empty(read_column: Column) -> None:
    texts = [" a b ", "\ta\n", "\u00a0a\u3000", "  ", "\u2003", "é", "\u200ba"]

    assert ["a b", "a", "a", None, None, "é", "\u200ba"] == read_column("description", texts)


_GOOD, _BAD, _NONE = st.just("7"), st.sampled_from(["x", "1e99", "1_0", "1,0"]), st.just("")


@settings(max_examples=12, deadline=None)
@given(
    texts=st.lists(st.one_of(_GOOD, _BAD, _NONE), min_size=1, max_size=12),
    name=st.sampled_from(["quantity", "packages", "amount_paid"]),
)
def test_each_row_is_judged_alone_whatever_stands_beside_it(texts: list[str], name: str, read_column: Column) -> None:
    alone = {text: read_column(name, [text])[0] for text in set(texts)}

    assert [alone[text] for text in texts] == read_column(name, texts)


@settings(max_examples=30, deadline=None)
@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), min_size=1, max_size=8))
def test_any_text_is_kept_but_for_spaces_around_it_and_control_characters(
    texts: list[str], read_column: Column
) -> None:
    found = read_column("description", texts)

    expected = [re.sub(r"[\x00-\x1f\x7f]+", " ", text).strip() for text in texts]
    assert expected == [(one or "").strip() for one in found]


@pytest.mark.parametrize("name", ["version", "item_no"])
@pytest.mark.parametrize("bad", ["abc", "0", "1.5"])
def test_a_bad_number_of_the_key_is_refused_beside_an_empty_one_too(name: str, bad: str, read_column: Column) -> None:
    found = read_column(name, ["", bad])

    assert 1 == found[0]
    assert isinstance(found[1], tuple)


@pytest.mark.parametrize("text", ["1.00004", "0.99996", "2.000001", "1.000000000000000000001"])
def test_a_number_that_is_not_quite_whole_is_refused(text: str, read_column: Column) -> None:
    assert [("dataset.row.not_a_whole_number",)] == read_column("packages", [text])


def test_the_largest_whole_number_is_kept_and_the_next_refused(read_column: Column) -> None:
    beyond = ("dataset.row.out_of_range",)

    assert [2**31 - 1, beyond, beyond] == read_column("packages", ["2147483647", "2147483648", "9" * 30])
