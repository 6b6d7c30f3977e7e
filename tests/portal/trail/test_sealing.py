"""The trail's head goes into the log of seals: a chain that is written anew no longer leads to it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from passavant.portal.trail.sealing import seal_trail
from passavant.portal.trail.services import head, record
from passavant.sealing import SigningKey
from passavant.sealing.desk import LocalDesk
from passavant.sealing.documents import document_sha256
from passavant.sealing.keys import ISSUER, LOG, create_key
from passavant.sealing.log import LogWriter, create_log
from passavant.sealing.receipts import Receipt
from passavant.sealing.trust import TrustPolicy
from passavant.sealing.verification import verify_receipt


@pytest.fixture
def issuer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SigningKey:
    monkeypatch.setenv("PASSAVANT_HOME", str(tmp_path / "home"))
    key, issuer = create_key(LOG, "seals.customs.example/log", None), create_key(ISSUER, "customs.example/trail", None)
    create_log(tmp_path / "home" / "log", key)
    with LogWriter(tmp_path / "home" / "log", key) as log:
        log.admit(issuer.verifier)
    return issuer


def test_the_newest_entry_is_sealed_and_proved(db: None, issuer: SigningKey, tmp_path: Path) -> None:
    desk = LocalDesk(tmp_path / "home" / "log")
    record("passavant.trail.read", actor="ada@customs.example")
    before = head()
    file = seal_trail(tmp_path / "trail", issuer, desk)

    assert file is not None
    assert {"v": 1, "size": before.size, "hash": before.hash} == json.loads(file.read_text())
    receipt = Receipt.parse(file.with_name(f"{file.name}.tlog-proof").read_text())
    assert verify_receipt(receipt, document_sha256(file), TrustPolicy().with_log(desk.key)).good


def test_nothing_new_is_not_sealed_again(db: None, issuer: SigningKey, tmp_path: Path) -> None:
    desk = LocalDesk(tmp_path / "home" / "log")
    record("passavant.trail.read", actor="ada@customs.example")
    seal_trail(tmp_path / "trail", issuer, desk)
    second = seal_trail(tmp_path / "trail", issuer, desk)
    record("passavant.trail.read", actor="ada@customs.example")

    assert second is None
    assert seal_trail(tmp_path / "trail", issuer, desk) is not None


def test_an_empty_trail_is_not_sealed(db: None, issuer: SigningKey, tmp_path: Path) -> None:
    assert seal_trail(tmp_path / "trail", issuer, LocalDesk(tmp_path / "home" / "log")) is None
