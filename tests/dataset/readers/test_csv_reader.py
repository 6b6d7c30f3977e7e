"""CSV: what a spreadsheet or Python's csv module writes is read back, and only what cannot be read is left out."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passavant.dataset.readers.batch import Unreadable
from passavant.errors import BadInput


def _codes(lost: list[Unreadable]) -> list[tuple[int, str]]:
    return [(one.source_row, one.code.removeprefix("dataset.row.")) for one in lost]


def test_cells_come_as_text_and_empty_ones_as_null(read_csv: Callable[..., Any]) -> None:
    read = read_csv(b'a,b,c\n1, x ,\n"","0",NA\n')

    assert [{"a": "1", "b": " x ", "c": None}, {"a": None, "b": "0", "c": "NA"}] == read.rows


def test_only_the_columns_asked_for_are_read_in_the_order_asked(read_csv: Callable[..., Any]) -> None:
    read = read_csv(b"a,b,c\n1,2,3\n", ["c", "a"])

    assert [["c", "a"]] == [list(row) for row in read.rows]
    assert [{"c": "3", "a": "1"}] == read.rows


def test_quotes_delimiters_and_line_ends_inside_quotes_are_text(read_csv: Callable[..., Any]) -> None:
    read = read_csv(b'a,b\n"15"" screen, black","two\nlines"\n"","x"\r\n"a\r\nb",""""\n')

    assert [
        {"a": '15" screen, black', "b": "two\nlines"},
        {"a": None, "b": "x"},
        {"a": "a\r\nb", "b": '"'},
    ] == read.rows


def test_a_row_is_numbered_as_a_spreadsheet_shows_it(read_csv: Callable[..., Any]) -> None:
    read = read_csv(b'a,b\n"one\ncell\nof three lines",1\n2,2\n')

    assert [2, 3] == read.numbers


def test_a_quote_inside_an_unquoted_text_is_a_plain_character(read_csv: Callable[..., Any]) -> None:
    read = read_csv(b'a,b\n15" screen,1\nit"s,"x"\n')

    assert [{"a": '15" screen', "b": "1"}, {"a": 'it"s', "b": "x"}] == read.rows


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_the_line_end_does_not_matter_nor_does_a_missing_last_one(
    end: str, last: bool, read_csv: Callable[..., Any]
) -> None:
    text = end.join(["a,b", "1,2", "3,4"]) + (end if last else "")

    assert [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}] == read_csv(text).rows


def test_a_byte_order_mark_is_no_part_of_the_first_name(read_csv: Callable[..., Any]) -> None:
    assert ["a", "b"] == read_csv(b"\xef\xbb\xbfa,b\n1,2\n").header


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_wide_characters_are_recognised(encoding: str, read_csv: Callable[..., Any]) -> None:
    read = read_csv("name,b\nÉlodie Ωμέγα,2\n".encode(encoding))

    assert [{"name": "Élodie Ωμέγα", "b": "2"}] == read.rows


def test_a_named_encoding_is_used(read_csv: Callable[..., Any]) -> None:
    read = read_csv("a,b\nÉlodie €,2\n".encode("cp1252"), encoding="cp1252")

    assert [{"a": "Élodie €", "b": "2"}] == read.rows


def test_rows_in_another_encoding_are_named_and_the_others_read(read_csv: Callable[..., Any]) -> None:
    read = read_csv("a,b\nÉlodie,1\n".encode() + "É,2\n".encode("latin-1") + b"x,3\n")

    assert [{"a": "Élodie", "b": "1"}, {"a": "x", "b": "3"}] == read.rows
    assert [Unreadable(3, "dataset.row.invalid_encoding", b"\xc9,2\n", {"position": 1})] == read.lost


def test_rows_with_too_few_or_too_many_fields_are_named_with_their_keys(read_csv: Callable[..., Any]) -> None:
    read = read_csv(b"a,b,c\n1,2\n1,2,3\n1,2,3,4\n\n", keys=("b", "c"))

    assert [(3, {"a": "1", "b": "2", "c": "3"})] == list(zip(read.numbers, read.rows, strict=True))
    assert [(2, "wrong_columns"), (4, "wrong_columns")] == _codes(read.lost)
    assert [{"found": 2, "columns": 3}, {"found": 4, "columns": 3}] == [one.params for one in read.lost]
    assert [{"b": "2"}, {"b": "2", "c": "3"}] == [one.cells for one in read.lost]
    assert [b"1,2", b"1,2,3,4"] == [one.raw for one in read.lost]
    assert 1 == read.blank


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        (b"1,\xff,3\n", {"a": "1", "c": "3"}),
        (b'1,"never closed,3\n', {"a": "1", "c": "3"}),
        (b'1,"never closed, and more,3\n', {"a": "1"}),
        (b"1," + b"x" * 1_100_000 + b",3\n", {"a": "1"}),
        (b"1," + b"x" * 140_000 + b",3,4\n", {"a": "1", "c": "3"}),
        ("1,\u2028\x1c,3,4\n".encode(), {"a": "1", "c": "3"}),
    ],
    ids=["encoding", "quote", "quote and delimiter", "too long", "long field", "odd signs"],
)
def test_of_an_unreadable_row_the_legible_keys_are_kept(
    row: bytes, cells: dict[str, str], read_csv: Callable[..., Any]
) -> None:
    read = read_csv(b"a,b,c\n" + row + b"5,6,7\n", keys=("a", "c"))

    assert ([cells], [{"a": "5", "b": "6", "c": "7"}]) == ([one.cells for one in read.lost], read.rows)


