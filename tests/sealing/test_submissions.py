"""Submissions and entries: one signature for a batch, a proof of it in each entry."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import partial
from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from passavant.errors import BadInput
from passavant.sealing import SigningKey, Statement
from passavant.sealing.entries import Entry, entries_of
from passavant.sealing.merkle import leaf_hash, root_of
from passavant.sealing.submissions import Submission, submit

_KEY = SigningKey.generate("customs.example/certificates")
_LOG = "seals.customs.example/log"
_AT = "2026-11-25T09:30:00Z"


def _batch(count: int) -> Submission:
    digests = (hashlib.sha256(b"%d" % number).hexdigest() for number in range(count))
    return submit(_KEY, [Statement("seal", _KEY.name, _AT, digest=digest) for digest in digests], _LOG)


@pytest.mark.parametrize("count", [1, 2, 3, 7, 8, 100])
def test_each_entry_proves_alone_that_its_issuer_signed_it(count: int) -> None:
    entries = [Entry.parse(data) for data in entries_of(_batch(count), _AT)]

    assert count == len({entry.statement for entry in entries})
    assert all(entry.signed_by_issuer(_LOG) for entry in entries)


def test_the_signature_is_ed25519_over_the_documented_text() -> None:
    batch = _batch(5)
    root = root_of([leaf_hash(rfc8785.dumps(statement.record())) for statement in batch.statements])
    text = f"passavant.statements/v1\n{_LOG}\ncustoms.example/certificates\n5\n{base64.b64encode(root).decode()}\n"

    Ed25519PublicKey.from_public_bytes(_KEY.verifier.public).verify(batch.signature, text.encode())

    assert batch.signed_by_issuer()


def test_an_entry_is_canonical_json() -> None:
    data = [*entries_of(_batch(1), _AT), *entries_of(_batch(6), _AT)]

    assert data == [rfc8785.dumps(json.loads(entry)) for entry in data]


def test_statements_in_the_name_of_another_are_not_signed() -> None:
    other = Statement("seal", "ministry.example", _AT, digest="ab" * 32)

    assert not submit(_KEY, [other], _LOG).signed_by_issuer()


def test_a_statement_changed_after_signing_is_noticed() -> None:
    batch = _batch(3)
    changed = (Statement("seal", _KEY.name, _AT, digest="ff" * 32), *batch.statements[1:])

    assert not Submission(batch.key, changed, batch.signature, _LOG).signed_by_issuer()


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_an_entry_with_one_changed_byte_is_refused_or_unsigned(place: int, change: int) -> None:
    data = bytearray(entries_of(_batch(3), _AT)[1])
    place %= len(data)
    data[place] ^= change
    try:
        entry = Entry.parse(bytes(data))
    except BadInput:
        return

    unsigned = entry.logged_at != _AT  # the time is the log's own word: the tree seals it, not the issuer
    assert unsigned or not entry.signed_by_issuer(_LOG)


def test_a_submission_is_read_back_from_json() -> None:
    batch = _batch(3)

    assert batch == Submission.parse(json.dumps(batch.record()).encode(), _LOG)


@pytest.mark.parametrize(
    "change",
    [
        {"statements": []},
        {"statements": {}},
        {"statements": [{}] * 10_001},
        {"signature": "AAAA"},
        {"signature": 5},
        {"key": "no key"},
        {"key": 5},
        {"more": 1},
    ],
)
def test_a_malformed_submission_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadInput) as caught:
        Submission.parse(json.dumps({**_batch(1).record(), **change}).encode(), _LOG)

    assert 2 == caught.value.exit_code


@given(st.binary(max_size=200))
def test_any_bytes_are_a_submission_or_refused(data: bytes) -> None:
    for read in (partial(Submission.parse, log=_LOG), Entry.parse):
        with pytest.raises(BadInput):
            read(data)
