"""Parquet of any column types, as text."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passavant.dataset.readers.batch import Unreadable

_ORDER = uuid.UUID("12345678-1234-5678-9abc-def012345678")
DAY = dt.date(2026, 7, 1)
NOON = dt.datetime(2026, 7, 1, 12, 0, 5, 250_000, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def parquet(new_folder: Callable[[], Path]) -> Callable[..., Path]:
    """Return a function that writes columns to a Parquet file."""

    def to_file(**columns: Any) -> Path:
        path = new_folder() / "declared.parquet"
        pq.write_table(pa.table(columns), path)
        return path

    return to_file


@pytest.mark.parametrize(
    ("array", "texts"),
    [
        (pa.array(["a", None, " é ", ""]), ["a", None, " é ", ""]),
        (pa.array(["a", None], pa.large_string()), ["a", None]),
        (pa.array(["POST", "post", None]).dictionary_encode(), ["POST", "post", None]),
        (pa.array([1, None, -(2**62)]), ["1", None, str(-(2**62))]),
        (pa.array([0.1, 1234.5, None]), ["0.1", "1234.5", None]),
        (pa.array([Decimal("1.50"), None], pa.decimal128(10, 2)), ["1.50", None]),
        (pa.array([True, False, None]), ["true", "false", None]),
        (pa.array([DAY, None]), ["2026-07-01", None]),
        (pa.array([NOON, None], pa.timestamp("us")), ["2026-07-01 12:00:05.250000", None]),
        (pa.array([NOON], pa.timestamp("ms")), ["2026-07-01 12:00:05.250000"]),
        (pa.array([NOON], pa.timestamp("ns", "UTC")), ["2026-07-01 12:00:05.250000Z"]),
        (pa.array([NOON, None], pa.timestamp("us", "Europe/Paris")), ["2026-07-01 12:00:05.250000Z", None]),
        (pa.array([["a", "b"], None, []]), ['["a","b"]', None, "[]"]),
        (pa.array([{"a": 1, "b": "é"}, None]), ['{"a":1,"b":"é"}', None]),
        (pa.array([b"abc", None]), ["abc", None]),
        (pa.array([_ORDER.bytes, None, bytes(16)], pa.uuid()), [str(_ORDER), None, str(uuid.UUID(int=0))]),
        (pa.array(['{"a":1}', None], pa.json_()), ['{"a":1}', None]),
        (pa.nulls(2), [None, None]),
    ],
    ids=lambda value: str(value.type) if isinstance(value, pa.Array) else "",
)
def test_a_column_of_any_type_comes_as_text(
    array: pa.Array, texts: list[str | None], parquet: Callable[..., Path], read_parquet: Callable[..., Any]
) -> None:
    read = read_parquet(parquet(cell=array))

    assert texts == [row["cell"] for row in read.rows]
    assert list(range(1, len(texts) + 1)) == read.numbers


def test_only_the_columns_asked_for_are_read(parquet: Callable[..., Path], read_parquet: Callable[..., Any]) -> None:
    read = read_parquet(parquet(a=["1"], b=["2"], c=["3"]), ["c", "a"])

    assert (["a", "b", "c"], [{"c": "3", "a": "1"}]) == (read.header, read.rows)


def test_a_row_whose_text_is_not_utf8_is_named_and_the_others_read(
    parquet: Callable[..., Path], read_parquet: Callable[..., Any]
) -> None:
    broken = pa.array([b"x", b"\xff", b"z"]).view(pa.string())
    read = read_parquet(parquet(a=broken, b=["1", "2", "3"]))

    assert [(1, "x", "1"), (3, "z", "3")] == [
        (number, row["a"], row["b"]) for number, row in zip(read.numbers, read.rows, strict=True)
    ]
    assert [Unreadable(2, "dataset.row.invalid_encoding", b"", {"position": 1})] == read.lost


def test_broken_text_in_a_column_that_nobody_asked_for_costs_nothing(
    parquet: Callable[..., Path], read_parquet: Callable[..., Any]
) -> None:
    read = read_parquet(parquet(a=["1"], b=pa.array([b"\xff"]).view(pa.string())), ["a"])

    assert ([{"a": "1"}], []) == (read.rows, read.lost)


def test_rows_are_numbered_through_the_batches(parquet: Callable[..., Path], read_parquet: Callable[..., Any]) -> None:
    read = read_parquet(parquet(a=pa.array(range(70_000))))

    assert list(range(1, 70_001)) == read.numbers
    assert {"a": "69999"} == read.rows[-1]


@pytest.mark.parametrize("keep", [4, 40, -1, -10])
def test_a_file_cut_short_is_refused(
    keep: int, parquet: Callable[..., Path], read_parquet: Callable[..., Any], refusal: Callable[..., Any]
) -> None:
    path = parquet(a=["x" * 100, "y"])
    path.write_bytes(path.read_bytes()[:keep])

    refused = refusal(lambda: read_parquet(path))

    assert ("dataset.reader.damaged_parquet", str(path)) == (refused.code, refused.place.file)


def test_a_file_damaged_inside_is_refused(
    parquet: Callable[..., Path], read_parquet: Callable[..., Any], refusal: Callable[..., Any]
) -> None:
    path = parquet(a=[str(number) * 9 for number in range(5000)])
    data = bytearray(path.read_bytes())
    data[4:2000] = b"\xff" * 1996
    path.write_bytes(bytes(data))

    assert "dataset.reader.damaged_parquet" == refusal(lambda: read_parquet(path)).code


_TEXT = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=6)


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.tuples(_TEXT, st.none() | st.integers(-(2**63), 2**63 - 1)), max_size=6))
def test_any_texts_and_whole_numbers_are_read_back(
    rows: list[tuple[str | None, int | None]], parquet: Callable[..., Path], read_parquet: Callable[..., Any]
) -> None:
    texts, numbers = [row[0] for row in rows], [row[1] for row in rows]

    read = read_parquet(parquet(text=pa.array(texts, pa.string()), number=pa.array(numbers, pa.int64())))

    expected = [{"text": text, "number": None if number is None else str(number)} for text, number in rows]
    assert (expected, []) == (read.rows, read.lost)
