"""Canonical JSON against the rfc8785 package, and the strict reader."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from passavant.errors import BadInput
from passavant.sealing.canonical import MOST, canonical, load

_NAMES = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=8)
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
_VALUES = st.recursive(
    _TEXTS | st.integers(-MOST, MOST),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES, inner, max_size=4),
    max_leaves=20,
)
_WHAT = ("the file", "le fichier")


@given(_VALUES)
def test_the_bytes_are_those_of_another_implementation_of_rfc_8785(value: Any) -> None:
    assert rfc8785.dumps(value) == canonical(value)


@given(_VALUES)
def test_what_is_written_is_read_back(value: Any) -> None:
    assert value == load(canonical(value), limit=100_000, what=_WHAT)


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":2}',
        b'{"a":1.0}',
        b'{"a":1e3}',
        b'{"a":NaN}',
        b'{"a":9007199254740992}',
        b"\xff",
        b'"\\ud800"'.decode("unicode_escape").encode("utf-8", "surrogatepass"),
        b'"\\ud800"',
        b'{"\\uDFFF":1}',
        b"[" * 100_000,
        b"",
        b"1" * 5_000,
    ],
)
def test_what_has_two_readings_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput) as caught:
        load(data, limit=200_000, what=_WHAT)

    assert "sealing.json.refused" == caught.value.code


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(BadInput):
        load(data, limit=50, what=_WHAT)
