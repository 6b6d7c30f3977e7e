"""Receipts: one entry of a log with all that proves it, in one small text file beside the document.

A receipt is a C2SP tlog-proof whose ``extra`` line holds the entry itself and, for a salted digest, the salt. It needs
no network and no trust in the server that gave it: the log's key, or a policy of keys and witnesses, checks it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

from passavant.errors import BadInput
from passavant.sealing.canonical import canonical, load
from passavant.sealing.entries import Entry
from passavant.sealing.proofs import Proof

__all__ = ["SALT_BYTES", "Receipt", "salted"]

#: Bytes of a salt.
SALT_BYTES = 32
_MOST_EXTRA = 200_000


@dataclass(frozen=True)
class Receipt:
    """A receipt.

    Attributes:
        proof: Place, path and signed checkpoint; its ``extra`` is replaced by what the receipt holds.
        data: The entry's bytes, as they stand in the log.
        salt: 32 bytes that the digest was keyed with, or None.
    """

    proof: Proof
    data: bytes
    salt: bytes | None = None

    @property
    def entry(self) -> Entry:
        """The entry, read."""
        return Entry.parse(self.data)

    def text(self) -> str:
        """Return the receipt as its file holds it."""
        extra = {"entry": base64.b64encode(self.data).decode()}
        if self.salt is not None:
            extra["salt"] = base64.b64encode(self.salt).decode()
        proof = self.proof
        return Proof(proof.index, proof.path, proof.checkpoint, canonical(extra)).text()

    @classmethod
    def parse(cls, text: str) -> Receipt:
        """Read a receipt.

        Raises:
            BadInput: it is no receipt of a seal.
        """
        proof = Proof.parse(text)
        extra = load(proof.extra or b"", limit=_MOST_EXTRA, what=("the receipt's extra line", "la ligne extra du reçu"))
        if not isinstance(extra, dict) or not {"entry"} <= extra.keys() <= {"entry", "salt"}:
            raise _refused()
        data, salt = _decoded(extra["entry"]), _decoded(extra["salt"]) if "salt" in extra else None
        if salt is not None and len(salt) != SALT_BYTES:
            raise _refused()
        return cls(proof, data, salt)

    def digest_of(self, sha256: bytes) -> str:
        """Return the digest that a document with this SHA-256 has under the receipt's salt, in hexadecimal."""
        return sha256.hex() if self.salt is None else salted(self.salt, sha256)


def salted(salt: bytes, sha256: bytes) -> str:
    """Return the keyed digest of a document: HMAC-SHA-256 with the salt over its SHA-256, in hexadecimal.

    >>> salted(bytes(32), hashlib.sha256(b"a document").digest())[:8]
    '57be1c63'
    """
    return hmac.digest(salt, sha256, hashlib.sha256).hex()


def _decoded(value: Any) -> bytes:
    try:
        if isinstance(value, str):
            return base64.b64decode(value, validate=True)
    except ValueError:
        pass
    raise _refused()


def _refused() -> BadInput:
    return BadInput(
        "sealing.receipt.refused",
        got=("a proof without the entry that it proves", "une preuve sans l'entrée qu'elle prouve"),
        expected=("a receipt of a seal (.tlog-proof)", "un reçu de scellé (.tlog-proof)"),
        next_step=("Take the receipt that was made with the seal.", "Prenez le reçu établi avec le scellé."),
    )
