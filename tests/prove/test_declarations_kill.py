"""Kill -9 under load, and a database that goes away: nothing acknowledged is lost, nothing decided twice."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import Any

import psycopg
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "portal"))
from declared import declaration
from processes_of import wait_for
from served import Operator, environment, operator_of, served

pytestmark = pytest.mark.prove
_KILLS, _CLIENTS, _BETWEEN = 12, 8, 25
_VICTIMS = ("decisions", "web", "worker")
_CHECK = """
import json
from passavant.portal import prepare
prepare()
import pyarrow.parquet as pq
from passavant.lake import run_folders
from passavant.portal.declarations.compaction import compact
from passavant.portal.declarations.grounds import lake
from passavant.portal.declarations.models import Entry, Submission
compact(settled=0)
lake_ids = [one for run in run_folders(lake()) for one in pq.read_table(run / "decisions.parquet", columns=["decision_id"])["decision_id"].to_pylist()]
entries = list(Entry.objects.values_list("consignment_id", "version", "decision_id"))
print(json.dumps({"entries": entries, "lake": lake_ids, "waiting": Submission.objects.filter(state="waiting").count()}))
"""


class _Load:
    """Operators that send until told to stop, and remember what was acknowledged."""

    def __init__(self, operator: Operator) -> None:
        self.operator, self.stop = operator, threading.Event()
        self.acknowledged: dict[str, str] = {}
        self._threads = [threading.Thread(target=self._send, args=(number,)) for number in range(_CLIENTS)]

    def __enter__(self) -> _Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        for thread in self._threads:
            thread.join()

    def _send(self, client: int) -> None:
        number = 0
        while not self.stop.is_set():
            number += 1
            size = 120 if client == 0 and number % 20 == 0 else 1
            body = [declaration(f"K{client}-{number}-{one}") for one in range(size)]
            key = str(uuid.uuid4())
            answer = self.operator.call_until_answered("POST", "api/v1/declarations", body, **{"Idempotency-Key": key})
            told = self._finished(answer)
            for one in told:
                assert one["status"] in ("decided", "known"), one
                self.acknowledged[one["consignment_id"]] = one["decision_id"]

    def _finished(self, answer: dict[str, Any]) -> list[dict[str, Any]]:
        page = f"api/v1/declarations/submissions/{answer['submission']}"
        while answer["state"] == "waiting":
            time.sleep(0.5)
            answer = self.operator.call_until_answered("GET", page)
        found: list[dict[str, Any]] = answer["declarations"]
        return found


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_nothing_acknowledged_is_lost_and_nothing_is_decided_twice(kind: str, tmp_path: Path) -> None:
    variables = _database(kind)
    operator = operator_of("", tmp_path, **variables)
    chance = random.Random(11)
    with served(tmp_path, PASSAVANT_COMPACT_SECONDS="5", **variables) as portal:
        operator = operator._replace(address=portal.address)
        with _Load(operator) as load:
            for kill in range(_KILLS):
                enough = len(load.acknowledged) + _BETWEEN
                wait_for(lambda enough=enough: len(load.acknowledged) >= enough, seconds=120)  # type: ignore[misc]
                time.sleep(chance.uniform(0, 0.5))
                if kind == "postgresql" and kill % 4 == 3:
                    _cut_connections(variables["DATABASE_URL"])
                for pid in portal.processes(f"processes {_VICTIMS[kill % len(_VICTIMS)]}"):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
            time.sleep(10)
    found = json.loads(
        subprocess.run(
            [sys.executable, "-c", _CHECK],
            env=environment(tmp_path, **variables),
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    )

    entries = {consignment: decision for consignment, _, decision in found["entries"]}
    lost = {name for name, decision in load.acknowledged.items() if entries.get(name) != decision}
    print(f"{kind}: {len(load.acknowledged)} acknowledged, {len(entries)} decided, {_KILLS} kills")
    assert set() == lost
    assert len(entries) == len(found["entries"])
    assert sorted(found["lake"]) == sorted(decision for _, _, decision in found["entries"])
    assert 0 == found["waiting"]
    assert len(load.acknowledged) >= _KILLS * _BETWEEN


def _database(kind: str) -> dict[str, str]:
    if kind == "sqlite":
        return {}
    address = os.environ.get("PASSAVANT_TEST_POSTGRESQL")
    if not address:
        pytest.skip(
            "no PostgreSQL: install it (Debian: postgresql), start it, and name it in PASSAVANT_TEST_POSTGRESQL=postgresql://…"
        )
    name = f"kill_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # a name made here
    return {"DATABASE_URL": address.rsplit("/", 1)[0] + f"/{name}"}


def _cut_connections(address: str) -> None:
    """End every connection to the database, as its restart does."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
