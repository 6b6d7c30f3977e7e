"""Sealing documents: digests, statements and the issuer's signature here; only these go to the log.

What the log answers is checked like any receipt: a server that acknowledges something else is found out at once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from passavant.errors import BadInput, PassavantError
from passavant.sealing.desk.local import LocalDesk
from passavant.sealing.desk.remote import RemoteDesk
from passavant.sealing.notes import SigningKey
from passavant.sealing.receipts import Receipt, salted
from passavant.sealing.statements import Statement, about, now
from passavant.sealing.submissions import MOST_STATEMENTS, Submission, submit

__all__ = ["Document", "NotAcknowledged", "end_of_day", "own_seals", "revoke", "salt_of", "seal"]


class NotAcknowledged(PassavantError):
    """The log's answer does not prove that it logged what was sent."""


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
        salt: Key each digest with a salt, see :func:`salt_of`: for documents that can be guessed.

    Raises:
        PassavantError: the log refuses, or cannot be reached. Seal the same again: what was logged already keeps its
            place, and its receipt comes then.
    """
    at, receipts = now(), list[Receipt]()
    for start in range(0, len(documents), MOST_STATEMENTS):
        part = documents[start : start + MOST_STATEMENTS]
        salts = [salt_of(key, one.sha256) if salt else None for one in part]
        statements = [
            Statement.parse(one.statement(key.name, at, keyed).record()) for one, keyed in zip(part, salts, strict=True)
        ]
        given = _sent(desk, submit(key, statements, desk.origin))
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
    return _sent(desk, submit(key, [Statement.parse(statement.record())], desk.origin))[0]


def salt_of(key: SigningKey, sha256: bytes) -> bytes:
    """Return the salt under which an issuer seals a document: 32 bytes that nobody can guess without the private key.

    It is the same for the same document and key, so that a receipt that was lost can be had again by sealing again,
    and a seal can be taken back without its receipt (HMAC-SHA-256, RFC 2104, with a key of its own for this use).

    Args:
        key: The issuer's key.
        sha256: The document's SHA-256.
    """
    own = hmac.digest(key.private.private_bytes_raw(), b"passavant.salt/v1", hashlib.sha256)
    return hmac.digest(own, sha256, hashlib.sha256)


def own_seals(sha256: bytes, key: SigningKey, desk: LocalDesk | RemoteDesk) -> dict[str, dict[str, Any]]:
    """Return an issuer's seals of a document in a log, plain and salted, by name (``alg:digest``).

    A server is asked with the first digits only: it does not learn the digest of a document that could be guessed.
    """
    digests = {"hmac-sha-256": salted(salt_of(key, sha256), sha256), "sha-256": sha256.hex()}
    found = {f"{alg}:{digest}": desk.look_up(alg, digest) for alg, digest in digests.items()}
    return {name: seal for name, seals in found.items() for seal in seals if seal["issuer"] == key.name}


def _sent(desk: LocalDesk | RemoteDesk, submission: Submission) -> list[Receipt]:
    """Log a submission and return the receipts, each checked to prove the very statement sent.

    Raises:
        NotAcknowledged: one proves something else, or nothing.
    """
    receipts = desk.seal(submission)
    for receipt, sent in zip(receipts, submission.statements, strict=True):
        entry = receipt.entry
        said = entry.statement
        same = (said.action, said.issuer, said.document, said.ref) == (
            sent.action,
            sent.issuer,
            sent.document,
            sent.ref,
        )
        if not same or about(said) != about(sent) or not entry.signed_by_issuer(desk.origin):
            raise _unacknowledged(desk.origin, sent)
        try:
            receipt.proof.verify(receipt.data, [desk.key], origin=desk.origin)
        except BadInput as error:
            raise _unacknowledged(desk.origin, sent) from error
    return receipts


def _unacknowledged(origin: str, sent: Statement) -> NotAcknowledged:
    return NotAcknowledged(
        "sealing.desk.unacknowledged",
        got=(f"an answer of {origin} that proves something else", f"une réponse de {origin} qui prouve autre chose"),
        expected=(f"the receipt of {sent.action} of {sent.document}", f"le reçu de {sent.action} de {sent.document}"),
        next_step=(
            "Do not take it as done: check the log's address, and audit it: passavant log audit.",
            "Ne tenez pas cela pour fait : vérifiez l'adresse du journal, et auditez-le : passavant log audit.",
        ),
    )


def end_of_day(day: dt.date) -> str:
    """Return the moment at which a document valid through a day (UTC) no longer holds."""
    return f"{day + dt.timedelta(days=1):%Y-%m-%d}T00:00:00Z"
