"""Sealing documents: digests, statements and the issuer's signature here; only these go to the log."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from passavant.sealing.desk.local import LocalDesk
from passavant.sealing.desk.remote import RemoteDesk
from passavant.sealing.notes import SigningKey
from passavant.sealing.receipts import SALT_BYTES, Receipt, salted
from passavant.sealing.statements import Statement, now
from passavant.sealing.submissions import MOST_STATEMENTS, submit

__all__ = ["Document", "end_of_day", "revoke", "seal"]


@dataclass(frozen=True)
class Document:
    """A document to be sealed.

    Attributes:
        path: Its file.
        sha256: Its SHA-256.
        doc_type: Code of its kind, or empty.
        valid_until: Until when it holds, or empty.
        replaces: ``alg:digest`` of the document that it replaces, or empty.
        tree_size: Leaves of the Merkle tree that it stands for, or 0.
        tree_root: Root of that tree, or empty.
    """

    path: Path
    sha256: bytes
    doc_type: str = ""
    valid_until: str = ""
    replaces: str = ""
    tree_size: int = 0
    tree_root: str = ""

    def statement(self, issuer: str, at: str, salt: bytes | None) -> Statement:
        """Return what the issuer says of it."""
        return Statement(
            "supersede" if self.replaces else "seal",
            issuer,
            at,
            alg="hmac-sha-256" if salt else "sha-256",
            digest=salted(salt, self.sha256) if salt else self.sha256.hex(),
            doc_type=self.doc_type,
            valid_until=self.valid_until,
            ref=self.replaces,
            tree_size=self.tree_size,
            tree_root=self.tree_root,
        )


def seal(
    documents: Sequence[Document], key: SigningKey, desk: LocalDesk | RemoteDesk, *, salt: bool = False
) -> list[Receipt]:
    """Seal documents and return their receipts, in their order.

    Args:
        documents: What to seal.
        key: The issuer's key.
        desk: The log.
        salt: Key each digest with a random salt, which only the receipt holds: for documents that can be guessed.

    Raises:
        PassavantError: the log refuses, or cannot be reached.
    """
    at, receipts = now(), list[Receipt]()
    for start in range(0, len(documents), MOST_STATEMENTS):
        part = documents[start : start + MOST_STATEMENTS]
        salts = [secrets.token_bytes(SALT_BYTES) if salt else None for _ in part]
        statements = [
            Statement.parse(one.statement(key.name, at, keyed).record()) for one, keyed in zip(part, salts, strict=True)
        ]
        given = desk.seal(submit(key, statements, desk.origin))
        receipts += [Receipt(one.proof, one.data, keyed) for one, keyed in zip(given, salts, strict=True)]
    return receipts


def revoke(document: str, reason: str, key: SigningKey, desk: LocalDesk | RemoteDesk) -> Receipt:
    """Revoke the seal of a document and return the receipt of the revocation.

    Args:
        document: ``alg:digest`` as it was sealed.
        reason: One of :data:`passavant.sealing.statements.REASONS`.
        key: The issuer's key.
        desk: The log.
    """
    alg, _, digest = document.partition(":")
    statement = Statement("revoke", key.name, now(), alg=alg, digest=digest, reason=reason)
    return desk.seal(submit(key, [Statement.parse(statement.record())], desk.origin))[0]


def end_of_day(day: dt.date) -> str:
    """Return the moment at which a document valid through a day (UTC) no longer holds."""
    return f"{day + dt.timedelta(days=1):%Y-%m-%d}T00:00:00Z"
