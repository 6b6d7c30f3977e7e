"""A body of CSV that is packed: unpacked up to what a body may be."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

import pytest
from declared import declaration

Send = Callable[..., Any]
_MIB = 1 << 20


def _csv(number: str) -> bytes:
    one = declaration(number)
    item = one.pop("items")[0]
    row = one | item
    cells = ",".join(f'"{cell}"' for cell in row.values())
    return "\n".join([",".join(row), cells, ""]).encode()


def test_a_packed_body_is_read_like_the_plain_one(send: Send) -> None:
    plain = _csv("Z1")

    told = [send(body, media="text/csv").json() for body in (plain, gzip.compress(plain))]

    assert [["decided"], ["known"]] == [[one["status"] for one in answer["declarations"]] for answer in told]


_BOMBS = {
    "one": (gzip.compress(b"x" * 40 * _MIB), 413, "portal.request.too_big"),
    "three": (gzip.compress(b"x" * 14 * _MIB) * 3, 413, "portal.request.too_big"),
    "twice": (gzip.compress(gzip.compress(b"x" * 40 * _MIB)), 400, "dataset.reader.unreadable"),
    "lines": (gzip.compress(b"a\n" * 400_000), 400, "declarations.body.too_many_items"),
    "followed": (gzip.compress(b"a\n1\n") + b"2\n", 400, "dataset.reader.unreadable"),
    "empty parts": (gzip.compress(b"") * 20_000, 400, "dataset.reader.empty"),
}


@pytest.mark.parametrize("kind", _BOMBS)
def test_a_small_body_that_holds_a_huge_one_is_refused(send: Send, kind: str) -> None:
    body, status, code = _BOMBS[kind]

    answer = send(body, media="text/csv")

    assert (status, code) == (answer.status_code, answer.json()["code"])


@pytest.mark.parametrize("cut", [-5, 12], ids=["short", "broken"])
def test_a_body_that_cannot_be_unpacked_is_refused(send: Send, cut: int) -> None:
    whole = gzip.compress(_csv("Z3"))

    answer = send(whole[:cut] if cut < 0 else whole[:cut] + b"\0" * 20 + whole[cut + 20 :], media="text/csv")

    assert (400, "dataset.reader.unreadable") == (answer.status_code, answer.json()["code"])


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "packed"])
def test_a_body_without_its_ends_of_lines_is_told_how_curl_keeps_them(
    send: Send, pack: Callable[[bytes], bytes]
) -> None:
    told = send(pack(_csv("Z4").replace(b"\n", b"")), media="text/csv").json()

    assert "declarations.body.one_line" == told["code"]
    assert "--data-binary" in told["next_step"]
