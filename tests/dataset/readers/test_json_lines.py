"""JSON lines: one record per line, with its number, however the stream is cut."""

from __future__ import annotations

import json
from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from passavant.dataset.readers.batch import RECORD_LIMIT, Unreadable
from passavant.dataset.readers.json_lines import line_blocks


def _lines(blocks: Iterable[bytes]) -> tuple[list[tuple[int, str]], list[Unreadable], int]:
    """Return the records with their numbers (spaces around them apart), the unreadable ones and the blank lines."""
    found = list(line_blocks(iter(blocks)))
    texts = [
        (int(row), text.strip()) for one in found for row, text in zip(one.rows, one.texts.to_pylist(), strict=True)
    ]
    return texts, [bad for one in found for bad in one.unreadable], sum(one.blank for one in found)


def _cut(data: bytes, sizes: Iterable[int]) -> list[bytes]:
    blocks = []
    for size in sizes:
        blocks.append(data[:size])
        data = data[size:]
    return [block for block in [*blocks, data] if block]


def test_each_line_is_a_record_and_a_missing_last_line_end_does_not_matter() -> None:
    assert ([(1, "{}"), (2, '{"a":1}')], [], 0) == _lines([b'{}\n{"a":1}'])
    assert ([(1, "{}"), (2, '{"a":1}')], [], 0) == _lines([b'{}\r\n{"a":1}\r\n'])


def test_blank_lines_are_counted_and_keep_their_number() -> None:
    assert ([(2, "{}"), (5, "{}")], [], 4) == _lines([b"\n{}\n \t\n\r\n{}\n\n"])


def test_a_quote_does_not_join_lines() -> None:
    assert ([(1, '{"a":"x'), (2, 'y"}')], [], 0) == _lines([b'{"a":"x\ny"}\n'])


def test_a_line_that_is_no_text_is_named_with_the_place_of_its_first_wrong_byte() -> None:
    bad = Unreadable(2, "dataset.row.invalid_encoding", b'{"a":"\xff"}\n', {"position": 7})

    assert ([(1, "{}"), (3, "{}")], [bad], 0) == _lines([b'{}\n{"a":"\xff"}\n{}\n'])


def test_a_line_over_the_limit_costs_itself_alone() -> None:
    data = b"{}\n" + b"x" * (RECORD_LIMIT + 1) + b"\n{}\n"

    for blocks in ([data], [data[at : at + 300_000] for at in range(0, len(data), 300_000)]):
        texts, lost, blank = _lines(blocks)
        assert ([(1, "{}"), (3, "{}")], 0) == (texts, blank)
        assert [Unreadable(2, "dataset.row.record_too_long", b"x" * 200, {"limit": RECORD_LIMIT})] == lost


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
_OBJECTS = st.lists(st.dictionaries(_TEXT, _TEXT | st.none() | st.integers(), max_size=3), max_size=6)


@settings(max_examples=60, deadline=None)
@given(_OBJECTS, st.booleans(), st.lists(st.integers(1, 20), max_size=10))
def test_any_objects_written_by_the_json_module_come_line_by_line(
    objects: list[dict[str, object]], plain: bool, sizes: list[int]
) -> None:
    texts = [json.dumps(one, ensure_ascii=plain) for one in objects]
    data = "".join(f"{text}\n" for text in texts).encode()

    assert (list(enumerate(texts, 1)), [], 0) == _lines(_cut(data, sizes))


_BYTES = st.lists(
    st.sampled_from([b"{", b"}", b'"', b"\n", b"\n", b" ", b"\r", b"a", b"\xc3\xa9", b"\xff"]), max_size=30
)


@settings(max_examples=100, deadline=None)
@given(_BYTES.map(b"".join), st.lists(st.integers(1, 7), max_size=20))
def test_any_bytes_cut_anywhere_give_each_line_once(data: bytes, sizes: list[int]) -> None:
    texts, lost, blank = _lines(_cut(data, sizes))

    lines = data.split(b"\n")[: None if data.split(b"\n")[-1] else -1]
    numbers = [*(row for row, _ in texts), *(one.source_row for one in lost)]
    assert [row for row, line in enumerate(lines, 1) if line.strip()] == sorted(numbers)
    assert len(lines) - len(numbers) == blank


def test_a_line_of_spaces_that_json_does_not_know_is_not_blank_whatever_stands_beside_it() -> None:
    wide = "\u00a0\n".encode()

    numbers = [[row for one in line_blocks(iter([data])) for row in one.rows] for data in (wide, wide + b"\n")]

    assert [[1], [1]] == numbers
