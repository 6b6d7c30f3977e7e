"""Versions: a declaration older than one already decided on is not the one that counts, and one says one thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from passavant.engines import Engine
from passavant.policy.load import Policy
from passavant.signals.snapshot import Snapshot

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["with_repeating", "with_superseding"]


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
    if snapshot is None or not snapshot.rows("versions"):
        return items.mutate(**nothing)
    versions = snapshot.table(engine, "versions")
    highest = versions.newest if snapshot.frozen else versions.decided
    known = versions.select(versions_of="consignment_no", highest=highest).filter(lambda rows: rows.highest.notnull())
    columns = items.columns
    joined = items.left_join(known, items.stratum_draw == known.versions_of)
    older = joined.version < joined.highest
    return joined.select(*columns, superseded_by=ibis.ifelse(older, joined.highest, ibis.null("int32")))


def with_repeating(
    items: ir.Table, policy: Policy, rates_digest: str, snapshot: Snapshot | None, engine: Engine
) -> ir.Table:
    """Add ``repeated``: an earlier run decided this very version with other content.

    Compared are the number of goods items and, in the threshold currency, the intrinsic value of the consignment. Values in
    another currency are compared only under the same exchange rates: corrected rates are not other content. An unknown
    value is not compared.

    Args:
        items: Items with ``stratum_draw`` as the consignment's number.
        policy: Says the threshold currency.
        rates_digest: Digest of the exchange rates at hand.
        snapshot: The state to look up; None adds an empty column.
        engine: Where the snapshot is read.
    """
    if snapshot is None or not snapshot.earlier:
        return items.mutate(repeated=ibis.literal(False))
    names = ("declared_no", "declared_version", "declared_items", "declared_value", "declared_rates")
    table = snapshot.table(engine, "declared")
    declared = table.select(**dict(zip(names, (table[name] for name in table.columns), strict=True)))
    first = items.filter(items.first_item)
    same = [first.stratum_draw == declared.declared_no, first.version == declared.declared_version]
    pairs = first.join(declared, same)
    comparable = (pairs.currency == policy.file.threshold_currency) | (pairs.declared_rates == rates_digest)
    other_value = comparable & (pairs.goods_total != pairs.declared_value)
    other = pairs.filter((pairs["items"] != pairs.declared_items) | other_value.fill_null(False))
    other = other.select(other_no="declared_no", other_version="declared_version").distinct()
    joined = items.left_join(other, [items.stratum_draw == other.other_no, items.version == other.other_version])
    return joined.select(*items.columns, repeated=joined.other_no.notnull())
