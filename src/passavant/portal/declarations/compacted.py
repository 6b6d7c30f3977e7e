"""Reading in the lake what the journal held."""

from __future__ import annotations

from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from passavant.clearance.lookup import Found
from passavant.lake import run_tables
from passavant.portal.declarations.grounds import lake
from passavant.portal.declarations.models import Compaction, Entry

__all__ = ["in_lake"]


def in_lake(entry: Entry) -> Found:
    """Return the decision and the goods items of an entry whose batch was emptied after it was compacted."""
    held = Compaction.objects.get(batches=entry.batch_id)
    folder = lake() / "runs" / held.run_id
    own = (pc.field("consignment_id") == entry.consignment_id) & (pc.field("version") == entry.version)
    decision, rows = (
        [row for path in run_tables(folder, kind) for row in _rows(path, own)] for kind in ("decisions", "items")
    )
    return Found(entry.consignment_id, decision[0], sorted(rows, key=lambda row: row["item_no"]), ())


def _rows(path: Any, own: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(path, filters=own).to_pylist()
    return found
