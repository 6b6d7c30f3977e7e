"""What officers decided on consignments that were not released by themselves: listed in a run, like cancellations.

The decision stands as it was taken; what became of the consignment is said beside it. What is released is due, what is
refused owes nothing, and whatever is not settled is held.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from passavant.engines import Engine

__all__ = ["SETTLED", "SETTLED_FILE", "settled_files", "with_status"]

SETTLED_FILE = "settled.parquet"
#: Its columns. ``settled`` is ``release`` or ``refuse``; it speaks of one version.
SETTLED = pa.schema(
    [
        ("consignment_no", pa.int64()),
        ("consignment_id", pa.string()),
        ("version", pa.int32()),
        ("settled", pa.string()),
        ("settled_at", pa.timestamp("us", "UTC")),
    ]
)


def settled_files(runs: Sequence[Path]) -> list[Path]:
    """Return the lists of what officers settled that some runs hold."""
    return [run / SETTLED_FILE for run in runs if (run / SETTLED_FILE).is_file()]


def with_status(engine: Engine, decisions: ir.Table, files: Sequence[Path]) -> ir.Table:
    """Add ``status`` to decisions: ``due`` (released), ``held``, or ``refused``.

    Args:
        engine: Where the files are read.
        decisions: With ``consignment_no``, ``version`` and ``outcome``.
        files: From :func:`settled_files`; may be none.
    """
    by_itself = decisions.outcome == "release"
    if not files:
        return decisions.mutate(status=ibis.ifelse(by_itself, "due", "held"))
    every = engine.read(*files).distinct()
    last = every.group_by("consignment_no", "version").agg(settled=every.settled.argmax(every.settled_at))
    last = last.rename(settled_no="consignment_no", settled_version="version")
    same = [decisions.consignment_no == last.settled_no, decisions.version == last.settled_version]
    joined = decisions.left_join(last, same)
    status = ibis.cases(
        (joined.settled == "refuse", "refused"), (by_itself | (joined.settled == "release"), "due"), else_="held"
    )
    return joined.select(*decisions.columns, status=status)
