"""Bytes from a file or standard input: unpacked, hashed on the way, turned into UTF-8."""

from __future__ import annotations

import gzip
import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passavant.dataset.readers.source import BLOCK, STDIN, ByteSource


def _read(path: Path | str, encoding: str | None = None) -> bytes:
    with ByteSource(path) as source:
        return b"".join(source.blocks(encoding))


def _stdin(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))


@pytest.mark.parametrize("data", [b"", b"a", b"ab", "a,b\né,2\n".encode(), b"\x1f", b"x" * 200_000])
def test_a_plain_file_comes_as_it_is(data: bytes, write: Callable[..., Path]) -> None:
    assert data == _read(write(data))


def test_a_large_file_comes_in_blocks(write: Callable[..., Path]) -> None:
    data = bytes(range(32, 96)) * (BLOCK // 64) + b"the rest" * 50_000

    with ByteSource(write(data)) as source:
        blocks = list(source.blocks())

    assert data == b"".join(blocks)
    assert len(blocks) > 1
    assert max(map(len, blocks)) <= BLOCK + (1 << 16)


@pytest.mark.parametrize("data", [b"", b"a,b\n1,2\n", b"x" * 300_000])
def test_a_packed_file_is_unpacked_whatever_its_name(data: bytes, write: Callable[..., Path]) -> None:
    assert data == _read(write(gzip.compress(data), "declared.csv"))
    assert data == _read(write(gzip.compress(data[:5]) + gzip.compress(data[5:]), "declared.csv.gz"))


def test_the_head_can_be_looked_at_and_is_not_consumed(write: Callable[..., Path]) -> None:
    with ByteSource(write(gzip.compress(b"a,b\n1,2\n"))) as source:
        assert (b"a,b\n1,2\n", b"a,b\n1,2\n") == (source.head, b"".join(source.blocks()))


@pytest.mark.parametrize("read_first", [0, 1, 99])
@pytest.mark.parametrize("packed", [True, False])
def test_the_digest_is_that_of_the_file_on_disk(read_first: int, packed: bool, write: Callable[..., Path]) -> None:
    data = b"\xef\xbb\xbfa,b\n" + b"1,2\n" * 100_000
    path = write(gzip.compress(data) if packed else data)

    with ByteSource(path) as source:
        blocks = source.blocks()
        for _ in range(read_first):
            next(blocks, b"")
        digest = source.digest()

    assert hashlib.sha256(path.read_bytes()).hexdigest() == digest


@pytest.mark.parametrize("keep", [1, 5, 20, -8, -1])
def test_a_packed_file_cut_short_is_refused(keep: int, write: Callable[..., Path], refusal: Callable[..., Any]) -> None:
    path = write(gzip.compress(b"a,b\n" + b"1,2\n" * 1000)[: 2 + keep if keep > 0 else keep])

    refused = refusal(lambda: _read(path))

    assert ("dataset.reader.unreadable", str(path)) == (refused.code, refused.place.file)


@pytest.mark.parametrize("place", [12, -6])  # in the packed data, in the check sum
def test_a_packed_file_that_is_damaged_is_refused(
    place: int, write: Callable[..., Path], refusal: Callable[..., Any]
) -> None:
    data = bytearray(gzip.compress(b"a,b\n" + b"1,2\n" * 1000))
    data[place] ^= 0xFF
    path = write(bytes(data))

    assert "dataset.reader.unreadable" == refusal(lambda: _read(path)).code


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path, refusal: Callable[..., Any]) -> None:
    for path in (tmp_path / "absent.csv", tmp_path):
        refused = refusal(lambda path=path: ByteSource(path))
        assert ("dataset.reader.unreadable", str(path)) == (refused.code, refused.place.file)


def test_standard_input_is_read_plain_and_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    for data in (b"a,b\n1,2\n", gzip.compress(b"a,b\n1,2\n")):
        _stdin(monkeypatch, data)
        with ByteSource(STDIN) as source:
            assert b"a,b\n1,2\n" == b"".join(source.blocks())
            assert hashlib.sha256(data).hexdigest() == source.digest()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_mark_or_zero_bytes_tell_the_encoding(encoding: str, write: Callable[..., Path]) -> None:
    text = "declarant_id;déclaration\nD1;Ωμέγα 😀\n"

    assert text.encode() == _read(write(text.encode(encoding)))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
@pytest.mark.parametrize("order", ["", "-le"])
def test_a_named_encoding_is_read_with_its_mark_or_without(
    encoding: str, order: str, write: Callable[..., Path]
) -> None:
    assert b"a,b\n1,2\n" == _read(write("a,b\n1,2\n".encode(encoding + order)), encoding)


def test_the_mark_wins_over_the_encoding_asked_for(write: Callable[..., Path]) -> None:
    assert "é".encode() == _read(write("é".encode("utf-8-sig")), "latin-1")


@pytest.mark.parametrize("encoding", ["utf-8", "UTF8", "ascii"])
def test_text_that_is_utf8_already_is_not_touched(encoding: str, write: Callable[..., Path]) -> None:
    assert b"a\xffb" == _read(write(b"a\xffb"), encoding)


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("cp1252", b"a,b\n\x81,2\n"),
        ("utf-16-le", "a,b\n".encode("utf-16-le") + b"\x00\xd8" + ",2\n".encode("utf-16-le")),
        ("shift_jis", b"a,b\n\x85,2\n"),
        ("big5", b"a,b\n1,2\n\x85"),
    ],
)
def test_what_is_not_valid_in_an_encoding_stays_findable(
    encoding: str, data: bytes, write: Callable[..., Path]
) -> None:
    text = _read(write(data), encoding)

    assert text.startswith(b"a,b\n")
    with pytest.raises(UnicodeDecodeError):
        text.decode()


@settings(max_examples=40, deadline=None)
@given(
    text=st.text(st.characters(codec="cp1252"), max_size=40),
    encoding=st.sampled_from(["cp1252", "utf-16-le", "utf-8-sig", "utf-7"]),
)
def test_any_text_is_transcoded(text: str, encoding: str, write: Callable[..., Path]) -> None:
    data = ("a,b\n" + text).encode(encoding)

    assert ("a,b\n" + text).encode() == _read(write(data), encoding)


@settings(max_examples=40, deadline=None)
@given(data=st.binary(max_size=80), encoding=st.sampled_from([None, "cp1252", "utf-16-le", "shift_jis", "utf-7"]))
def test_any_bytes_in_any_encoding_give_bytes(data: bytes, encoding: str | None, write: Callable[..., Path]) -> None:
    assert isinstance(_read(write(b"a,b\n" + data), encoding), bytes)
