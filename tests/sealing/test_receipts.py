"""Receipts: everything that proves a seal, in one file."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passavant.errors import BadInput
from passavant.sealing import Proof
from passavant.sealing.receipts import Receipt, salted

_PROOF = Proof(3, (bytes(32), bytes(32)), "a.example\n4\nroot\n\n\u2014 a.example AAAA\n")


@pytest.mark.parametrize("salt", [None, bytes(range(32))])
def test_a_receipt_is_read_back(salt: bytes | None) -> None:
    receipt = Receipt.parse(Receipt(_PROOF, b"the entry", salt).text())

    assert (b"the entry", salt) == (receipt.data, receipt.salt)
    assert (3, _PROOF.path, _PROOF.checkpoint) == (receipt.proof.index, receipt.proof.path, receipt.proof.checkpoint)


@pytest.mark.parametrize(
    "extra", [b"", b"{}", b'{"entry":5}', b'{"entry":"AA==","salt":"AA=="}', b'{"entry":"AA==","x":1}', None]
)
def test_a_proof_of_something_else_is_no_receipt(extra: bytes | None) -> None:
    with pytest.raises(BadInput):
        Receipt.parse(Proof(3, (), _PROOF.checkpoint, extra).text())


def test_a_salted_digest_is_hmac_over_the_documents_sha256() -> None:
    inner = hashlib.sha256(b"guess me").digest()
    block = bytes(range(32)).ljust(64, b"\0")
    by_hand = hashlib.sha256(
        bytes(byte ^ 0x5C for byte in block) + hashlib.sha256(bytes(byte ^ 0x36 for byte in block) + inner).digest()
    )

    assert by_hand.hexdigest() == salted(bytes(range(32)), inner)


@given(st.text(max_size=300))
def test_any_text_is_a_receipt_or_refused(text: str) -> None:
    with pytest.raises(BadInput):
        Receipt.parse("c2sp.org/tlog-proof@v1\nextra " + text)
