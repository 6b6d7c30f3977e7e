"""Cutting a stream at the ends of records: every byte in one piece, wherever the blocks end."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passavant.dataset.readers.batch import RECORD_LIMIT
from passavant.dataset.readers.records import is_utf8, pieces
from passavant.dataset.readers.repair import BadRecord, Dialect

CSV = Dialect(",", columns=2)
LINES = Dialect(quoting=False)


def _records(blocks: Iterable[bytes], dialect: Dialect) -> list[bytes | BadRecord]:
    """Return the pieces with neighbouring readable ones joined: where they are parted is free."""
    joined: list[bytes | BadRecord] = []
    for piece in pieces(blocks, dialect):
        if isinstance(piece, bytes) and joined and isinstance(joined[-1], bytes):
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined


def _cut(data: bytes, sizes: Iterable[int]) -> list[bytes]:
    blocks = []
    for size in sizes:
        blocks.append(data[:size])
        data = data[size:]
    return [block for block in [*blocks, data] if block]


def test_a_record_is_never_parted() -> None:
    assert [b"1,2\n", b"3,4\n"] == list(pieces([b"1,2\n3", b",4\n"], CSV))
    assert [b'1,"a\nb"\n3,4\n'] == list(pieces([b'1,"a\n', b'b"\n3,4\n'], CSV))


def test_a_last_record_without_line_end_gets_one() -> None:
    assert [b"1,2\n3,4\n"] == _records([b"1,2\n3,4"], CSV)


def test_nothing_gives_nothing() -> None:
    assert [] == list(pieces([], CSV))
    assert [] == list(pieces([b""], CSV))


def test_quotes_are_plain_characters_where_the_dialect_knows_none() -> None:
    assert [b'{"a\n', b'b"}\n'] == list(pieces([b'{"a\nb"', b"}\n"], LINES))


@pytest.mark.parametrize("size", [1_000, 70_000, RECORD_LIMIT, 4 << 20])
@pytest.mark.parametrize("dialect", [CSV, LINES])
def test_a_record_over_the_limit_is_one_bad_record_however_the_stream_is_cut(size: int, dialect: Dialect) -> None:
    size = max(size, 20_000)
    data = b"1,2\n" + b"x" * (RECORD_LIMIT + 1) + b"\n3,4\n" + b"y" * (RECORD_LIMIT * 2) + b"\n5,6\n"

    found = _records((data[at : at + size] for at in range(0, len(data), size)), dialect)

    long = [BadRecord("dataset.row.record_too_long", letter * 200, {"limit": RECORD_LIMIT}) for letter in (b"x", b"y")]
    assert [b"1,2\n", long[0], b"3,4\n", long[1], b"5,6\n"] == found


def test_a_record_of_just_the_limit_is_read() -> None:
    data = b"x" * (RECORD_LIMIT - 1) + b"\n"

    assert [data * 2] == _records([data, data], LINES)


def test_an_over_long_last_record_without_end_is_bad() -> None:
    found = _records([b"1,2\n", b"x" * RECORD_LIMIT, b"x" * 100], CSV)

    assert [b"1,2\n", "dataset.row.record_too_long"] == [
        one.code if isinstance(one, BadRecord) else one for one in found
    ]


@pytest.mark.parametrize("size", [100_000, 4 << 20])
def test_a_quoted_text_over_the_limit_does_not_swallow_the_rest(size: int) -> None:
    lines = b"text\n" * (RECORD_LIMIT // 4)
    data = b'1,"' + lines + b'"\n5,6\n'

    found = _records(_cut(data, [size] * (len(data) // size)), CSV)

    bad = [BadRecord("dataset.row.unterminated_quote", raw) for raw in (b'1,"text\n', b'"\n')]
    assert [bad[0], lines.removeprefix(b"text\n"), bad[1], b"5,6\n"] == found


@pytest.mark.parametrize(
    ("data", "valid"),
    [
        (b"", True),
        (b"abc", True),
        ("é€𝄞".encode(), True),
        (b"\xff", False),
        (b"\xc3", False),
        (b"\xc0\x80", False),
        (b"\xed\xa0\x80", False),
        (b"\xf4\x90\x80\x80", False),
    ],
)
def test_utf8_is_told_from_other_bytes(data: bytes, valid: bool) -> None:
    assert valid is is_utf8(data)


_BYTES = st.lists(
    st.sampled_from([b"a", b"1", b",", b",", b"\n", b"\n", b'"', b'""', b"\xc3\xa9", b"\xff", b" "]), max_size=40
).map(b"".join)
_SIZES = st.lists(st.integers(1, 7), max_size=20)


@settings(max_examples=200, deadline=None)
@given(_BYTES, _SIZES, st.sampled_from([Dialect(","), Dialect("1"), LINES]))
def test_the_records_do_not_depend_on_where_the_stream_is_cut(data: bytes, sizes: list[int], dialect: Dialect) -> None:
    assert _records([data], dialect) == _records(_cut(data, sizes), dialect)


@settings(max_examples=200, deadline=None)
@given(_BYTES, _SIZES, st.sampled_from([CSV, LINES]))
def test_no_byte_is_lost_or_told_twice(data: bytes, sizes: list[int], dialect: Dialect) -> None:
    found = _records(_cut(data, sizes), dialect)

    whole = data if data.endswith(b"\n") or not data else data + b"\n"
    assert whole == b"".join(one.raw if isinstance(one, BadRecord) else one for one in found)
    assert all(is_utf8(one) for one in found if isinstance(one, bytes))


@settings(max_examples=100, deadline=None)
@given(_BYTES.filter(is_utf8), _SIZES)
def test_without_quotes_every_line_of_text_is_a_record(data: bytes, sizes: list[int]) -> None:
    assert all(isinstance(one, bytes) for one in pieces(_cut(data, sizes), LINES))


def test_a_line_end_of_two_signs_may_fall_between_two_blocks() -> None:
    data = b'\xff,0\n"a\nb",c\r\nd,e\r\n'
    between = data.index(b"\r\n") + 1

    assert _records([data], CSV) == _records([data[:between], data[between:]], CSV)
    texts = [piece for piece in pieces([data[:between], data[between:]], CSV) if isinstance(piece, bytes)]
    assert [True] * len(texts) == [text.endswith(b"\r\n") for text in texts]
