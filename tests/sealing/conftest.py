"""A log with one issuer, and short ways to seal in it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from passavant.sealing import SigningKey, Statement
from passavant.sealing.log import LogWriter, create_log
from passavant.sealing.statements import now
from passavant.sealing.submissions import Submission, submit


@dataclass
class House:
    """A log, its issuer and its writer."""

    folder: Path
    key: SigningKey
    issuer: SigningKey
    log: LogWriter

    def sealed(self, *documents: bytes, **fields: str) -> Submission:
        """Return a signed submission that seals documents."""
        return submit(self.issuer, [self.statement(document, **fields) for document in documents], self.key.name)

    def statement(self, document: bytes, action: str = "seal", **fields: str) -> Statement:
        """Return a statement of the issuer about a document."""
        digest = hashlib.sha256(document).hexdigest()
        return Statement(action, self.issuer.name, fields.pop("issued_at", now()), digest=digest, **fields)  # type: ignore[arg-type]

    def say(self, document: bytes, action: str, **fields: str) -> Submission:
        """Return a signed submission of one statement."""
        return submit(self.issuer, [self.statement(document, action, **fields)], self.key.name)


@pytest.fixture(scope="session")
def log_key() -> SigningKey:
    return SigningKey.generate("seals.customs.example/log")


@pytest.fixture(scope="session")
def issuer_key() -> SigningKey:
    return SigningKey.generate("customs.example/certificates")


@pytest.fixture
def house(tmp_path: Path, log_key: SigningKey, issuer_key: SigningKey) -> Iterator[House]:
    folder = tmp_path / "log"
    create_log(folder, log_key)
    with LogWriter(folder, log_key) as log:
        log.admit(issuer_key.verifier)
        yield House(folder, log_key, issuer_key, log)


@pytest.fixture
def digest() -> Callable[[bytes], str]:
    return lambda document: hashlib.sha256(document).hexdigest()
