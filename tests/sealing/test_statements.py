"""Statements: which fields an action needs, and what is refused."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from passavant.errors import BadInput
from passavant.sealing import Statement

_SEAL: dict[str, Any] = {
    "v": 1,
    "action": "seal",
    "alg": "sha-256",
    "digest": "ab" * 32,
    "issuer": "customs.example/certificates",
    "issued_at": "2026-11-25T09:30:00Z",
}


def test_a_statement_is_read_back_from_its_canonical_bytes() -> None:
    record = {**_SEAL, "doc_type": "851", "valid_until": "2027-11-25T00:00:00Z", "meta": "cd" * 32}
    statement = Statement.parse(record)

    assert json.dumps(record, sort_keys=True, separators=(",", ":")).encode() == statement.canonical()


@pytest.mark.parametrize(
    "fields",
    [
        {"action": "seal", "alg": "hmac-sha-256", "tree_size": 3, "tree_root": "cd" * 32},
        {"action": "seal", "issuer": "douane.example/permis", "meta": "0a" * 32, "valid_until": "2027-11-25T00:00:00Z"},
        {"action": "supersede", "ref": "sha-256:" + "ef" * 32},
        {"action": "revoke", "reason": "cancelled"},
        {"action": "open", "alg": None, "digest": None, "subject": "log.example+00000000+AA"},
        {"action": "admit", "alg": None, "digest": None, "subject": "a.example+00000000+AA", "scope": "seal,type=851"},
    ],
    ids=lambda fields: fields["action"],
)  # fmt: skip
def test_the_bytes_of_a_statement_are_canonical_json(fields: dict[str, Any]) -> None:
    record = {name: value for name, value in {**_SEAL, **fields}.items() if value is not None}

    assert rfc8785.dumps(record) == Statement.parse(record).canonical()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"v": 2}, "v"),
        ({"v": True}, "v"),
        ({"action": "approve"}, "action"),
        ({"action": ["seal"]}, "action"),
        ({"digest": "AB" * 32}, "digest"),
        ({"digest": "ab" * 31}, "digest"),
        ({"alg": "md5"}, "alg"),
        ({"issued_at": "2026-11-25 09:30"}, "issued_at"),
        ({"issued_at": "2026-02-30T09:30:00Z"}, "issued_at"),
        ({"issued_at": "2026-11-25T24:00:00Z"}, "issued_at"),
        ({"issued_at": "2026-11-25T09:30:60Z"}, "issued_at"),
        ({"issued_at": "\u0662\u0660\u0662\u0666-11-25T09:30:00Z"}, "issued_at"),
        ({"issuer": "two words"}, "issuer"),
        ({"doc_type": "a b"}, "doc_type"),
        ({"filename": "secret.pdf"}, "filename"),
        ({"ref": "sha-256:" + "ab" * 32}, "ref"),
        ({"tree_size": 0}, "tree_size"),
        ({"tree_size": True}, "tree_size"),
        ({"tree_size": 3}, "tree_root"),
        ({"tree_root": "ab" * 32}, "tree_size"),
        ({"issuer": "customs.example/p\u0435rmits"}, "issuer"),
        ({"action": "supersede"}, "ref"),
        ({"action": "revoke"}, "reason"),
        ({"action": "revoke", "reason": "because"}, "reason"),
        ({"action": "admit"}, "scope"),
    ],
)
def test_a_field_that_is_wrong_is_named(change: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as caught:
        Statement.parse({**_SEAL, **change})

    assert caught.value.place is not None
    assert field == caught.value.place.field


def test_a_missing_field_is_named() -> None:
    with pytest.raises(BadInput) as caught:
        Statement.parse({name: value for name, value in _SEAL.items() if name != "digest"})

    assert "digest" in caught.value.diagnostics("fr")


@given(
    st.dictionaries(
        st.sampled_from([*_SEAL, "ref", "reason"]), st.none() | st.text() | st.integers() | st.lists(st.text())
    )
)
def test_any_change_is_read_or_refused(change: dict[str, Any]) -> None:
    with contextlib.suppress(BadInput):
        assert Statement.parse({**_SEAL, **change}).record()["v"] == 1
