"""Cancelled consignments: what was decided on them stands in its run, and counts for nobody any more.

A run lists what was cancelled since the run before in ``cancelled.parquet``: a cancellation is a version of its own, so that
what is lodged again after it counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from passavant.engines import Engine

__all__ = ["CANCELLED", "CANCELLED_FILE", "cancelled_files", "cancelled_versions", "standing"]

CANCELLED_FILE = "cancelled.parquet"
#: Its columns. ``version`` is the cancellation's own, ``supersedes`` the decision that counts no longer.
CANCELLED = pa.schema(
    [
        ("consignment_no", pa.int64()),
        ("consignment_id", pa.string()),
        ("version", pa.int32()),
        ("cancelled_at", pa.timestamp("us", "UTC")),
        ("supersedes", pa.string()),
    ]
)


def cancelled_files(runs: Sequence[Path]) -> list[Path]:
    """Return the lists of cancellations that some runs hold."""
    return [run / CANCELLED_FILE for run in runs if (run / CANCELLED_FILE).is_file()]


def cancelled_versions(engine: Engine, files: Sequence[Path]) -> ir.Table:
    """Return the highest cancellation of each consignment: ``consignment_no`` and ``version``.

    Args:
        engine: Where the files are read.
        files: At least one.
    """
    every = engine.read(*files)
    return every.group_by("consignment_no").agg(version=every.version.max())


def standing(rows: ir.Table, cancelled: ir.Table) -> ir.Table:
    """Keep the decisions, or events, that no cancellation follows."""
    gone = cancelled.select(gone_no="consignment_no", gone_version="version")
    return rows.anti_join(gone, [rows.consignment_no == gone.gone_no, rows.version < gone.gone_version])
