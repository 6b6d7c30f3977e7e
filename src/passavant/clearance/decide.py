"""The decision: one row per consignment, its outcome, lane, amounts and reasons, and the leaf that seals it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import ibis

from passavant.clearance.flags import ReasonBook
from passavant.dataset.reasons import CERTAINTIES, OUTCOMES
from passavant.engines.text import concat

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["SCHEMA_VERSION", "decide", "with_verdict"]

#: Version of the decision and item records.
SCHEMA_VERSION = 1
#: Separates the fields of a leaf: a control character that no declared code may hold.
_FIELD = "\x1f"
_KEY = ["consignment_id", "version"]
_AMOUNTS = ("customs_value_minor", "duty_minor", "vat_minor", "fees_minor", "vendor_vat_minor")
_DRAW_RANGE = 1 << 63
_PER_MILLION = 1_000_000
_INSPECTED = "clearance.selection.inspection"


def with_verdict(
    items: ir.Table, book: ReasonBook, stratum_ppm: int, stage: Callable[[ir.Table], ir.Table]
) -> ir.Table:
    """Add per item: outcome, certainty, audit and stratum marks.

    Args:
        items: Assessed items with masks.
        book: The reasons.
        stratum_ppm: Rate of the random stratum, per million consignments.
        stage: Names intermediate tables.
    """
    limit = _DRAW_RANGE // _PER_MILLION * stratum_ppm
    items = items.mutate(stratum=(items.stratum_draw < limit) if stratum_ppm else ibis.literal(False))
    simplified = items.procedure.isin(["c07", "c08", "f48", "f49", "h7"]).fill_null(False)
    items = book.mark(
        items,
        {
            _INSPECTED: items.stratum,
            "clearance.procedure.full_needed": simplified & (items.category == 4),  # WCO category
        },
    )
    items = stage(items)
    return items.mutate(
        outcome=_name(book.outcome_level(items), OUTCOMES),
        certainty=_name(book.certainty_level(items), CERTAINTIES),
        audit=book.having(items, lambda reason: reason.audit),
    )


def decide(items: ir.Table, book: ReasonBook, *, currency: str, basis: str, stratum_ppm: int) -> ir.Table:
    """Return one decision per consignment version.

    Args:
        items: Items as just written, with their reason masks; read several times.
        book: The reasons behind the masks.
        currency: Currency due.
        basis: SHA-256 over the digests that the answer depends on.
        stratum_ppm: Rate of the random stratum, stored as propensity.

    Consignments of one item are taken as they are; only the others are grouped.
    """
    words = book.in_words(items)
    alone = _alone(_with_lines(book.worded(items.filter(items["items"] == 1), words)))
    several = _several(_with_lines(book.worded(items.filter(items["items"] > 1), words)))
    rows = alone.union(several.select(alone.columns).cast(dict(alone.schema().items())))
    outcome = _name(rows.outcome_level, OUTCOMES)
    rows = rows.mutate(
        outcome=outcome,
        lane=_lane(rows),
        certainty=_name(rows.certainty_level, CERTAINTIES),
        currency_due=ibis.literal(currency),
        propensity_ppm=ibis.literal(stratum_ppm, type="int64"),
        schema_version=ibis.literal(SCHEMA_VERSION, type="int32"),
        basis=ibis.literal(basis),
    )
    return rows.mutate(decision_id=_leaf(rows).hexdigest("sha256"))


def _with_lines(items: ir.Table) -> ir.Table:
    return items.mutate(
        outcome_level=_level(items.outcome, OUTCOMES),
        certainty_level=_level(items.certainty, CERTAINTIES),
        line=_line(items),
    )


def _alone(items: ir.Table) -> ir.Table:
    return items.select(
        *_fields(items),
        reasons=items.all_reasons,
        lines=items.line,
        **{name: items[name] for name in (*_AMOUNTS, "category", "outcome_level", "certainty_level", "audit")},
    )


def _several(items: ir.Table) -> ir.Table:
    """Group consignments of several items; what repeats on every row is taken from the first item's."""
    sums = items.group_by(_KEY).agg(
        **{name: (lambda rows, name=name: _total(rows[name])) for name in _AMOUNTS},
        category=lambda rows: rows.category.max(),
        outcome_level=lambda rows: rows.outcome_level.max(),
        certainty_level=lambda rows: rows.certainty_level.max(),
        audit=lambda rows: rows.audit.any(),
        by_item=lambda rows: rows.item_reasons.collect(order_by=rows.item_no).flatten(),
        lines=lambda rows: rows.line.group_concat(";", order_by=rows.item_no),
    )
    first = items.filter(items.first_item)
    first = first.select(*_names(), "whole_reasons")
    joined = first.join(sums, _KEY)
    return joined.mutate(reasons=joined.whole_reasons.concat(joined.by_item)).drop("whole_reasons", "by_item")


def _names() -> list[str]:
    return [
        "consignment_id",
        "version",
        "administration",
        "declarant_id",
        "declaration_id",
        "law_on",
        "channel",
        "marketplace_id",
        "seller_id",
        "scheme",
        "scheme_id",
        "procedure",
        "nature",
        "importer_country",
        "items",
        "lodged_at",
        "first_lodged_at",
        "superseded_by",
        "party_key",
        "person_key",
        "threshold_value_minor",
        "counts",
        "consignment_no",
        "stratum",
    ]


def _fields(items: ir.Table) -> list[Any]:
    return [items[name] for name in _names()]


def _total(column: Any) -> Any:
    return ibis.ifelse(column.isnull().any(), ibis.null("int64"), column.sum())


def _name(level: Any, names: tuple[str, ...]) -> Any:
    return ibis.cases(*((level == index, name) for index, name in enumerate(names)))


def _level(text: Any, names: tuple[str, ...]) -> Any:
    return ibis.cases(*((text == name, index) for index, name in enumerate(names)), else_=0).cast("int8")


def _lane(rows: ir.Table) -> Any:
    """Release is green or, where a reason asks for it, blue; information and screening yellow; control red."""
    control = OUTCOMES.index("control")
    return ibis.cases(
        (rows.outcome_level >= control, "red"), (rows.outcome_level > 0, "yellow"), (rows.audit, "blue"), else_="green"
    )


def _line(items: ir.Table) -> Any:
    """One item in the leaf: number, HS code, category, amounts and reasons."""
    amounts = (items[name].cast("string").fill_null("") for name in _AMOUNTS)
    cells = [
        items.item_no.cast("string"),
        items.hs_code.fill_null(""),
        items.category.cast("string"),
        *amounts,
        items.reason_text,
    ]
    return concat(cells, ",")


def _leaf(rows: ir.Table) -> Any:
    """Strings and integers in fixed order; `decided_at` and `supersedes` stay outside (docs/decisions/0006)."""
    cells = [
        ibis.literal(f"passavant/decision/{SCHEMA_VERSION}"),
        rows.consignment_id,
        rows.version.cast("string"),
        rows.law_on.cast("string").fill_null(""),
        rows.category.cast("string"),
        rows.outcome,
        rows.lane,
        rows.certainty,
        rows.currency_due,
        *(rows[name].cast("string").fill_null("") for name in _AMOUNTS),
        rows.lines,
        rows.stratum.ifelse("1", "0"),
        rows.propensity_ppm.cast("string"),
        rows.basis,
    ]
    return concat(cells, _FIELD)
