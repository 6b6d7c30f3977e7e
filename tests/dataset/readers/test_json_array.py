"""A JSON array, or objects one after the other, cut into objects without holding the whole."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passavant.dataset.readers.batch import RECORD_LIMIT, Unreadable
from passavant.dataset.readers.json_array import array_blocks
from passavant.errors import BadInput


def _objects(blocks: Iterable[bytes]) -> tuple[list[tuple[int, Any]], list[Unreadable]]:
    """Return the objects with their positions, and the unreadable ones."""
    found = list(array_blocks(iter(blocks), "x.json"))
    texts = [(int(row), text) for one in found for row, text in zip(one.rows, one.texts.to_pylist(), strict=True)]
    return [(row, json.loads(text)) for row, text in texts], [bad for one in found for bad in one.unreadable]


def _cut(data: bytes, sizes: Iterable[int]) -> list[bytes]:
    blocks = []
    for size in sizes:
        blocks.append(data[:size])
        data = data[size:]
    return [block for block in [*blocks, data] if block]


@pytest.mark.parametrize(
    "data",
    [
        b'[{"a":1},{"a":2}]',
        b'\n [ {"a":1} ,\r\n\t{"a":2} ] \n',
        b'{"a":1}{"a":2}',
        b'{"a":1}\n{\n  "a": 2\n}\n',
        b'{"a":1},{"a":2}',
    ],
)
def test_an_array_and_objects_one_after_the_other_are_read(data: bytes) -> None:
    assert ([(1, {"a": 1}), (2, {"a": 2})], []) == _objects([data])


@pytest.mark.parametrize("data", [b"[]", b" [ ] ", b"", b"\n"])
def test_an_empty_array_has_no_object(data: bytes) -> None:
    assert ([], []) == _objects([data])


@pytest.mark.parametrize("text", ["}", "{", "]", "[", ",", '"', "\\", '\\"', '"}', "\\\\", 'a\\"}],['])
def test_brackets_and_quotes_inside_texts_are_text(text: str) -> None:
    objects = [{"a": text, text: [{"b": text}]}, {"a": 1}]

    assert (list(enumerate(objects, 1)), []) == _objects([json.dumps(objects).encode()])


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b'[{"a":1}', "ends too early"),
        (b'[{"a":', "ends too early"),
        (b'[{"a":"x}]', "ends too early"),
        (b"[", "ends too early"),
        (b'[{"a":1}]]', "a bracket too many"),
        (b'[{"a":1}}]', "a bracket too many"),
        (b'{"a":1}]', "a bracket too many"),
        (b'[{"a":1}] [{"a":2}]', "a bracket too many"),
        (b"[1, 2]", "something other than objects"),
        (b'[{"a":1} oops]', "something other than objects"),
        (b'["a"]', "something other than objects"),
        (b"null", "something other than objects"),
    ],
)
def test_damage_is_an_error_of_the_file(data: bytes, says: str, refusal: Callable[..., Any]) -> None:
    refused = refusal(lambda: _objects([data]))

    assert ("dataset.reader.damaged_json", "x.json") == (refused.code, refused.place.file)
    assert says in refused.text


def test_damage_is_found_near_its_byte(refusal: Callable[..., Any]) -> None:
    data = b"[" + b'{"a":1},' * 500 + b"5]"

    refused = refusal(lambda: _objects(_cut(data, [100] * 20)))

    told = re.search(r"near byte (\d+)", refused.text)
    assert told is not None
    assert abs(data.index(b"5]") - int(told.group(1))) <= 1


def test_an_object_that_never_ends_is_refused_before_all_of_it_is_in_memory(refusal: Callable[..., Any]) -> None:
    seen = 0

    def endless() -> Iterable[bytes]:
        nonlocal seen
        yield b'[{"a":"'
        while True:
            seen += 1
            yield b"x" * 500_000

    assert "an object without end" in refusal(lambda: _objects(endless())).text
    assert 3 == seen


def test_an_object_over_the_limit_and_one_that_is_no_text_are_named_and_the_others_read() -> None:
    long = json.dumps({"a": "x" * RECORD_LIMIT}).encode()
    data = b'[{"a":1},' + long + b',{"a":"\xff"},{"a":4}]'

    objects, lost = _objects([data])

    assert [(1, {"a": 1}), (4, {"a": 4})] == objects
    assert [(2, "dataset.row.record_too_long"), (3, "dataset.row.invalid_encoding")] == [
        (one.source_row, one.code) for one in lost
    ]
    assert [long[:200], b'{"a":"\xff"}'] == [one.raw for one in lost]


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=4) | st.text('\\"{}[],', max_size=4)
_VALUES = st.recursive(_TEXT | st.none() | st.integers(), lambda inner: st.lists(inner, max_size=2), max_leaves=4)
_OBJECTS = st.lists(st.dictionaries(_TEXT, _VALUES, max_size=3), max_size=5)


@settings(max_examples=100, deadline=None)
@given(_OBJECTS, st.sampled_from([None, 1]), st.booleans(), st.lists(st.integers(1, 9), max_size=20))
def test_any_array_written_by_the_json_module_is_read_back_wherever_it_is_cut(
    objects: list[dict[str, Any]], indent: int | None, plain: bool, sizes: list[int]
) -> None:
    data = json.dumps(objects, indent=indent, ensure_ascii=plain).encode()

    assert (list(enumerate(objects, 1)), []) == _objects(_cut(data, sizes))


_BYTES = st.lists(st.sampled_from([b"{", b"}", b"[", b"]", b'"', b",", b" ", b"\\", b"a", b"\xff"]), max_size=20)


@settings(max_examples=200, deadline=None)
@given(_BYTES.map(b"".join), st.lists(st.integers(1, 7), max_size=20))
def test_any_bytes_are_cut_or_refused_alike_wherever_the_stream_is_cut(data: bytes, sizes: list[int]) -> None:
    def outcome(blocks: Iterable[bytes]) -> Any:
        try:
            found = list(array_blocks(iter(blocks), "x.json"))
        except BadInput as error:
            return error.code
        texts = [text.strip() for one in found for text in one.texts.to_pylist()]
        return texts, [bad for one in found for bad in one.unreadable]

    assert outcome([data] if data else []) == outcome(_cut(data, sizes))
