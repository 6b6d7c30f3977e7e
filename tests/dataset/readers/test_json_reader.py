"""JSON records as rows: flat, or nested under `items`; digits stay as they were written."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passavant.dataset.readers.batch import Unreadable

#: Numbers with more digits than a double holds.
_LONG_NUMBERS = [
    "0.30000000000000004",
    "123456789012.3456",
    "-12345678901234567.25",
    "12345678901234567890",
    "98765432109876543210987654321098765432109876",
    "9" * 5000,
]


def _codes(lost: list[Unreadable]) -> list[tuple[int, str]]:
    return [(one.source_row, one.code.removeprefix("dataset.row.")) for one in lost]


def _lines(*records: Any) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def _as_text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value)


def test_blank_lines_before_the_first_record_are_counted(read_json: Callable[..., Any]) -> None:
    for sizes in ((), (1, 1), (2,)):
        read = read_json('\n\n{"a":1}\n', sizes=sizes)
        assert ([3], 2) == (read.numbers, read.blank)


def test_a_name_that_cannot_be_shown_is_shown_with_a_question_mark(read_json: Callable[..., Any]) -> None:
    assert ["a", "?"] == read_json('{"a":1}\n{"a":2,"\\ud800":1}\n').header


@pytest.mark.parametrize("record", ['{"a":[1,2.5],"b":%s}', '{"a":1,"a":2,"b":%s}', '{"a":{"é":[true,null]},"b":%s}'])
def test_a_long_number_does_not_change_how_the_rest_of_its_record_is_read(
    record: str, read_json: Callable[..., Any]
) -> None:
    short, long = (read_json(record % number + "\n", ["a"]).rows for number in ("1", "12345678901234567890"))

    assert short == long


def test_cells_come_as_text_and_absent_or_null_ones_as_null(read_json: Callable[..., Any]) -> None:
    read = read_json('{"a":"x","b":1}\n{"b":null,"c":true}\n{"a":" é ","b":[1,"y"]}\n')

    assert ["a", "b", "c"] == read.header
    assert [
        {"a": "x", "b": "1", "c": None},
        {"a": None, "b": None, "c": "true"},
        {"a": " é ", "b": '[1,"y"]', "c": None},
    ] == read.rows
    assert [1, 2, 3] == read.numbers


def test_an_array_is_read_as_lines_are(read_json: Callable[..., Any]) -> None:
    records = [{"a": "x", "b": "1"}, {"a": "y"}]

    as_lines, as_array = read_json(_lines(*records)), read_json(json.dumps(records), lines=False)

    assert as_lines == as_array


@pytest.mark.parametrize(
    "number",
    ["0", "-7", "0.1", "1234.5", "19.99", *_LONG_NUMBERS],
)
def test_the_digits_of_a_number_stay_as_they_were_written(number: str, read_json: Callable[..., Any]) -> None:
    read = read_json(f'{{"a":{number},"b":"x"}}\n{{"a":1}}\n', ["a", "b"])

    assert [{"a": number, "b": "x"}, {"a": "1", "b": None}] == read.rows


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b'{"a":1', "invalid_json"),
        (b"{'a':1}", "invalid_json"),
        (b'{"a":"\\ud800"}', "invalid_json"),
        (b'{"a":"\\ud800","b":12345678901234567890}', "invalid_json"),
        (b'{"a":1}{"a":2}', "invalid_json"),
        (b"nonsense", "invalid_json"),
        (b"[1]", "not_an_object"),
        (b'"text"', "not_an_object"),
        (b"5", "not_an_object"),
        (b"null", "not_an_object"),
        (b'{"items":[]}', "no_items"),
        (b'{"a":"\xff"}', "invalid_encoding"),
    ],
)
def test_a_line_that_is_no_record_costs_itself_alone(line: bytes, code: str, read_json: Callable[..., Any]) -> None:
    read = read_json(b'{"a":"before"}\n' + line + b'\n{"a":"after"}\n', ["a"])

    assert [(1, "before"), (3, "after")] == [
        (number, row["a"]) for number, row in zip(read.numbers, read.rows, strict=True)
    ]
    assert ([(2, code)], line) == (_codes(read.lost), read.lost[0].raw.strip())


@pytest.mark.parametrize("depth", [3_000, 100_000])
@pytest.mark.parametrize("number", ["7", "12345678901234567890"])
def test_a_record_nested_without_end_costs_itself_at_most(
    depth: int, number: str, read_json: Callable[..., Any]
) -> None:
    deep = f'{{"a":{number},"x":{"[" * depth}{"]" * depth}}}'

    read = read_json(f'{deep}\n{{"a":"after"}}\n', ["a"])

    assert "after" == read.rows[-1]["a"]
    assert 2 == len(read.rows) + len(read.lost)


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        (b'{"id":"A1","no":7,', {"id": "A1", "no": "7"}),
        (b'{"id":"A1","no":12345678901234567890}}', {"id": "A1", "no": "12345678901234567890"}),
        (b'{"no":7,"id":"A1","x":"\xff"}', {"id": "A1", "no": "7"}),
        (b'{"id":"A1","items":[]}', {"id": "A1"}),
        (b'{"id":"A1","x":{"id":"B2"}', {}),  # two different values say nothing
        (b'{"id":["A1"]', {}),
        (b"nonsense", {}),
    ],
)
def test_of_an_unreadable_record_the_legible_keys_are_kept(
    line: bytes, cells: dict[str, str], read_json: Callable[..., Any]
) -> None:
    read = read_json(b'{"id":"A0","no":1}\n' + line + b"\n", ["id", "no"], keys=("id", "no"))

    assert [cells] == [one.cells for one in read.lost]


def test_surrogates_in_pairs_are_one_character(read_json: Callable[..., Any]) -> None:
    assert [{"a": "😀"}] == read_json(b'{"a":"\\ud83d\\ude00"}\n').rows


def test_blank_lines_are_counted(read_json: Callable[..., Any]) -> None:
    read = read_json(b'\n{"a":1}\n\n{"a":2}\n')

    assert ([2, 4], 2) == (read.numbers, read.blank)


@pytest.mark.parametrize(("data", "lines"), [(b"", True), (b"\n \n", True), (b"", False), (b"[]", False)])
def test_an_input_without_any_record_is_refused(
    data: bytes, lines: bool, read_json: Callable[..., Any], refusal: Callable[..., Any]
) -> None:
    assert "dataset.reader.empty" == refusal(lambda: read_json(data, lines=lines)).code


def test_a_packed_file_a_byte_order_mark_and_wide_characters_are_read(read_json: Callable[..., Any]) -> None:
    text = '{"a":"é"}\n'

    for data in (gzip.compress(text.encode()), b"\xef\xbb\xbf" + text.encode(), text.encode("utf-16")):
        assert [{"a": "é"}] == read_json(data).rows


@pytest.mark.parametrize("value", [9, 98765432109876543210])  # the second goes through Python's reader
def test_a_nested_consignment_gives_a_row_per_item_with_what_the_item_lacks(
    value: int, read_json: Callable[..., Any]
) -> None:
    record = {"id": "A1", "value": value, "items": [{"name": "cup", "value": "3"}, {"name": "pot", "id": "own"}]}
    read = read_json(_lines(record, {"id": "A2", "name": "flat", "value": "5"}), item_only=frozenset({"value"}))

    assert ["id", "value", "name"] == read.header
    assert [
        {"id": "A1", "value": "3", "name": "cup"},
        {"id": "own", "value": None, "name": "pot"},
        {"id": "A2", "value": "5", "name": "flat"},
    ] == read.rows
    assert [1, 1, 2] == read.numbers


@pytest.mark.parametrize("digits", ["7", "12345678901234567890"])
def test_items_are_numbered_by_their_place_unless_they_say_otherwise(
    digits: str, read_json: Callable[..., Any]
) -> None:
    text = f'{{"x":{digits},"items":[{{"x":1}},{{"no":"7"}},{{}}]}}\n{{"x":2}}\n'
    read = read_json(text, ["no", "x"], position="no")

    assert [("1", "1"), ("7", digits), ("3", digits), (None, "2")] == [(row["no"], row["x"]) for row in read.rows]


@pytest.mark.parametrize("digits", ["7", "12345678901234567890"])
def test_an_item_that_is_no_object_is_named_and_its_neighbours_read(digits: str, read_json: Callable[..., Any]) -> None:
    read = read_json(f'{{"x":{digits},"items":[{{"a":"1"}},5,null,{{"a":"4"}}]}}\n', ["a", "x"])

    assert [("1", digits), ("4", digits)] == [(row["a"], row["x"]) for row in read.rows]
    assert [(1, "not_an_object")] * 2 == _codes(read.lost)


def test_items_that_are_no_list_leave_the_record_flat(read_json: Callable[..., Any]) -> None:
    read = read_json(_lines({"a": "1", "items": 3}, {"a": "2", "items": {"a": "3"}}), ["a"])

    assert [{"a": "1"}, {"a": "2"}] == read.rows


@pytest.mark.parametrize("number", ["7", "12345678901234567890"])
def test_a_pointer_leads_into_nested_objects(number: str, read_json: Callable[..., Any]) -> None:
    data = f'{{"buyer":{{"name":"Ada","a/b":{{"m~n":{number}}}}}}}\n{{"buyer":"nobody"}}\n'
    read = read_json(data, ["/buyer/name", "/buyer/a~1b/m~0n"])

    assert [["Ada", number], [None, None]] == [list(row.values()) for row in read.rows]


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
_KEYS = st.sampled_from(["a", "b/c", "d~1", "e'\"", "é", "$.x", "[0]"])
_CELLS = _TEXT | st.none() | st.booleans() | st.integers() | st.integers(-(10**40), 10**40)


@settings(max_examples=40, deadline=None)
@given(
    records=st.lists(st.dictionaries(_KEYS, _CELLS), min_size=1, max_size=6),
    lines=st.booleans(),
    plain=st.booleans(),
    sizes=st.lists(st.integers(1, 40), max_size=9),
)
def test_any_records_written_by_the_json_module_are_read_back(
    records: list[dict[str, Any]], lines: bool, plain: bool, sizes: list[int], read_json: Callable[..., Any]
) -> None:
    texts = [json.dumps(record, ensure_ascii=plain) for record in records]
    names = sorted({name for record in records for name in record}) or ["a"]

    read = read_json("\n".join(texts) if lines else f"[{','.join(texts)}]", names, lines=lines, sizes=sizes)

    expected = [{name: _as_text(record.get(name)) for name in names} for record in records]
    assert (expected, list(range(1, len(records) + 1)), []) == (read.rows, read.numbers, read.lost)


_ITEM = st.dictionaries(
    st.sampled_from(["no", "own", "shared"]), st.sampled_from(["x", "", None, 12345678901234567890])
)


@settings(max_examples=40, deadline=None)
@given(records=st.lists(st.tuples(_ITEM, st.none() | st.lists(_ITEM, min_size=1, max_size=3)), min_size=1, max_size=4))
def test_nested_items_are_what_a_plain_reading_of_the_rule_gives(
    records: list[tuple[dict[str, Any], list[dict[str, Any]] | None]], read_json: Callable[..., Any]
) -> None:
    data = _lines(*(head if items is None else head | {"items": items} for head, items in records))

    read = read_json(data, ["no", "own", "shared"], item_only=frozenset({"own"}), position="no")

    expected = []
    for head, items in records:
        for place, item in enumerate([head] if items is None else items, 1):
            row = {name: item.get(name) for name in ("no", "own", "shared")}
            if items is not None:
                row["no"] = str(place) if row["no"] is None else row["no"]
                row["shared"] = head.get("shared") if row["shared"] is None else row["shared"]
            expected.append({name: _as_text(value) for name, value in row.items()})
    assert expected == read.rows


_BYTES = st.lists(
    st.sampled_from(
        [b"{", b"}", b"[", b"]", b'"', b":", b",", b"\n", b"\n", b'"a":1', b'{"a":2}', b"\xff", b" ", b"5"]
    ),
    max_size=25,
).map(b"".join)


@settings(max_examples=40, deadline=None)
@given(data=_BYTES)
def test_any_bytes_give_each_line_as_a_row_an_unreadable_row_or_a_blank_one(
    data: bytes, read_json: Callable[..., Any]
) -> None:
    lines = (b"{}\n" + data + b"x").split(b"\n")

    read = read_json(b"\n".join(lines), ["a"])

    numbers = sorted([*read.numbers, *(one.source_row for one in read.lost)])
    assert [row for row, line in enumerate(lines, 1) if line.strip()] == numbers
    assert len(lines) - len(numbers) == read.blank
