"""Publication in the background: it outlives whatever stops one of its rounds."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from passavant.sealing.log import PUBLIC
from passavant.sealing.service.publishing import PublishingThread, Signed


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
