"""The text of a receipt, before any carrier."""

from __future__ import annotations

import pytest

from passavant.errors import BadInput
from passavant.sealing.carriers.receipts import LARGEST_RECEIPT, receipt_text
from passavant.sealing.checkpoints import Checkpoint
from passavant.sealing.merkle import leaf_hash
from passavant.sealing.notes import SigningKey, sign_note
from passavant.sealing.proofs import Proof

KEY = SigningKey.generate("log.example/customs")
TEXT = Proof(0, (), sign_note(Checkpoint(KEY.name, 1, leaf_hash(b"x")).text(), [KEY])).text()


def test_a_receipt_is_the_same_from_bytes_and_from_text() -> None:
    assert TEXT == receipt_text(TEXT) == receipt_text(TEXT.encode())


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xff" + TEXT.encode(), "no UTF-8"),
        ("\udcff", "no UTF-8"),
        (TEXT + "x" * LARGEST_RECEIPT, "bytes"),
        (TEXT[:25], "index"),
        ("", "empty file"),
    ],
)
def test_what_is_no_receipt_is_refused(data: bytes | str, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        receipt_text(data)
