"""The trail is sealed daily where it can be; where it should and cannot, the trail says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from passavant.errors import PassavantError
from passavant.portal.jobs.periodic import PERIODIC
from passavant.portal.trail.models import LogEntry
from passavant.portal.trail.services import record
from passavant.portal.trail.tasks import is_configured, seal_daily
from passavant.sealing.keys import ISSUER, LOG, create_key
from passavant.sealing.log import LogWriter, create_log

_PASSPHRASE = "a passphrase for tests"


@pytest.fixture
def home(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("PASSAVANT_LOG", "PASSAVANT_ISSUER_KEY", "PASSAVANT_KEY_PASSPHRASE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PASSAVANT_HOME", str(tmp_path))
    record("passavant.trail.read", actor="ada@customs.example")
    return tmp_path


@pytest.fixture
def log(home: Path) -> Path:
    """Return the home of a log whose issuer's key is encrypted."""
    key = create_key(LOG, "seals.customs.example/log", None)
    issuer = create_key(ISSUER, "customs.example/trail", _PASSPHRASE.encode())
    create_log(home / "log", key)
    with LogWriter(home / "log", key) as writer:
        writer.admit(issuer.verifier)
    return home


def _told() -> list[str]:
    return [entry.action.rpartition(".")[2] for entry in LogEntry.objects.exclude(action="passavant.trail.read")]


def test_it_is_done_daily_and_tried_again_hourly() -> None:
    assert (86_400, 3_600) == (PERIODIC["trail.seal"].seconds, PERIODIC["trail.seal"].retry)


def test_without_a_log_nothing_is_done(home: Path) -> None:
    seal_daily()

    assert not is_configured()
    assert [] == _told()


def test_the_head_is_sealed_with_the_passphrase_of_the_environment(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSAVANT_KEY_PASSPHRASE", _PASSPHRASE)
    seal_daily()

    assert ["sealed"] == _told()
    assert 1 == len(list((log / "trail").glob("*.tlog-proof")))


def test_what_keeps_it_from_being_sealed_is_told_once_until_it_is(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        with pytest.raises(PassavantError):
            seal_daily()
    failed = LogEntry.objects.latest("sequence")
    monkeypatch.setenv("PASSAVANT_KEY_PASSPHRASE", _PASSPHRASE)
    seal_daily()

    assert ["seal_failed", "sealed"] == _told()
    assert failed.object_id.startswith("sealing.key")
