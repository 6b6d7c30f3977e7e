"""Exact-key splits: several consignments of some value to one party in a day, each within the threshold, together above it.

Groups are filtered first and only their keys are joined back: no window over the day, no join of all keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from passavant.engines import Engine
from passavant.policy.law import Law
from passavant.signals.parties import party_key
from passavant.signals.snapshot import Snapshot

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["with_splits"]


def with_splits(items: ir.Table, law: Law, snapshot: Snapshot | None, engine: Engine) -> ir.Table:
    """Add ``split_parcels`` and ``split_value`` (threshold currency, minor units): null where no split is seen.

    Args:
        items: Items with facts (party keys, law_on, goods_total, stratum_draw as the consignment's number).
        law: Its split rule names the threshold and the least number of parcels.
        snapshot: The state to look up; None adds empty columns.
        engine: Where the snapshot is read.
    """
    rule = law.policy.file.split
    nothing = {"split_parcels": ibis.null("int64"), "split_value": ibis.null("int64")}
    if rule is None or snapshot is None:
        return items.mutate(**nothing)
    events = snapshot.table(engine, "party_day")
    events = events.mutate(law_period=law.period(events.day))
    low = events.filter((events.value > 0) & (events.value <= law.parameter(rule.threshold, events.law_period)))
    least = rule.min_parcels - 1 if snapshot.frozen else rule.min_parcels
    groups = low.group_by("party_key", "day").agg(parcels=low.count(), value=low.value.sum())
    candidates = groups.filter(groups.parcels >= least)
    columns = items.columns
    table = items.mutate(party_key=party_key(items))
    joined = table.left_join(candidates, [table.party_key == candidates.party_key, table.law_on == candidates.day])
    joined = joined.select(*columns, "parcels", "value")
    if snapshot.frozen:
        joined = _with_itself(joined, low.semi_join(candidates, ["party_key", "day"]), columns)
    threshold = law.parameter(rule.threshold, joined.law_period)
    within = (joined.goods_total > 0) & (joined.goods_total <= threshold)
    met = within & (joined.parcels >= rule.min_parcels) & (joined.value > threshold)
    return joined.select(
        *columns,
        split_parcels=ibis.ifelse(met, joined.parcels, ibis.null("int64")),
        split_value=ibis.ifelse(met, joined.value, ibis.null("int64")),
    )


def _with_itself(table: ir.Table, low: ir.Table, columns: tuple[str, ...]) -> ir.Table:
    """In a frozen snapshot, put the row itself in the place of what its group holds of the same consignment.

    An amendment may have another day, party or value than the version in the snapshot.
    """
    own = low.select(own_no="consignment_no", own_party="party_key", own_day="day", own_value="value")
    table = table.mutate(asking_party=party_key(table))
    same = [table.stratum_draw == own.own_no, table.asking_party == own.own_party, table.law_on == own.own_day]
    joined = table.left_join(own, same)
    return joined.select(
        *columns,
        parcels=joined.parcels + joined.own_no.isnull().ifelse(1, 0),
        value=joined.value - joined.own_value.fill_null(0) + joined.goods_total,
    )
