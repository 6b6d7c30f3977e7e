"""Reading in the lake what the journal was emptied of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from passavant.clearance.lookup import Found
from passavant.lake import run_tables
from passavant.portal.declarations.grounds import lake
from passavant.portal.declarations.models import Entry

__all__ = ["in_lake"]

_Key = tuple[str, int]


def in_lake(entries: Sequence[Entry], run_id: str) -> dict[int, Found]:
    """Return the decisions and goods items of entries whose batches were emptied, by their numbers.

    Args:
        entries: Of batches of one run.
        run_id: That run.

    Raises:
        BadInput: the lake has lost the run, or a row of it.
    """
    decisions, items = (_rows(run_id, kind, entries) for kind in ("decisions", "items"))
    found = {}
    for entry in entries:
        key = (entry.consignment_id, entry.version)
        goods = sorted(items[key], key=lambda row: row["item_no"])
        found[entry.pk] = Found(entry.consignment_id, next(iter(decisions[key]), None), goods, ())
    return found


def _rows(run_id: str, kind: str, entries: Sequence[Entry]) -> Mapping[_Key, list[Mapping[str, Any]]]:
    """Return the rows of exactly these versions: another's number may read like an id."""
    wanted = pc.field("consignment_id").isin(pa.array(sorted({entry.consignment_id for entry in entries})))
    rows: dict[_Key, list[Mapping[str, Any]]] = defaultdict(list)
    for path in run_tables(lake() / "runs" / run_id, kind):
        for row in pq.read_table(path, filters=wanted).to_pylist():
            rows[row["consignment_id"], row["version"]].append(row)
    return rows
