"""Goods items that stand twice: the first stays, the later ones are rejected and name it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passavant.dataset.duplicates import Duplicates, marks, repeated_marks
from passavant.dataset.intake import take_in
from passavant.engines import Engine

HEAD = "declarant_id,declaration_id,version,item_no,description\n"

Take = Callable[..., Any]
Write = Callable[..., Path]


def _expected(rejected: list[dict[str, Any]]) -> list[tuple[str, int, str]]:
    return [(row["source_file"], row["source_row"], row["errors"][0]["expected_en"]) for row in rejected]


def test_a_later_row_of_one_key_is_rejected_and_names_the_first(take: Take, write: Write) -> None:
    taken = take(write(HEAD + "D1,A1,1,1,first\nD1,A2,1,1,other\nD1,A1,1,1,again\nD1,A1,1,1,again\n"))

    assert ["first", "other"] == [row["description"] for row in taken.rows]
    says = "one row per goods item; this repeats declared.csv, row 2"
    assert [("declared.csv", 4, says), ("declared.csv", 5, says)] == _expected(taken.rejected)
    assert {"dataset.row.duplicate"} == {error["code"] for row in taken.rejected for error in row["errors"]}
    assert [("D1", "A1")] * 2 == [(row["declarant_id"], row["declaration_id"]) for row in taken.rejected]
    assert (4, 2, 2) == (taken.intake.rows_in, taken.intake.item_rows, taken.intake.rejected_rows)


@pytest.mark.parametrize("change", ["D2,A1,1,1", "D1,A2,1,1", "D1,A1,2,1", "D1,A1,1,2"])
def test_any_part_of_the_key_tells_two_items_apart(change: str, take: Take, write: Write) -> None:
    assert [] == take(write(f"{HEAD}D1,A1,1,1,x\n{change},x\n")).rejected


def test_another_administration_tells_two_items_apart(take: Take, write: Write) -> None:
    text = "declarant_id,declaration_id,administration\nD1,A1,\nD1,A1,SE\nD1,A1,NO\n"

    assert [4] == [row["source_row"] for row in take(write(text)).rejected]


def test_the_same_item_in_two_files_is_found(take: Take, write: Write) -> None:
    one = write(HEAD + "D1,A1,1,1,x\nD1,A2,1,1,x\n", "one.csv")
    two = write(
        '{"declarant_id":"D1","declaration_id":"A2"}\n{"declarant_id":"D1","declaration_id":"A3"}\n', "two.jsonl"
    )

    taken = take(one, two)

    assert [("two.jsonl", 1, "one row per goods item; this repeats one.csv, row 3")] == _expected(taken.rejected)
    assert ["A1", "A2", "A3"] == [row["declaration_id"] for row in taken.rows]


def test_the_same_file_twice_leaves_its_items_once(take: Take, write: Write) -> None:
    path = write(HEAD + "D1,A1,1,1,x\nD1,A2,1,1,x\n")

    taken = take(path, path)

    assert (4, 2, 2) == (taken.intake.rows_in, taken.intake.item_rows, taken.intake.rejected_rows)


def test_a_rejected_row_is_the_first_of_nothing(take: Take, write: Write) -> None:
    taken = take(write(HEAD + "D1,A1,1,one,unreadable\nD1,A1,1,1,readable\n"))

    assert ["readable"] == [row["description"] for row in taken.rows]
    assert ["dataset.row.not_a_number"] == [error["code"] for row in taken.rejected for error in row["errors"]]


def test_a_chance_meeting_of_marks_rejects_nothing(take: Take, write: Write) -> None:
    (file,) = take(write(HEAD + "D1,A1,1,1,x\nD1,A1,1,2,x\nD1,A1,2,1,x\nD1,A2,1,1,x\n")).intake.parquet
    every = marks(pq.read_table(file))

    found = Duplicates([file, file], np.sort(every))

    assert [2, 3, 4, 5] == [row.source_row for row in found.rejected()]
    assert [[], [0, 1, 2, 3]] == found.places


def test_rows_without_a_twin_have_marks_of_their_own(take: Take, write: Write) -> None:
    rows = (f"D{a},A{b},{c},{d},x\n" for a in range(3) for b in range(9) for c in (1, 2, 3) for d in (1, 2, 3))
    (file,) = take(write(HEAD + "".join(rows))).intake.parquet

    found = marks(pq.read_table(file))

    assert 243 == len(set(found.tolist()))
    assert [] == repeated_marks([found]).tolist()
    assert sorted(found.tolist()) == repeated_marks([found[:100], found[100:], found]).tolist()


def test_a_twin_far_down_in_a_long_file_is_found(write: Write, engine: Engine, tmp_path: Path) -> None:
    rows = "".join(f"D1,A{number},1,1,x\n" for number in range(70_000))
    path = write(HEAD + rows + "D1,A69999,1,1,x\nD1,A3,1,1,x\n")

    intake = take_in(path, work=tmp_path, engine=engine, secret=b"for tests only", administration="NO")

    assert (70_002, 70_000, 2) == (intake.rows_in, intake.item_rows, intake.rejected_rows)
    assert [70_002, 70_003] == sorted(pq.read_table(intake.rejected)["source_row"].to_pylist())
    kept = [number for file in intake.parquet for number in pq.read_table(file)["source_row"].to_pylist()]
    assert list(range(2, 70_002)) == kept


_KEYS = st.tuples(st.sampled_from(["D1", "D2"]), st.sampled_from(["A1", "A2"]), st.integers(1, 2), st.integers(1, 2))


@settings(max_examples=25, deadline=None)
@given(files=st.lists(st.lists(_KEYS, min_size=1, max_size=8), min_size=1, max_size=3))
def test_exactly_the_later_rows_are_rejected(
    files: list[list[tuple[str, str, int, int]]], take: Take, write: Write
) -> None:
    paths = [
        write(HEAD + "".join(f"{','.join(map(str, key))},x\n" for key in keys), f"{number}.csv")
        for number, keys in enumerate(files)
    ]

    taken = take(*paths)

    places = [(f"{number}.csv", row) for number, keys in enumerate(files) for row in range(2, len(keys) + 2)]
    seen: dict[Any, tuple[str, int]] = {}
    for key, place in zip(itertools.chain(*files), places, strict=True):
        seen.setdefault(key, place)
    kept = [(row["source_file"], row["source_row"]) for row in taken.rows]
    assert sorted(seen.values()) == sorted(kept)
    assert sorted(set(places) - set(kept)) == sorted((row["source_file"], row["source_row"]) for row in taken.rejected)
    assert all(
        seen[tuple(row[name] for name in HEAD.split(",")[:4])] == (row["source_file"], row["source_row"])
        for row in taken.rows
    )
