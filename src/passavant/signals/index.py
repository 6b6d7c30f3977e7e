"""A frozen snapshot looked up by key: what a few consignments need of it, without reading the rest again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from passavant.engines import Engine
from passavant.signals.snapshot import Snapshot

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import numpy.typing as npt

__all__ = ["GivenSnapshot", "SnapshotIndex"]

#: The key by which each file is sorted.
_KEYS = {
    "party_day": "party_key",
    "quota": "person_key",
    "versions": "consignment_no",
    "declared": "consignment_no",
}


@dataclass(frozen=True)
class GivenSnapshot(Snapshot):
    """A frozen snapshot whose tables are given: the rows that a batch needs, found by :class:`SnapshotIndex`."""

    tables: dict[str, ir.Table] = field(default_factory=dict, compare=False)

    def table(self, engine: Engine, name: str) -> ir.Table:  # noqa: ARG002  # as a snapshot on disk has it
        """Return one of its tables."""
        return self.tables[name]

    def rows(self, name: str) -> int:  # noqa: ARG002
        """Return 1: a graph that is made once must not leave out a join."""
        return 1


class SnapshotIndex:
    """The files of a snapshot in memory, sorted by key as they lie.

    Args:
        snapshot: The snapshot; read whole.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._tables = {name: pq.read_table(snapshot.folder / f"{name}.parquet").combine_chunks() for name in _KEYS}
        self._sorted = {name: self._tables[name][key].to_numpy() for name, key in _KEYS.items()}

    @property
    def schemas(self) -> dict[str, pa.Schema]:
        """Columns of each file."""
        return {name: table.schema for name, table in self._tables.items()}

    def find(self, *, parties: pa.Array, persons: pa.Array, consignments: pa.Array) -> dict[str, pa.Table]:
        """Return, of each file, the rows of some parties, persons and consignments."""
        asked = {"party_day": parties, "quota": persons, "versions": consignments, "declared": consignments}
        return {name: self._rows(name, _distinct(keys)) for name, keys in asked.items()}

    def _rows(self, name: str, keys: npt.NDArray[np.int64]) -> pa.Table:
        known = self._sorted[name]
        first, last = np.searchsorted(known, keys, "left"), np.searchsorted(known, keys, "right")
        spans = [np.arange(start, end) for start, end in zip(first, last, strict=True) if end > start]
        return self._tables[name].take(np.concatenate(spans) if spans else np.zeros(0, np.int64))


def _distinct(keys: pa.Array) -> npt.NDArray[np.int64]:
    return np.asarray(pc.unique(keys.drop_null()).to_numpy(zero_copy_only=False), np.int64)
