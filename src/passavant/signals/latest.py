"""What counts of a consignment that was decided several times: the latest version, and of that the latest decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["one_each"]

_ORDER = ("version", "decided_at", "decision_id", "run")


def one_each(rows: ir.Table, *, several: bool, key: str = "consignment_no") -> ir.Table:
    """Keep of each consignment the highest version, and of that the latest decision.

    Only consignments that stand several times are ranked. Within one run those are the amended ones, found by a filter;
    over several runs all are counted.

    Args:
        rows: Decisions or events with ``version``; where they have ``decided_at``, ``decision_id`` and ``run``, these order
            decisions on one version.
        several: Whether they come of several runs.
        key: Column that says which consignment it is.
    """
    if several:
        counted = rows.group_by(key).agg(times=lambda group: group.count())
        repeated = counted.filter(counted.times > 1)
    else:
        repeated = rows.filter(rows.version > 1)
    keys = repeated.select(key).distinct()
    rivals = rows.semi_join(keys, key)
    order = [rivals[name].desc() for name in _ORDER if name in rivals.columns]
    ranked = rivals.mutate(place=ibis.row_number().over(ibis.window(group_by=key, order_by=order)))
    first = ranked.filter(ranked.place == 0).select(*rows.columns)
    return rows.anti_join(keys, key).union(first)
