"""Publication in the background: it outlives whatever stops one of its rounds."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from passavant.sealing.log import PUBLIC, LogReader
from passavant.sealing.notes import COSIGNATURE, SigningKey, split_note
from passavant.sealing.service.publishing import PublishingThread, Signed
from passavant.sealing.witness import Refusal, WitnessAlarm


def _soon(true: Callable[[], bool]) -> bool:
    end = time.monotonic() + 20
    while time.monotonic() < end and not true():
        time.sleep(0.01)
    return true()


def test_a_round_that_fails_does_not_end_publication(house: Any, caplog: pytest.LogCaptureFixture) -> None:
    obstacle = house.folder / PUBLIC / "checkpoint"
    obstacle.mkdir(parents=True)  # no file can be read here, nor written
    thread = PublishingThread(house.folder, 0.01, None, Signed(house.log.size, house.log.checkpoint()))
    try:
        assert _soon(lambda: "publication failed" in caplog.text)
        assert thread.published is None
        obstacle.rmdir()
        assert _soon(lambda: thread.published is not None)
    finally:
        thread.stop()

    assert house.log.checkpoint() == obstacle.read_text()


def test_a_stopping_service_publishes_what_is_left(house: Any) -> None:
    thread = PublishingThread(house.folder, 3600.0, None, Signed(house.log.size, house.log.checkpoint()))
    assert _soon(lambda: thread.published is not None)
    house.log.append(house.sealed(b"late"))
    thread.told(house.log.size, house.log.checkpoint())
    thread.stop()

    assert house.log.checkpoint() == (house.folder / PUBLIC / "checkpoint").read_text()


def test_a_quiet_log_asks_again_the_witnesses_that_were_down(house: Any) -> None:
    witness, asked = SigningKey.generate("witness.example", COSIGNATURE), []

    def cosign(note: str, reader: LogReader) -> str:
        asked.append(note)
        return note if len(asked) < 3 else note + witness.line(split_note(note)[0])

    latest = Signed(house.log.size, house.log.checkpoint())
    thread = PublishingThread(house.folder, 0.01, cosign, latest, witnesses=1, again=0.02)
    try:
        assert _soon(lambda: "witness.example" in (thread.published or latest).note)
        time.sleep(0.2)
    finally:
        thread.stop()

    assert 3 == len(asked)
    assert "witness.example" in (house.folder / PUBLIC / "checkpoint").read_text()


def test_only_an_alarm_that_the_logs_own_signature_bears_out_stops_it(house: Any) -> None:
    theirs: list[str | None] = [None]

    def alarmed(note: str, reader: LogReader) -> str:
        raise WitnessAlarm((Refusal("north", ("FORK", "BIFURCATION"), True, note, theirs[0]),))

    latest = Signed(house.log.size, house.log.checkpoint())
    thread = PublishingThread(house.folder, 0.01, alarmed, latest, witnesses=1, again=0.02)
    try:
        assert _soon(lambda: thread.published is not None)
        time.sleep(0.1)
        unproven = thread.alarm
        theirs[0] = "the other checkpoint"
        assert _soon(lambda: thread.alarm is not None)
    finally:
        thread.stop()

    assert unproven is None