@pytest.mark.parametrize("row", [b'"never closed,2\n', b'x,"never\n', b'x,"closed on\n', b'"x""\n'])
def test_a_quote_that_is_not_closed_costs_its_own_line(row: bytes, read_csv: Callable[..., Any]) -> None:
    read = read_csv(b"a,b\n1,2\n" + row + b'5,6\nanother" line,8\n')

    assert [{"a": "1", "b": "2"}, {"a": "5", "b": "6"}, {"a": 'another" line', "b": "8"}] == read.rows
    assert [(3, "unterminated_quote")] == _codes(read.lost)


@pytest.mark.parametrize("close", [b'5,"6"\n', b'5,6"\n'])
def test_an_open_quote_that_meets_a_later_one_does_not_swallow_the_rows_between(
    close: bytes, read_csv: Callable[..., Any]
) -> None:
    read = read_csv(b'a,b\n"open\n3,4\n' + close + b"7,8\n")

    assert [("3", "4"), ("7", "8")] == [(row["a"], row["b"]) for row in (read.rows[0], read.rows[-1])]
    assert [(2, "unterminated_quote")] == _codes(read.lost)
    assert [3, 4, 5] == read.numbers


def test_a_record_over_the_limit_is_cut_out(read_csv: Callable[..., Any]) -> None:
    long = b"y" * 1_048_570
    read = read_csv(b"a,b\n1,2\n" + b"x" * 1_100_000 + b",2\n" + long + b",3\n5,6\n")

    assert [2, 4, 5] == read.numbers
    assert long.decode() == read.rows[1]["a"]
    assert [(3, "record_too_long")] == _codes(read.lost)
    assert b"x" * 200 == read.lost[0].raw


def test_blank_rows_are_counted_and_keep_their_number(read_csv: Callable[..., Any]) -> None:
    read = read_csv(b'a,b\n\n1,2\n,\n"",""\n3,4\n\n')

    assert ([3, 6], 4) == (read.numbers, read.blank)


def test_a_row_whose_wanted_cells_alone_are_empty_is_no_blank_row(read_csv: Callable[..., Any]) -> None:
    read = read_csv(b"a,b\n,2\n", ["a"])

    assert ([{"a": None}], 0) == (read.rows, read.blank)


def test_a_header_only_gives_no_row(read_csv: Callable[..., Any]) -> None:
    read = read_csv(b"a,b\n")

    assert (["a", "b"], [], [], 0) == (read.header, read.rows, read.lost, read.blank)


def test_a_packed_file_is_unpacked(read_csv: Callable[..., Any]) -> None:
    assert [{"a": "1", "b": "é"}] == read_csv(gzip.compress("a,b\n1,é\n".encode())).rows


_CELL = st.text(st.characters(exclude_categories=["Cs"]), max_size=6) | st.text(' ,;\t|"\n\r\0é', max_size=6)


@settings(max_examples=60, deadline=None)
@given(
    table=st.integers(2, 4).flatmap(
        lambda width: st.lists(st.lists(_CELL, min_size=width, max_size=width), max_size=6)
    ),
    delimiter=st.sampled_from(",;\t|"),
    style=st.sampled_from([("\r\n", csv.QUOTE_MINIMAL), ("\r\n", csv.QUOTE_ALL), ("\n", csv.QUOTE_ALL)]),
)
def test_any_table_written_by_the_csv_module_is_read_back(
    table: list[list[str]], delimiter: str, style: tuple[str, Any], read_csv: Callable[..., Any]
) -> None:
    names = [f"c{place}" for place in range(len(table[0]) if table else 2)]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=style[0], quoting=style[1]).writerows([names, *table])

    read = read_csv(text.getvalue(), encoding="utf-8")

    filled = [(number, row) for number, row in enumerate(table, 2) if any(row)]
    assert [dict(zip(names, (cell or None for cell in row), strict=True)) for _, row in filled] == read.rows
    assert ([number for number, _ in filled], []) == (read.numbers, read.lost)
    assert len(table) - len(filled) == read.blank


_PIECES = st.sampled_from([b"a", b"1", b",", b",", b"\n", b"\n", b'"', b'""', b"\xc3\xa9", b"\xff", b"\0", b" "])


@settings(max_examples=100, deadline=None)
@given(body=st.lists(_PIECES, max_size=40).map(b"".join), sizes=st.lists(st.integers(1, 9), max_size=12))
def test_where_the_stream_is_cut_does_not_matter(body: bytes, sizes: list[int], read_csv: Callable[..., Any]) -> None:
    whole, cut = (
        read_csv(b"a,b\n" + body, encoding="utf-8"),
        read_csv(b"a,b\n" + body, encoding="utf-8", sizes=[4, *sizes]),
    )

    assert whole == cut


@settings(max_examples=100, deadline=None)
@given(body=st.lists(_PIECES | st.just(b"\r") | st.binary(max_size=3), max_size=40).map(b"".join))
def test_any_bytes_give_rows_unreadable_rows_or_blank_ones_and_lose_none(
    body: bytes, read_csv: Callable[..., Any]
) -> None:
    read = read_csv(b"a,b\n" + body, encoding="utf-8")

    numbers = [*read.numbers, *(one.source_row for one in read.lost)]
    assert len(numbers) == len(set(numbers))
    assert set(numbers) <= set(range(2, 2 + len(numbers) + read.blank))
    if b'"' not in body and b"\r" not in body:
        lines = body.split(b"\n")
        assert len(lines) - (not lines[-1]) == len(numbers) + read.blank


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=60).filter(lambda data: not data.startswith(b"\x1f\x8b")))  # gzip: test_source.py
def test_any_bytes_are_read_or_refused_as_a_file(data: bytes, read_csv: Callable[..., Any]) -> None:
    try:
        outcome = read_csv(data).header
    except BadInput as error:
        outcome = error.code

    assert outcome
    assert isinstance(outcome, list) or outcome.startswith("dataset.reader.")
