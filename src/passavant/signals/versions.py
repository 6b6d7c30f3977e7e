"""Versions: a declaration older than one already decided on is not the one that counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from passavant.engines import Engine
from passavant.signals.snapshot import Snapshot

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["with_superseding"]


def with_superseding(items: ir.Table, snapshot: Snapshot | None, engine: Engine) -> ir.Table:
    """Add ``superseded_by``: the version already decided that is higher than the row's own; null for nearly all.

    A fold knows what earlier runs decided; versions that stand beside each other in one input are each decided. Everything
    in a frozen snapshot is earlier.

    Args:
        items: Items with ``stratum_draw`` as the consignment's number.
        snapshot: The state to look up; None adds an empty column.
        engine: Where the snapshot is read.
    """
    nothing = {"superseded_by": ibis.null("int32")}
    if snapshot is None:
        return items.mutate(**nothing)
    versions = snapshot.table(engine, "versions")
    highest = versions.newest if snapshot.frozen else versions.decided
    known = versions.select(versions_of="consignment_no", highest=highest).filter(lambda rows: rows.highest.notnull())
    if not engine.value(known.count()):
        return items.mutate(**nothing)
    columns = items.columns
    joined = items.left_join(known, items.stratum_draw == known.versions_of)
    older = joined.version < joined.highest
    return joined.select(*columns, superseded_by=ibis.ifelse(older, joined.highest, ibis.null("int32")))
