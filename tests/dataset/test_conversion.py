"""From a batch of text to goods items: ids, row numbers, and what a row lacks."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passavant.dataset.conversion import consignment_ids
from passavant.dataset.schema import load_schema


def _ids(*rows: tuple[str, str, str]) -> list[str]:
    columns = zip(*rows, strict=True)
    return list(consignment_ids(*(pa.array(list(column), pa.string()) for column in columns)).to_pylist())


def test_a_consignment_is_named_by_administration_declarant_and_declaration() -> None:
    assert ["NO:D1:A1", "FR:D 2:é/7"] == _ids(("NO", "D1", "A1"), ("FR", "D 2", "é/7"))


def test_a_colon_in_the_first_two_parts_is_written_otherwise() -> None:
    assert ["NO:a%3Ab:c", "NO:a:b:c", "N%25O:D:%3A"] == _ids(
        ("NO", "a:b", "c"), ("NO", "a", "b:c"), ("N%O", "D", "%3A")
    )


_PART = st.text(":%a3A25", min_size=1, max_size=5)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(_PART, _PART, _PART), min_size=1, max_size=8, unique=True))
def test_two_consignments_never_share_an_id(rows: list[tuple[str, str, str]]) -> None:
    assert len(rows) == len(set(_ids(*rows)))


@pytest.mark.parametrize(("name", "value"), [("declarant_id", ""), ("declaration_id", "  ")])
def test_a_row_without_an_id_of_its_own_is_rejected(
    name: str, value: str, take: Callable[..., Any], write: Callable[..., Path]
) -> None:
    row = {"declarant_id": "D1", "declaration_id": "A1"} | {name: value}

    taken = take(write(",".join(row) + "\n" + ",".join(row.values()) + "\nD2,A2\n"))

    assert [("D2", "A2", 3)] == [(one["declarant_id"], one["declaration_id"], one["source_row"]) for one in taken.rows]
    assert [("dataset.row.key_missing", name, None)] == [
        (error["code"], error["field"], error["value"]) for error in taken.rejected[0]["errors"]
    ]
    assert [row["declarant_id"] or None, row["declaration_id"].strip() or None] == [
        taken.rejected[0]["declarant_id"],
        taken.rejected[0]["declaration_id"],
    ]


def test_each_fault_of_a_row_is_an_error_of_its_own_in_the_order_of_the_data_set(
    take: Callable[..., Any], write: Callable[..., Path]
) -> None:
    text = "packages,quantity,lodged_at,declaration_id,declarant_id,second_hand\n1.5,many,never,A1,D1,perhaps\n"

    (rejected,) = take(write(text)).rejected

    assert [("lodged_at", "never"), ("quantity", "many"), ("packages", "1.5"), ("second_hand", "perhaps")] == [
        (error["field"], error["value"]) for error in rejected["errors"]
    ]
    assert ("declared.csv", 2, "D1", "A1") == tuple(
        rejected[name] for name in ("source_file", "source_row", "declarant_id", "declaration_id")
    )


def test_a_row_of_wrong_width_is_still_named_by_its_ids(take: Callable[..., Any], write: Callable[..., Path]) -> None:
    taken = take(write("x,declarant_id,declaration_id\n1,D1,A1,\n1,D2\n1,D3,A3\n"))

    assert [("D1", "A1"), ("D2", None)] == [(one["declarant_id"], one["declaration_id"]) for one in taken.rejected]


@pytest.mark.parametrize("sign", ["\u2028", "\u0085", "\x0b", "\x0c", "\x1c", "x" * 140_000])
def test_it_is_named_whatever_signs_are_in_it(sign: str, take: Callable[..., Any], write: Callable[..., Path]) -> None:
    (rejected,) = take(write(f"x,declarant_id,declaration_id\na{sign}b,D1,A1,more\n")).rejected

    assert ("D1", "A1") == (rejected["declarant_id"], rejected["declaration_id"])


def test_a_rejected_row_names_its_administration_or_the_one_of_the_deployment(
    take: Callable[..., Any], write: Callable[..., Path], mapped: Callable[..., Any]
) -> None:
    text = "declarant_id,declaration_id,administration\nD1,A1,,more\nD1,A2,SE,more\nD1,,SE\n"
    plain = take(write(text)).rejected
    foreign = take(write(text), mapping=mapped("administration: {from: administration, values: {SE: FI}}")).rejected

    assert [["NO", "SE", "SE"], ["NO", "FI", "FI"]] == [
        [row["administration"] for row in rejected] for rejected in (plain, foreign)
    ]


def test_every_declared_element_arrives_in_its_own_column(take: Callable[..., Any], write: Callable[..., Path]) -> None:
    declared = {element.name: element.example for element in load_schema().elements}
    parties = {element.name for element in load_schema().elements if element.intake is not None}

    (row,) = take(write(json.dumps(declared), "declared.jsonl")).rows

    kept = {name: row[name] for name in declared if name not in parties}
    assert [] == [name for name, value in kept.items() if value is None]
    assert set() == parties & set(row)
    assert declared["description"] == row["description"]
    assert ("declared.jsonl", 1) == (row["source_file"], row["source_row"])


def test_administration_version_and_item_have_what_they_need(
    take: Callable[..., Any], write: Callable[..., Path]
) -> None:
    text = "declarant_id,declaration_id,administration,version\nD1,A1,,\nD1,A2,SE,3\n"

    rows = take(write(text)).rows

    assert [("NO", 1, 1, "NO:D1:A1"), ("SE", 3, 1, "SE:D1:A2")] == [
        (row["administration"], row["version"], row["item_no"], row["consignment_id"]) for row in rows
    ]
