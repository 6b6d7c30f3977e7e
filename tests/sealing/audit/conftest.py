"""A published log that a test may tamper with, and an auditor."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from passavant.sealing import Checkpoint, SigningKey, Statement, leaf_hash, sign_note
from passavant.sealing.audit import FolderSource, Report, audit_log
from passavant.sealing.entries import entries_of
from passavant.sealing.log import LogReader, LogWriter, Publisher, create_log
from passavant.sealing.merkle import Levels
from passavant.sealing.statements import instant
from passavant.sealing.submissions import submit
from passavant.sealing.tiles import WIDTH, bundle, bundle_path, tiles_of
from passavant.sealing.trust import TrustPolicy

START = "2026-11-25T09:30:00Z"


@dataclass
class Auditor:
    """An auditor with its memory."""

    state: Path
    policy: TrustPolicy

    def audit(self, folder: Path, **options: Any) -> Report:
        return audit_log(FolderSource(folder), self.policy, state=self.state, **options)

    def found(self, folder: Path, **options: Any) -> list[str]:
        """Return the names of all findings."""
        return [finding.name for finding in self.audit(folder, **options).findings]


@dataclass
class Forger:
    """An operator with the log's key who writes what he likes."""

    key: SigningKey
    issuer: SigningKey

    def opening(self) -> list[bytes]:
        """Return the entries that open the log and admit the issuer."""
        return [self.of_log("open", str(self.key.verifier)), self.of_log("admit", str(self.issuer.verifier))]

    def of_log(self, action: str, subject: str, scope: str = "seal,supersede,revoke", at: str = START) -> bytes:
        scope = scope if action == "admit" else ""
        said = Statement(action, self.key.name, at, subject=subject, scope=scope)
        return entries_of(submit(self.key, [said], self.key.name), at)[0]

    def entry(
        self, digest: str, action: str = "seal", at: str = START, by: SigningKey | None = None, **fields: str
    ) -> bytes:
        key = by or self.issuer
        said = Statement(action, key.name, START, digest=digest * 64, **fields)  # type: ignore[arg-type]
        return entries_of(submit(key, [said], self.key.name), at)[0]

    def publish(self, folder: Path, entries: Sequence[bytes]) -> Path:
        """Write a whole log whose tiles and signature all hold, whatever its entries say."""
        size, level = len(entries), [leaf_hash(entry) for entry in entries]
        root = Levels(level).root
        levels = []
        while level:
            levels.append(level)
            full = len(level) // WIDTH * WIDTH
            level = [Levels(level[start : start + WIDTH]).root for start in range(0, full, WIDTH)]
        for tile in tiles_of(0, size):
            start = tile.number * WIDTH
            _write(folder / tile.path, b"".join(levels[tile.level][start : start + tile.width]))
            if tile.level == 0:
                _write(folder / bundle_path(tile.number, tile.width), bundle(entries[start : start + tile.width]))
        note = sign_note(Checkpoint(self.key.name, size, root).text(), [self.key])
        _write(folder / "checkpoint", note.encode())
        return folder


@pytest.fixture
def auditor(tmp_path: Path, log_key: SigningKey) -> Auditor:
    return Auditor(tmp_path / "auditor", TrustPolicy().with_log(log_key.verifier))


@pytest.fixture
def forger(log_key: SigningKey, issuer_key: SigningKey) -> Forger:
    return Forger(log_key, issuer_key)


@pytest.fixture
def published(house: Any) -> Callable[..., Path]:
    """Return a function that seals in the log, publishes it, and gives its public folder."""

    def publish(*documents: bytes) -> Path:
        if documents:
            house.log.append(house.sealed(*documents))
        with LogReader(house.folder) as reader:
            Publisher(house.folder, reader).publish(house.log.checkpoint())
        return house.folder / "public"

    return publish


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory, log_key: SigningKey, issuer_key: SigningKey) -> Path:
    """Return the public folder of a log with two full tiles at level 0 and one open tile at each level, to be copied before it is changed."""
    folder = tmp_path_factory.mktemp("large") / "log"

    def clock() -> dt.datetime:
        return instant(START)

    create_log(folder, log_key, clock)
    with LogWriter(folder, log_key, clock) as log, LogReader(folder) as reader:
        log.admit(issuer_key.verifier)
        said = [Statement("seal", issuer_key.name, START, digest=f"{number:064x}") for number in range(700)]
        log.append(submit(issuer_key, said, log_key.name))
        Publisher(folder, reader).publish(log.checkpoint())
    return folder / "public"


@pytest.fixture
def copied(large: Path, tmp_path: Path) -> Path:
    return shutil.copytree(large, tmp_path / "copied")


def _write(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
