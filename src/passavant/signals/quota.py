"""Personal quotas: which importation of the person this is in the period, in order of lodging, else of acceptance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from passavant.engines import Engine
from passavant.policy.law import Law
from passavant.signals.parties import person_key
from passavant.signals.snapshot import Snapshot, placed_at

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["with_quota"]


def with_quota(items: ir.Table, law: Law, snapshot: Snapshot | None, engine: Engine) -> ir.Table:
    """Add ``person_count`` and ``person_value``: importations in the period up to and with this one.

    Without a quota in the policy, and for a first importation, the count is 1 and the value the consignment's own.
    Order is by the :func:`placed_at` of the first version, then by consignment id; the consignment itself is never counted
    twice. ``first_lodged_at`` is that instant where it is not the row's own ``lodged_at``: for amendments that the snapshot
    knows, and where only the acceptance was declared; null elsewhere.
    """
    quota = law.policy.file.quota
    if quota is None or snapshot is None:
        return items.mutate(
            person_count=ibis.literal(1, type="int64"),
            person_value=items.goods_total,
            first_lodged_at=_accepted_only(items),
        )
    events = snapshot.table(engine, "quota")
    unit = "M" if quota.period == "month" else "Y"
    asked = items.filter(items.first_item)
    asked = asked.select(
        person_key=person_key(asked, law.policy),
        period=asked.law_on.truncate(unit),
        placed_at=placed_at(asked),
        own_id=asked.consignment_id,
        own_version=asked.version,
    )
    first = _first_lodged(asked, events)
    asked = asked.left_join(first, [asked.own_id == first.first_id, asked.own_version == first.first_version])
    asked = asked.mutate(place=ibis.coalesce(asked.first_lodged_at, asked.placed_at))
    pairs = asked.join(events.rename(event_lodged_at="lodged_at"), ["person_key", "period"])
    earlier = (pairs.event_lodged_at < pairs.place) | (
        (pairs.event_lodged_at == pairs.place) & (pairs.consignment_id < pairs.own_id)
    )
    before = pairs.filter(earlier & (pairs.consignment_id != pairs.own_id))
    before = before.group_by("own_id", "own_version").agg(
        earlier_count=before.count(), earlier_value=before.value.sum()
    )
    columns = items.columns
    joined = items.left_join(before, [items.consignment_id == before.own_id, items.version == before.own_version])
    joined = joined.left_join(first, [joined.consignment_id == first.first_id, joined.version == first.first_version])
    return joined.select(
        *columns,
        person_count=joined.earlier_count.fill_null(0) + 1,
        person_value=joined.goods_total + joined.earlier_value.fill_null(0),
        first_lodged_at=ibis.coalesce(joined.first_lodged_at, _accepted_only(joined)),
    )


def _accepted_only(items: ir.Table) -> ir.TimestampValue:
    return ibis.ifelse(items.lodged_at.isnull(), items.accepted_at, ibis.null("timestamp('UTC')"))


def _first_lodged(asked: ir.Table, events: ir.Table) -> ir.Table:
    """Return, for amendments, when the first version was lodged, which is what their event in the snapshot says."""
    amended = asked.filter(asked.own_version > 1).select(first_id="own_id", first_version="own_version")
    own = events.select("consignment_id", first_lodged_at="lodged_at")
    return amended.join(own, amended.first_id == own.consignment_id).drop("consignment_id")
