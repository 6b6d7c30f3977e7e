"""The cubes in the memory of this process: read from their files once, then asked by every page."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from passavant.engines import open_duckdb
from passavant.lake import run_folders
from passavant.portal.analysis.cubes import TABLES, build, decisions_in, is_built, place_of
from passavant.portal.declarations.grounds import lake

__all__ = ["AT_ONCE", "Store", "build_missing", "current", "runs"]

#: Decisions that a page counts by itself; more are left to the worker.
AT_ONCE = 20_000


@dataclass
class Store:
    """The cubes of some runs.

    Attributes:
        counted: Names of the runs that count.
        waiting: How many runs are published and not counted yet.
    """

    con: Any = field(default_factory=lambda: open_duckdb(memory="400MB").con.con, repr=False)
    counted: tuple[str, ...] = ()
    waiting: int = 0

    def ask(self, statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        found: list[tuple[Any, ...]] = self.con.cursor().execute(statement, dict(values)).fetchall()
        return found


_lock = threading.Lock()
_stores: dict[Path, Store] = {}


def runs() -> list[Path]:
    """Return the runs that the lake lists, oldest first; none where nothing was published yet."""
    place = lake()
    return run_folders(place) if (place / "lake.json").is_file() else []


def current() -> Store:
    """Return the cubes as they are now: what was published since the last time is added.

    Raises:
        BadInput: the lake's list, or a run that it lists, is damaged.
    """
    listed = runs()
    names = tuple(run.name for run in listed)
    with _lock:
        store = _stores.get(lake())
        if store is None or names[: len(store.counted)] != store.counted:
            store = _stores[lake()] = _empty()
        _extend(store, listed)
        return store


def build_missing() -> int:
    """Count the runs that were not counted yet; return how many."""
    listed, done = runs(), 0
    for end in range(1, len(listed) + 1):
        if not is_built(listed[:end]):
            build(listed[:end])
            done += 1
    return done


def _empty() -> Store:
    store = Store()
    for table in TABLES:
        store.con.execute(_SCHEMAS[table])
    return store


def _extend(store: Store, listed: Sequence[Path]) -> None:
    """Add the runs that are counted, up to the first that the worker must count."""
    left = AT_ONCE
    for end in range(len(store.counted) + 1, len(listed) + 1):
        upto = listed[:end]
        if not is_built(upto):
            left -= decisions_in(upto[-1])
            if left < 0:
                break
            build(upto)
        for table in TABLES:
            store.con.execute(_LOADS[table], {"file": str(place_of(upto) / f"{table}.parquet")})
        store.counted = tuple(run.name for run in upto)
    store.waiting = len(listed) - len(store.counted)


_SCHEMAS = {
    "volumes": "CREATE TABLE volumes (day DATE, channel VARCHAR, declarant VARCHAR, lane VARCHAR, outcome VARCHAR, currency VARCHAR,"
    " consignments BIGINT, items BIGINT, duty BIGINT, vat BIGINT, fees BIGINT, vendor_vat BIGINT, unknown BIGINT)",
    "reasons": "CREATE TABLE reasons (day DATE, channel VARCHAR, declarant VARCHAR, lane VARCHAR, code VARCHAR, consignments BIGINT)",
    "senders": "CREATE TABLE senders (day DATE, declarant VARCHAR, read BIGINT, rejected BIGINT)",
}
_LOADS = {
    "volumes": "INSERT INTO volumes FROM read_parquet($file)",
    "reasons": "INSERT INTO reasons FROM read_parquet($file)",
    "senders": "INSERT INTO senders FROM read_parquet($file)",
}
