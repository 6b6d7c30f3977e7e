"""Personal quotas: which importation of the person this is in the period, in order of lodging."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from passavant.engines import Engine
from passavant.policy.law import Law
from passavant.signals.snapshot import Snapshot

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["with_quota"]


def with_quota(items: ir.Table, law: Law, snapshot: Snapshot | None, engine: Engine) -> ir.Table:
    """Add ``person_count`` and ``person_value``: importations in the period up to and with this one.

    Without a quota in the policy, and for a first importation, the count is 1 and the value the consignment's own.
    Order is by ``lodged_at``, then by consignment id; the consignment itself is never counted twice.
    """
    quota = law.policy.file.quota
    if quota is None or snapshot is None:
        return items.mutate(person_count=ibis.literal(1, type="int64"), person_value=items.goods_total)
    events = snapshot.table(engine, "quota")
    unit = "M" if quota.period == "month" else "Y"
    person = (
        items.importer_key if quota.person == "importer" else ibis.coalesce(items.importer_id_key, items.importer_key)
    )
    asked = items.filter(items.first_item).mutate(person_key=person, period=items.law_on.truncate(unit))
    asked = asked.select("person_key", "period", "lodged_at", own_id=asked.consignment_id, own_version=asked.version)
    pairs = asked.join(events.rename(event_lodged_at="lodged_at"), ["person_key", "period"])
    earlier = (pairs.event_lodged_at < pairs.lodged_at) | (
        (pairs.event_lodged_at == pairs.lodged_at) & (pairs.consignment_id < pairs.own_id)
    )
    before = pairs.filter(earlier & (pairs.consignment_id != pairs.own_id))
    before = before.group_by("own_id", "own_version").agg(
        earlier_count=before.count(), earlier_value=before.value.sum()
    )
    columns = items.columns
    joined = items.left_join(before, [items.consignment_id == before.own_id, items.version == before.own_version])
    return joined.select(
        *columns,
        person_count=joined.earlier_count.fill_null(0) + 1,
        person_value=joined.goods_total + joined.earlier_value.fill_null(0),
    )
