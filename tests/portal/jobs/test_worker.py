"""The worker as a process of its own: killed, cut short, told to stop."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from processes_of import wait_for

_KIND = """
import pathlib, sys, time
from passavant.portal import prepare
prepare()
from passavant.portal.jobs.kinds import kind
from passavant.texts import Text

@kind("test.slow", Text("Wait", "Attendre"), Text("looks", "regards"))
def slow(job, folder, silent):
    folder = pathlib.Path(folder)
    with (folder / "begun").open("a") as file:
        file.write("begun\\n")
    looks = 0
    while not (folder / "go").exists():
        looks += 1
        silent or job.tell(looks)
        time.sleep(0.02)
    return "went"
"""
_WORK = """
import signal, threading
from passavant.portal.jobs.worker import run_worker
stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
run_worker(stop)
"""
_ASK = """
from passavant.portal.server import update_database
from passavant.portal.jobs.services import start
update_database()
start("test.slow", {"folder": sys.argv[1], "silent": sys.argv[2] == "silent"})
"""
_LOOK = """
import json
from passavant.portal.jobs.models import Job
print(json.dumps(Job.objects.values("state", "attempts", "result").get()))
"""


def _environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DJANGO_SETTINGS_MODULE", "DATABASE_URL")}
    return kept | {
        "PASSAVANT_HOME": str(home),
        "PASSAVANT_LEASE_SECONDS": "1",
        "PYTHONPATH": ":".join(sys.path),
    }


def _do(home: Path, code: str, *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", _KIND + code, *arguments], env=_environment(home), capture_output=True, text=True, check=True
    ).stdout  # fmt: skip


def _job(home: Path) -> dict[str, Any]:
    return dict(json.loads(_do(home, _LOOK)))


@contextmanager
def _worker(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    running = subprocess.Popen([sys.executable, "-c", _KIND + _WORK], env=_environment(home))
    try:
        yield running
    finally:
        running.terminate()
        running.wait(30)


def _begun(home: Path) -> int:
    file = home / "begun"
    return file.read_text().count("begun") if file.exists() else 0


def test_a_job_whose_worker_is_killed_is_done_by_the_next(tmp_path: Path) -> None:
    _do(tmp_path, _ASK, str(tmp_path), "telling")
    with _worker(tmp_path) as first:
        wait_for(lambda: _begun(tmp_path))
        first.send_signal(signal.SIGKILL)
        first.wait()
    between = _job(tmp_path)
    (tmp_path / "go").touch()
    with _worker(tmp_path):
        wait_for(lambda: _job(tmp_path)["state"] == "done")

    assert ("running", 1) == (between["state"], between["attempts"])
    assert {"state": "done", "attempts": 2, "result": "went"} == _job(tmp_path)
    assert 2 == _begun(tmp_path)


def test_a_job_that_says_nothing_for_longer_than_a_lease_stays_with_its_worker(tmp_path: Path) -> None:
    _do(tmp_path, _ASK, str(tmp_path), "silent")
    with _worker(tmp_path), _worker(tmp_path):
        wait_for(lambda: _begun(tmp_path))
        for _ in range(4):  # each look takes a good part of a lease
            _job(tmp_path)
        (tmp_path / "go").touch()
        wait_for(lambda: _job(tmp_path)["state"] == "done")

    assert 1 == _begun(tmp_path)
    assert 1 == _job(tmp_path)["attempts"]


def test_a_worker_that_is_told_to_stop_leaves_its_job_waiting(tmp_path: Path) -> None:
    _do(tmp_path, _ASK, str(tmp_path), "telling")
    with _worker(tmp_path) as running:
        wait_for(lambda: _begun(tmp_path))

    assert 0 == running.returncode
    assert {"state": "waiting", "attempts": 0, "result": None} == _job(tmp_path)
