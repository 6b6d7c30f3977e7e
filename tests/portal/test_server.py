"""The portal as its users start it: one command, a real server, a database made by itself."""

from __future__ import annotations

import json
import os
import signal
import urllib.request
from pathlib import Path

import pytest
from processes_of import alive, descendants, wait_for
from served import served


def test_a_portal_is_served_by_one_command(tmp_path: Path) -> None:
    with (
        served(tmp_path) as (running, address),
        urllib.request.urlopen(f"{address}health") as answer,
    ):
        told = json.load(answer)

    assert "ok" == told["status"]
    assert 0 == running.returncode
    assert (tmp_path / "portal.sqlite").is_file()


def test_the_published_secret_is_refused_in_words(tmp_path: Path) -> None:
    from passavant.settings import DEMO_SECRET

    with (
        pytest.raises(AssertionError, match="which everybody knows"),
        served(tmp_path, PASSAVANT_SECRET=DEMO_SECRET.decode()),
    ):
        pass


def _worker_of(server: int) -> list[int]:
    return [pid for pid, words in descendants(server).items() if "processes worker" in words]


def _heard(address: str) -> dict[str, int]:
    """Return what health tells of a worker that has spoken; empty before it has."""
    with urllib.request.urlopen(f"{address}health") as answer:
        told = json.load(answer)["worker"]
    return told if told["seconds_since_heartbeat"] is not None else {}


def test_a_worker_runs_beside_the_server_and_a_killed_one_is_replaced(tmp_path: Path) -> None:
    with served(tmp_path) as (running, address):
        (first,) = wait_for(lambda: _worker_of(running.pid))
        heard = wait_for(lambda: _heard(address))
        os.kill(first, signal.SIGKILL)
        (second,) = wait_for(lambda: set(_worker_of(running.pid)) - {first})
        everything = set(descendants(running.pid))

    assert heard.keys() == {"seconds_since_heartbeat"}
    assert first != second
    assert len(everything) >= 3  # gunicorn, its one worker, ours
    assert set() == alive(everything)


def test_nothing_survives_a_server_that_is_killed(tmp_path: Path) -> None:
    with served(tmp_path) as (running, address):
        wait_for(lambda: _heard(address))
        everything = set(descendants(running.pid))
        running.kill()
        wait_for(lambda: not alive(everything))

    assert len(everything) >= 3
