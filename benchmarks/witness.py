"""Checkpoints that a witness checks and stores per second: goal half of SQLite's own rate at one insert a transaction.

The limit is measured in the same run and folder: rows as wide as a witness's, in WAL mode with ``synchronous=FULL``, one
durable transaction each. A witness parses the request, verifies the log's signature and the proof, stores, and signs.

python benchmarks/witness.py [--json] [--checkpoints N] [--folder DIR]
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from passavant.sealing.checkpoints import Checkpoint
from passavant.sealing.merkle import Frontier, consistency_path, leaf_hash, root_of
from passavant.sealing.notes import COSIGNATURE, SigningKey, sign_note
from passavant.sealing.witness import WitnessState, create_witness, parse_request, request_text

_ROUNDS = 5
_GOAL = 0.5
_THREADS = 8


def _requests(log: SigningKey, count: int) -> list[bytes]:
    """Return requests of a log that grows by one entry each, made before the clock runs."""
    leaves = [leaf_hash(str(place).encode()) for place in range(count)]
    tree, made = Frontier(), []
    for size in range(1, count + 1):
        tree.append(leaves[size - 1])
        path = consistency_path(size - 1, size, lambda start, end: root_of(leaves[start:end])) if size > 1 else []
        made.append(request_text(size - 1, path, sign_note(Checkpoint(log.name, size, tree.root()).text(), [log])))
    return made


def _bare(folder: Path, count: int) -> float:
    """Return inserts a second of SQLite alone, one durable transaction each."""
    connection = sqlite3.connect(folder / "bare.sqlite", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS one (place INTEGER PRIMARY KEY, size INTEGER, root BLOB, note TEXT)")
    row = (1, bytes(32), "x" * 360)
    started = time.perf_counter()
    for _ in range(count):
        connection.execute("INSERT INTO one (size, root, note) VALUES (?, ?, ?)", row)
    rate = count / (time.perf_counter() - started)
    connection.close()
    return rate


def _alone(state: WitnessState, log: SigningKey, bodies: list[bytes]) -> float:
    """Return checkpoints a second that one log after the other has checked and stored."""
    state.watch(log.verifier)
    started = time.perf_counter()
    for body in bodies:
        answer, _ = state.add(parse_request(body))
        assert answer.status == 200
    return len(bodies) / (time.perf_counter() - started)


def _together(state: WitnessState, logs: list[SigningKey], bodies: list[list[bytes]]) -> float:
    """Return checkpoints a second that several logs at once have checked and stored."""
    for log in logs:
        state.watch(log.verifier)

    def run(mine: list[bytes]) -> None:
        for body in mine:
            assert state.add(parse_request(body))[0].status == 200

    started = time.perf_counter()
    with ThreadPoolExecutor(len(logs)) as pool:
        list(pool.map(run, bodies))
    return sum(map(len, bodies)) / (time.perf_counter() - started)


def _round(folder: Path, state: WitnessState, number: int, count: int) -> tuple[float, float, float]:
    log = SigningKey.generate(f"log{number}.example")
    logs = [SigningKey.generate(f"log{number}-{one}.example") for one in range(_THREADS)]
    bodies, several = _requests(log, count), [_requests(one, count // _THREADS) for one in logs]
    return _bare(folder, count), _alone(state, log, bodies), _together(state, logs, several)


def _measure(count: int, folder: Path) -> dict[str, Any]:
    key = SigningKey.generate("witness.example", COSIGNATURE)
    create_witness(folder / "witness", key)
    with WitnessState(folder / "witness", key) as state:
        _round(folder, state, 0, 80)  # warm
        found = [_round(folder, state, number, count) for number in range(1, _ROUNDS + 1)]
    bare, alone, together = zip(*found, strict=True)
    return {
        "sqlite_batch_1_per_s": round(statistics.median(bare)),
        "one_log_per_s": round(statistics.median(alone)),
        "several_logs_per_s": round(statistics.median(together)),
        "ratio": round(statistics.median(one / limit for limit, one, _ in found), 3),
        "several_ratio": round(statistics.median(many / limit for limit, _, many in found), 3),
        "goal_ratio": _GOAL,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--checkpoints", type=int, default=1000, help="checkpoints a round")
    parser.add_argument("--folder", type=Path, help="on the disk to be measured (default: the temporary folder)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        found = _measure(asked.checkpoints, Path(folder))
    if asked.json:
        print(json.dumps({"checkpoints": asked.checkpoints, "rounds": _ROUNDS, **found}, indent=2))
        return
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}; median of {_ROUNDS} rounds of {asked.checkpoints}")
    print(f"{'limit: SQLite, durable inserts of one per s':48}{found['sqlite_batch_1_per_s']:>9}")
    print(f"{'witness, one log, checkpoints per s':48}{found['one_log_per_s']:>9}")
    print(f"{'ratio (goal ' + str(_GOAL) + ')':48}{found['ratio']:>9}")
    print(f"{f'witness, {_THREADS} logs at once, checkpoints per s':48}{found['several_logs_per_s']:>9}")
    print(f"{'ratio':48}{found['several_ratio']:>9}")


if __name__ == "__main__":
    main()
