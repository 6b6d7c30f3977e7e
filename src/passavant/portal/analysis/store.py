"""The cubes in the memory of this process: read from their files once, then asked by every page."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from passavant.engines import open_duckdb
from passavant.lake import run_folders
from passavant.portal.analysis.cubes import TABLES, add_up, build, decisions_in, places, whole_of
from passavant.portal.declarations.grounds import lake

__all__ = ["AT_ONCE", "TOGETHER", "Store", "build_missing", "current", "runs"]

#: Decisions that a page counts by itself; more are left to the worker.
AT_ONCE = 20_000
#: After so many runs their counts are added up in one cube.
TOGETHER = 50


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
    """Count the runs that were not counted yet, and add the counts up every so often; return how many were counted."""
    listed, done = runs(), 0
    where = places(listed)
    for end, place in enumerate(where, start=1):
        if not place.is_dir():
            build(listed[:end], place)
            done += 1
        if end % TOGETHER == 0:
            before = whole_of(where[end - TOGETHER - 1]) if end > TOGETHER else None
            add_up(before, where[end - TOGETHER : end], whole_of(place))
    _forget_others(where)
    return done


def _forget_others(where: Sequence[Path]) -> None:
    """Remove the counts of lists that the lake has no more: of an older form, or of a lake that was restored."""
    if where:
        kept = {place.name for one in where for place in (one, whole_of(one))}
        for place in where[0].parent.iterdir():
            if place.name not in kept and not place.name.startswith("."):
                shutil.rmtree(place, ignore_errors=True)


def _empty() -> Store:
    store = Store()
    for table in TABLES:
        store.con.execute(_SCHEMAS[table])
    return store


def _extend(store: Store, listed: Sequence[Path]) -> None:
    """Add the runs that are counted, up to the first that the worker must count."""
    where, start = places(listed), len(store.counted)
    if not start:
        start = max(
            (end for end in range(TOGETHER, len(listed) + 1, TOGETHER) if whole_of(where[end - 1]).is_dir()), default=0
        )
        found = [whole_of(where[start - 1])] if start else []
    else:
        found = []
    left, end = AT_ONCE, start
    while end < len(listed):
        if not where[end].is_dir():
            left -= decisions_in(listed[end])
            if left < 0:
                break
            build(listed[: end + 1], where[end])
        found.append(where[end])
        end += 1
    if found:
        _load(store, found)
    store.counted = tuple(run.name for run in listed[:end])
    store.waiting = len(listed) - end


def _load(store: Store, found: Sequence[Path]) -> None:
    """Read cubes, all or none: a page never sees half of them."""
    store.con.execute("BEGIN")
    try:
        for table in TABLES:
            store.con.execute(_LOADS[table], {"files": [str(place / f"{table}.parquet") for place in found]})
    except BaseException:
        store.con.execute("ROLLBACK")
        raise
    store.con.execute("COMMIT")


_SCHEMAS = {
    "volumes": "CREATE TABLE volumes (day DATE, channel VARCHAR, declarant VARCHAR, lane VARCHAR, outcome VARCHAR, currency VARCHAR,"
    " consignments BIGINT, items BIGINT, duty BIGINT, vat BIGINT, fees BIGINT, vendor_vat BIGINT, unknown BIGINT)",
    "reasons": "CREATE TABLE reasons (day DATE, channel VARCHAR, declarant VARCHAR, lane VARCHAR, code VARCHAR, consignments BIGINT)",
    "senders": "CREATE TABLE senders (day DATE, declarant VARCHAR, read BIGINT, rejected BIGINT)",
}
_LOADS = {
    "volumes": "INSERT INTO volumes FROM read_parquet($files)",
    "reasons": "INSERT INTO reasons FROM read_parquet($files)",
    "senders": "INSERT INTO senders FROM read_parquet($files)",
}
