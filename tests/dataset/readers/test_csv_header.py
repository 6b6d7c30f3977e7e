"""The head of a CSV file: delimiter, names, and the number of the first row."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passavant.dataset.readers.csv_header import read_head


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_occurs_most_in_the_header(delimiter: str) -> None:
    head = read_head(iter([delimiter.join(["a", "b", "c"]).encode() + b"\n"]), "x.csv", None)

    assert (["a", "b", "c"], delimiter) == (head.names, head.dialect.delimiter)


def test_delimiters_inside_quotes_do_not_count() -> None:
    head = read_head(iter([b'"a,b,c,d";"e"\n']), "x.csv", None)

    assert ["a,b,c,d", "e"] == head.names


def test_a_delimiter_asked_for_wins_over_the_one_found() -> None:
    head = read_head(iter([b"a,b;c,d\n"]), "x.csv", ";")

    assert ["a,b", "c,d"] == head.names


@pytest.mark.parametrize("line", [b"sep=;\r\n", b'"sep=;"\n', b"SEP=;\n"])
def test_a_spreadsheet_may_declare_its_delimiter_in_the_first_line(line: bytes) -> None:
    head = read_head(iter([line + b"a,b;c,d\n1;2\n"]), "x.csv", None)

    assert (["a,b", "c,d"], 3) == (head.names, head.first_row)
    assert b"1;2\n" == b"".join(head.body)


def test_names_are_trimmed_and_an_empty_one_is_called_by_its_place() -> None:
    head = read_head(iter([b" a ,,  \n"]), "x.csv", None)

    assert ["a", "column 2", "column 3"] == head.names


def test_the_header_may_be_quoted_and_run_over_several_lines() -> None:
    head = read_head(iter([b'"first\nname",b\n1,2\n']), "x.csv", None)

    assert ["first\nname", "b"] == head.names
    assert b"1,2\n" == b"".join(head.body)


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_a_header_over_several_lines_is_read_with_any_delimiter(delimiter: str) -> None:
    head = read_head(iter([f'"first\nname"{delimiter}b\n1{delimiter}2\n'.encode()]), "x.csv", None)

    assert (["first\nname", "b"], delimiter) == (head.names, head.dialect.delimiter)
    assert f"1{delimiter}2\n".encode() == b"".join(head.body)


def test_a_declared_delimiter_that_cannot_be_one_is_not_heeded() -> None:
    head = read_head(iter([b'sep="\na;b\n']), "x.csv", None)

    assert (["a", "b"], ";") == (head.names, head.dialect.delimiter)


def test_blank_lines_before_the_header_keep_their_numbers() -> None:
    head = read_head(iter([b"\n\r\na,b\n1,2\n"]), "x.csv", None)

    assert (["a", "b"], 4) == (head.names, head.first_row)


def test_a_header_without_line_end_is_a_header() -> None:
    head = read_head(iter([b"a,b"]), "x.csv", None)

    assert (["a", "b"], b"") == (head.names, b"".join(head.body))


def test_the_body_goes_on_through_the_following_blocks() -> None:
    head = read_head(iter([b"a\n1\n2", b"3\n", b"4\n"]), "x.csv", None)

    assert b"1\n23\n4\n" == b"".join(head.body)


def test_lines_that_end_with_a_carriage_return_alone_are_lines() -> None:
    head = read_head(iter([b"a,b\r1,2\r", b"3,4\r"]), "x.csv", None)

    assert (["a", "b"], b"1,2\n3,4\n") == (head.names, b"".join(head.body))


@pytest.mark.parametrize(
    ("data", "code", "says"),
    [
        (b"", "dataset.reader.empty", "the file is empty"),
        (b" \r\n\t\n", "dataset.reader.empty", "the file is empty"),
        (b'"a,b\n1,2\n', "dataset.reader.bad_header", "the header cannot be read"),
        (b"a,\xff\n1,2\n", "dataset.reader.bad_header", "the header cannot be read"),
        (b"x" * 1_100_000, "dataset.reader.bad_header", "the header cannot be read"),
        (b"a,b\r1,2\r3,4\n5,6\n", "dataset.reader.bad_header", "the header cannot be read"),
        (b"a," + b"x" * 140_000 + b"\n1,2\n", "dataset.reader.bad_header", "the header cannot be read"),
        (b"a,b,a\n1,2,3\n", "dataset.reader.column_twice", "'a'"),
        (b"a, a \n1,2\n", "dataset.reader.column_twice", "'a'"),
    ],
)
def test_a_header_that_cannot_serve_is_refused(data: bytes, code: str, says: str, refusal: Callable[..., Any]) -> None:
    refused = refusal(lambda: read_head(iter([data]), "x.csv", None))

    assert (code, "x.csv", 1) == (refused.code, refused.place.file, refused.place.row)
    assert says in refused.text


_NAMES = st.lists(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"], exclude_characters=","), min_size=1, max_size=8),
    min_size=2,
    max_size=5,
    unique=True,
)


@settings(max_examples=60, deadline=None)
@given(_NAMES, st.sampled_from(",;\t|"), st.sampled_from(["\n", "\r\n"]))
def test_any_names_written_by_the_csv_module_are_read_back(names: list[str], delimiter: str, end: str) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerow(names)

    head = read_head(iter([text.getvalue().encode()]), "x.csv", None)

    assert names == head.names
