"""Base45 against the examples of its standard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passavant.errors import BadInput
from passavant.sealing.carriers import base45


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"AB", "BB8"),
        (b"Hello!!", "%69 VD92EX0"),
        (b"base-45", "UJCLQE7W581"),
        (b"ietf!", "QED8WEX0"),
        (b"\xff\xff", "FGW"),
        (b"", ""),
    ],
)
def test_the_examples_of_rfc_9285(data: bytes, text: str) -> None:
    assert text == base45.encode(data)
    assert data == base45.decode(text)


@pytest.mark.parametrize("text", ["GGW", ":::", "::", "A", "AAAA", "bb8", "AB\u0661", "V5"])
def test_what_no_bytes_give_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="RFC 9285"):
        base45.decode(text)


@given(st.binary(max_size=300))
def test_bytes_come_back(data: bytes) -> None:
    assert data == base45.decode(base45.encode(data))


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:", max_size=60))
def test_a_text_is_the_only_spelling_of_its_bytes_or_refused(text: str) -> None:
    try:
        data = base45.decode(text)
    except BadInput:
        return
    assert text == base45.encode(data)
