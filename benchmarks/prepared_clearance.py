"""A clearance made ready, in batches of one to ten thousand goods items, beside a whole run of `clear` on one row.

python benchmarks/prepared_clearance.py [--policy EU] [--json]
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

_SIZES = (1, 10, 100, 1_000, 10_000)
_ROUNDS = 9


def _median(work: Callable[[], object], rounds: int = _ROUNDS) -> float:
    """Return the median time of some rounds, in milliseconds."""
    seconds = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return round(statistics.median(seconds) * 1000, 1)


def measure(policy_id: str, place: Path) -> dict[str, float]:
    """Return milliseconds: to make ready, for each size of a batch, and for a run on one row."""
    from passavant import settings
    from passavant.clearance import ClearOptions, clear
    from passavant.clearance.prepared import Grounds, PreparedClearance
    from passavant.clearance.rules import load_rules
    from passavant.dataset.intake import take_in
    from passavant.engines import open_duckdb
    from passavant.money.exchange import load_rates
    from passavant.policy.load import load_policy
    from passavant.signals import open_snapshot
    from passavant.synthetic import generate

    day = dt.date(2026, 9, 15)
    parcels = generate(_SIZES[-1], seed=4, day=day, destination=policy_id, out=place / "day").parcels
    clear([parcels], place / "out", ClearOptions(policy=policy_id))
    taken = take_in(
        [parcels], work=place / "in", engine=open_duckdb(), secret=settings.secret(), administration=policy_id
    )
    items = pa.concat_tables([pq.read_table(file) for file in taken.parquet])
    policy, key_id = load_policy(policy_id), settings.key_id(settings.secret())
    state = open_snapshot(place / "out/snapshot", policy, key_id=key_id)
    grounds = Grounds(policy, load_rules(), load_rates(), state, key_id, 1_000)
    started = time.perf_counter()
    ready = PreparedClearance(grounds, day - dt.timedelta(days=30), day + dt.timedelta(days=30))
    found = {"made ready": round((time.perf_counter() - started) * 1000, 1)}
    for size in _SIZES:
        part, at = items.slice(0, size), dt.datetime.now(dt.UTC)
        found[f"{size} items"] = _median(lambda part=part, at=at: ready.run(part, at))  # type: ignore[misc]
    one = place / "one.parquet"
    pq.write_table(pq.read_table(parcels).slice(0, 1), one)
    options = ClearOptions(policy=policy_id, snapshot=place / "out/snapshot", replace=True)
    found["clear, one item"] = _median(lambda: clear([one], place / "single", options), rounds=3)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--policy", default="EU")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        os.environ["PASSAVANT_HOME"] = f"{name}/home"
        found = measure(asked.policy, Path(name))
    if asked.json:
        print(json.dumps(found))
        return
    print(f"{os.cpu_count()} cores, {asked.policy}")
    for what, milliseconds in found.items():
        print(f"{what:20}{milliseconds:>10} ms")


if __name__ == "__main__":
    main()
