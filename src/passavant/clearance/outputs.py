"""What a run writes: its goods items and its decisions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis

from passavant.clearance.decide import decide
from passavant.clearance.flags import ReasonBook
from passavant.engines import Engine

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["ITEM_COLUMNS", "decision_rows", "item_rows", "write_decisions", "write_items"]

#: Columns of ``items``, before the masks of the reasons.
ITEM_COLUMNS = (
    "administration",
    "declarant_id",
    "declaration_id",
    "version",
    "item_no",
    "consignment_id",
    "source_file",
    "source_row",
    "law_on",
    "lodged_at",
    "first_lodged_at",
    "superseded_by",
    "channel",
    "marketplace_id",
    "seller_id",
    "scheme",
    "scheme_id",
    "procedure",
    "nature",
    "s10",
    "house_waybill",
    "order_id",
    "importer_country",
    "departure_country",
    "origin",
    "hs_code",
    "description",
    "quantity",
    "unit",
    "gross_mass_kg",
    "net_mass_kg",
    "importer_key",
    "exporter_key",
    "importer_id_key",
    "importer_id_form",
    "party_key",
    "person_key",
    "currency",
    "intrinsic_value",
    "transport_cost",
    "insurance_cost",
    "fx_rate",
    "fx_date",
    "fx_threshold",
    "fx_missing",
    "fx_last",
    "customs_value_minor",
    "duty_minor",
    "vat_minor",
    "fees_minor",
    "vendor_vat_minor",
    "currency_due",
    "threshold_value_minor",
    "duty_rate_ppm",
    "vat_rate_ppm",
    "duty_rule",
    "vat_rule",
    "category",
    "items",
    "consignment_no",
    "counts",
    "stratum",
    "audit",
    "outcome",
    "certainty",
    "split_parcels",
    "split_value",
    "person_count",
    "first_item",
)


def write_items(engine: Engine, verdict: ir.Table, path: Path) -> int:
    """Write one row per goods item; return their number."""
    return engine.write(item_rows(verdict), path)


def item_rows(verdict: ir.Table) -> ir.Table:
    """Return the columns of ``items``."""
    masks = [name for name in verdict.columns if name.startswith("reason_mask_")]
    return verdict.select(*ITEM_COLUMNS, *masks)


def write_decisions(
    engine: Engine,
    items: Path,
    path: Path,
    book: ReasonBook,
    *,
    currency: str,
    basis: str,
    digests: Mapping[str, str],
    stratum_ppm: int,
    history: Sequence[Path],
    at: dt.datetime,
) -> int:
    """Write one row per consignment version from the items just written; return their number.

    ``supersedes`` is the decision of the version before, from the history or from this very run. The digests that the
    answer depends on stand in each row; ``basis`` is the one over them all.
    """
    table = engine.read(items)
    rows = decision_rows(
        table, book, engine, currency=currency, basis=basis, digests=digests, stratum_ppm=stratum_ppm, at=at
    )
    amended = bool(engine.value(table.filter(table.version > 1).count()))
    if not amended:
        return engine.write(rows, path)
    beside = path.with_suffix(".tmp")
    engine.write(rows, beside)
    rows = engine.read(beside)
    known = rows.select("consignment_id", "version", "decision_id", "decided_at")
    if history:
        known = known.union(
            engine.read(*history).select(known.columns).cast(dict(known.schema().items())), distinct=True
        )
    count = engine.write(_ordered(_superseding(rows.drop("supersedes"), known)), path)
    beside.unlink()
    return count


def decision_rows(
    items: ir.Table,
    book: ReasonBook,
    engine: Engine,
    *,
    currency: str,
    basis: str | ir.StringScalar,
    digests: Mapping[str, str],
    stratum_ppm: int,
    at: dt.datetime,
) -> ir.Table:
    """Return the rows of ``decisions``, with nothing in ``supersedes``: see :func:`write_decisions`."""
    rows = decide(items, book, engine, currency=currency, basis=basis, stratum_ppm=stratum_ppm)
    rows = rows.drop("outcome_level", "certainty_level", "audit", "lines")
    rows = rows.mutate(decided_at=ibis.literal(at, type="timestamp('UTC')"), **_carried(digests))
    return _ordered(rows.mutate(supersedes=ibis.null("string")))


def _carried(digests: Mapping[str, str]) -> dict[str, Any]:
    """Return the digests as columns, the same in every row: a Parquet dictionary of one entry each."""
    names = {kind: kind if kind == "key_id" else f"{kind}_digest" for kind in digests}
    return {
        name: ibis.null("string") if digests[kind] == "none" else ibis.literal(digests[kind])
        for kind, name in names.items()
    }


def _superseding(rows: ir.Table, known: ir.Table) -> ir.Table:
    """Add to each row the decision of the highest version below its own, the latest if it was decided several times."""
    earlier = known.rename(earlier_version="version", earlier_decision="decision_id", earlier_at="decided_at")
    pairs = rows.filter(rows.version > 1).select("consignment_id", "version").join(earlier, "consignment_id")
    pairs = pairs.filter(pairs.earlier_version < pairs.version)
    last = pairs.group_by("consignment_id", "version").agg(
        supersedes=lambda group: group.earlier_decision.last(
            order_by=[group.earlier_version, group.earlier_at, group.earlier_decision]
        )
    )
    columns = rows.columns
    joined = rows.left_join(last, ["consignment_id", "version"])
    return joined.select(*columns, "supersedes")


def _ordered(rows: ir.Table) -> ir.Table:
    first = [
        "decision_id",
        "consignment_id",
        "administration",
        "declarant_id",
        "declaration_id",
        "version",
        "supersedes",
        "law_on",
        "lodged_at",
        "channel",
        "marketplace_id",
        "seller_id",
        "scheme",
        "scheme_id",
        "procedure",
        "nature",
        "importer_country",
        "items",
        "customs_value_minor",
        "duty_minor",
        "vat_minor",
        "fees_minor",
        "vendor_vat_minor",
        "currency_due",
        "category",
        "outcome",
        "lane",
        "certainty",
        "reasons",
    ]
    return rows.select(*first, *(name for name in rows.columns if name not in first))
