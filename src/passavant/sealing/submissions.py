"""Submissions: one or up to 10,000 statements of an issuer, signed once, before any log sees them.

The signature covers the root of the Merkle tree over the statements, so that each statement, with its path in that tree,
proves alone that its issuer signed it. The operator of a log can therefore not invent a seal. It names the log too: what
was said to one log cannot be carried into another, where its revocation would be missing.

>>> from passavant.sealing import SigningKey, Statement
>>> key = SigningKey.generate("customs.example/certificates")
>>> sealed = [Statement("seal", key.name, "2026-11-25T09:30:00Z", digest=d * 64) for d in "abc"]
>>> submission = submit(key, sealed, "seals.customs.example/log")
>>> submission.signed_by_issuer()
True
"""

from __future__ import annotations

import base64
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from passavant.errors import BadInput
from passavant.sealing.canonical import load
from passavant.sealing.merkle import Levels, leaf_hash
from passavant.sealing.notes import ED25519, SigningKey, VerifierKey
from passavant.sealing.statements import Statement

__all__ = ["MOST_STATEMENTS", "Submission", "signed_text", "submit"]

#: Statements in one submission.
MOST_STATEMENTS = 10_000
_MOST_BYTES = 16 * 1024 * 1024
#: Objects and lists in a submission, with room to say what is wrong with one that is a little too long.
_MOST_PARTS = 2 * MOST_STATEMENTS
_SIGNATURE = 64


@dataclass(frozen=True)
class Submission:
    """Statements of one issuer with its signature.

    Attributes:
        key: The issuer's key.
        statements: The statements, in the order signed.
        signature: 64 bytes: Ed25519 over :func:`signed_text`.
        log: Origin of the log that it is meant for; signed, though it is not sent along.
    """

    key: VerifierKey
    statements: tuple[Statement, ...]
    signature: bytes
    log: str

    @functools.cached_property
    def texts(self) -> list[bytes]:
        """The canonical statements."""
        return [statement.canonical() for statement in self.statements]

    @functools.cached_property
    def tree(self) -> Levels:
        """The Merkle tree over the canonical statements."""
        return Levels([leaf_hash(text) for text in self.texts])

    def signed_by_issuer(self) -> bool:
        """Return whether the signature is the key's over these statements for this log, and all are in the key's name."""
        return self._signed

    @functools.cached_property
    def _signed(self) -> bool:
        named = all(statement.issuer == self.key.name for statement in self.statements)
        text = signed_text(self.log, self.key.name, self.tree.size, self.tree.root)
        return named and self.key.kind == ED25519 and self.key.check(text, self.signature) is not None

    def record(self) -> dict[str, Any]:
        """Return it as a JSON object, as it is sent to a log."""
        statements = [statement.record() for statement in self.statements]
        return {"key": str(self.key), "signature": base64.b64encode(self.signature).decode(), "statements": statements}

    @classmethod
    def parse(cls, data: bytes, log: str) -> Submission:
        """Read what was sent to a log.

        Args:
            data: The body of the request.
            log: Origin of the log that it was sent to.

        Raises:
            BadInput: it is no submission, or holds none or too many statements.
        """
        if data.count(b"{") + data.count(b"[") > _MOST_PARTS:  # before memory is spent on it
            raise _refused(
                "more objects or lists than a submission has",
                "plus d'objets ou de listes qu'une demande n'en compte",
                f"one list of 1 to {MOST_STATEMENTS} flat statements",
                f"une liste de 1 à {MOST_STATEMENTS} déclarations sans imbrication",
            )
        record = load(data, limit=_MOST_BYTES, what=("the submission", "la demande"))
        if not isinstance(record, dict) or record.keys() != {"key", "signature", "statements"}:
            raise _refused(
                "other fields", "d'autres champs", "key, signature and statements", "key, signature et statements"
            )
        statements = record["statements"]
        if not isinstance(statements, list) or not 1 <= len(statements) <= MOST_STATEMENTS:
            count = len(statements) if isinstance(statements, list) else 0
            raise _refused(
                f"{count} statements",
                f"{count} déclarations",
                f"a list of 1 to {MOST_STATEMENTS} statements",
                f"une liste de 1 à {MOST_STATEMENTS} déclarations",
            )
        if not isinstance(record["key"], str):
            raise _refused("no key", "aucune clé", "a verifier key", "une clé de vérification")
        return cls(
            VerifierKey.parse(record["key"]),
            tuple(Statement.parse(statement) for statement in statements),
            _signature(record["signature"]),
            log,
        )


def submit(key: SigningKey, statements: Sequence[Statement], log: str) -> Submission:
    """Sign statements once.

    Args:
        key: The issuer's key.
        statements: 1 to 10,000 statements in its name.
        log: Origin of the log that they are meant for.
    """
    unsigned = Submission(key.verifier, tuple(statements), b"", log)
    signature = key.private.sign(signed_text(log, key.name, unsigned.tree.size, unsigned.tree.root).encode())
    signed = Submission(key.verifier, unsigned.statements, signature, log)
    signed.__dict__.update(texts=unsigned.texts, tree=unsigned.tree)  # the same statements: hashed once
    return signed


def signed_text(log: str, issuer: str, size: int, root: bytes) -> str:
    """Return what an issuer signs; its second line is no size, so that it can never be read as a checkpoint."""
    return f"passavant.statements/v1\n{log}\n{issuer}\n{size}\n{base64.b64encode(root).decode()}\n"


def _signature(value: Any) -> bytes:
    try:
        data = base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except ValueError:
        data = b""
    if len(data) != _SIGNATURE:
        raise _refused("no signature", "aucune signature", "64 bytes in base64", "64 octets en base64")
    return data


def _refused(got: str, got_fr: str, expected: str, expected_fr: str) -> BadInput:
    return BadInput(
        "sealing.submission.refused",
        got=(f"a submission with {got}", f"une demande avec {got_fr}"),
        expected=(expected, expected_fr),
        next_step=(
            "See docs/how-to/single-window.md for a submission that works.",
            "Voyez docs/how-to/single-window.fr.md pour une demande qui fonctionne.",
        ),
    )
