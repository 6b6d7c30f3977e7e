"""Entries: what a log holds of each statement, enough to check alone who signed it.

>>> from passavant.sealing import SigningKey, Statement
>>> from passavant.sealing.submissions import submit
>>> key = SigningKey.generate("customs.example/certificates")
>>> submission = submit(key, [Statement("seal", key.name, "2026-11-25T09:30:00Z", digest=d * 64) for d in "abc"], "log.example")
>>> entry = Entry.parse(entries_of(submission, "2026-11-25T09:30:01Z")[1])
>>> entry.statement.digest == "b" * 64, entry.signed_by_issuer("log.example")
(True, True)
"""

from __future__ import annotations

import base64
import binascii
import functools
import json
from dataclasses import dataclass
from typing import Any

from passavant.errors import BadInput
from passavant.sealing.canonical import canonical, load
from passavant.sealing.merkle import HASH_SIZE, leaf_hash, root_from_path
from passavant.sealing.notes import ED25519, VerifierKey
from passavant.sealing.statements import Statement, instant
from passavant.sealing.submissions import Submission, signed_text

__all__ = ["Entry", "entries_of"]

_MOST_BYTES = 0xFFFF
#: Many entries have few keys.
_key = functools.lru_cache(maxsize=1024)(VerifierKey.parse)
_FIELDS = {"v", "logged_at", "key", "signature", "statement"}


@dataclass(frozen=True)
class Entry:
    """One entry of a log.

    Attributes:
        statement: What the issuer said.
        key: The key that signed it.
        logged_at: UTC time at which the log took it; never lower than an earlier entry's.
        signature: The issuer's signature over the batch that it was in.
        index: Place in that batch, from 0.
        size: Statements in that batch.
        path: Audit path from the statement to the batch's root.
    """

    statement: Statement
    key: VerifierKey
    logged_at: str
    signature: bytes
    index: int = 0
    size: int = 1
    path: tuple[bytes, ...] = ()

    @classmethod
    def parse(cls, data: bytes) -> Entry:
        """Read an entry; its bytes must be the canonical ones.

        Raises:
            BadInput: they are not, or are no entry.
        """
        record = load(data, limit=_MOST_BYTES, what=("the entry", "l'entrée"))
        try:
            return cls._of(record, data)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise _refused() from error

    @classmethod
    def _of(cls, record: Any, data: bytes) -> Entry:
        batch = record.get("batch")
        expected = _FIELDS if batch is None else _FIELDS | {"batch"}
        if record.keys() != expected or record["v"] is True or record["v"] != 1 or canonical(record) != data:
            raise ValueError("fields")
        instant(record["logged_at"])
        statement, key = Statement.parse(record["statement"]), _key(record["key"])
        signature = _strict(record["signature"])
        if batch is None:
            return cls(statement, key, record["logged_at"], signature)
        if batch.keys() != {"index", "size", "path"} or not 0 <= batch["index"] < batch["size"]:
            raise ValueError("batch")
        if isinstance(batch["index"], bool) or isinstance(batch["size"], bool):
            raise ValueError("batch")
        joined = _strict(batch["path"])
        if len(joined) % HASH_SIZE:
            raise ValueError("path")
        return cls(statement, key, record["logged_at"], signature, batch["index"], batch["size"], _hashes(joined))

    @classmethod
    def own(cls, data: bytes) -> Entry:
        """Read an entry that this machine's log wrote itself: its form is not checked again, as whoever gets its receipt does.

        Raises:
            BadInput: the bytes are damaged.
        """
        try:
            record = json.loads(data)
            batch, said = record.get("batch"), record["statement"]
            del said["v"]
            statement, key = Statement(**said), _admitted(record["key"])
            signature = binascii.a2b_base64(record["signature"])
            if batch is None:
                return cls(statement, key, record["logged_at"], signature)
            path = _hashes(binascii.a2b_base64(batch["path"]))
            return cls(statement, key, record["logged_at"], signature, batch["index"], batch["size"], path)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise _refused() from error

    def signed_by_issuer(self, log: str) -> bool:
        """Return whether the issuer's key signed, for the log of this origin, the batch in which this statement stands."""
        root = root_from_path(self.index, self.size, leaf_hash(self.statement.canonical()), self.path)
        if root is None or self.key.kind != ED25519 or self.key.name != self.statement.issuer:
            return False
        return self.key.check(signed_text(log, self.key.name, self.size, root), self.signature) is not None


_admitted = functools.lru_cache(maxsize=256)(VerifierKey.parse)  # the keys of a log are few and short


def _hashes(joined: bytes) -> tuple[bytes, ...]:
    return tuple([joined[place : place + HASH_SIZE] for place in range(0, len(joined), HASH_SIZE)])


def entries_of(submission: Submission, logged_at: str) -> list[bytes]:
    """Return the entries of a submission, in its order.

    The canonical JSON is put together around the statements, which are canonical already: a log does this for every seal.
    """
    key = json.dumps(str(submission.key), ensure_ascii=False)
    signature = base64.b64encode(submission.signature).decode()
    shared = f'"key":{key},"logged_at":"{logged_at}","signature":"{signature}","statement":'.encode()
    texts = submission.texts
    if len(texts) == 1:
        return [b'{%b%b,"v":1}' % (shared, texts[0])]
    size, base64_of = len(texts), binascii.b2a_base64
    return [
        b'{"batch":{"index":%d,"path":"%b","size":%d},%b%b,"v":1}'
        % (index, base64_of(path, newline=False), size, shared, text)
        for index, (path, text) in enumerate(zip(submission.tree.joined_paths(), texts, strict=True))
    ]


def _strict(text: str) -> bytes:
    """Return the bytes of base64 in its one spelling."""
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("base64")
    return data


def _refused() -> BadInput:
    return BadInput(
        "sealing.entry.refused",
        got=(
            "bytes that are no entry of a log of seals",
            "des octets qui ne sont pas une entrée de journal de scellés",
        ),
        expected=("an entry in canonical JSON", "une entrée en JSON canonique"),
        next_step=(
            "Take the receipt as the log gave it; if the log gives this, keep it as evidence.",
            "Prenez le reçu tel que le journal l'a délivré ; si le journal le délivre ainsi, conservez-le comme preuve.",
        ),
    )
