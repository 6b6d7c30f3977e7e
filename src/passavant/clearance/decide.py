"""The decision: one row per consignment, its outcome, lane, amounts and reasons, and the leaf that seals it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import ibis

from passavant.clearance.flags import ReasonBook
from passavant.dataset.reasons import CERTAINTIES, OUTCOMES
from passavant.engines import Engine
from passavant.engines.text import concat

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["SCHEMA_VERSION", "decide", "with_verdict"]

#: Version of the decision and item records.
SCHEMA_VERSION = 1
#: Separate the fields and the items of a leaf: control characters, which intake leaves in no text.
_FIELD, _ITEM = "\x1f", "\x1e"
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
    controlled = book.having(items, lambda reason: reason.outcome == "control")
    items = book.mark(
        items,
        {
            _INSPECTED: items.stratum
            | controlled,  # one reason for all that is inspected: by rule, by draw, later by score
            "clearance.procedure.full_needed": simplified & (items.category == 4),  # WCO category
        },
    )
    items = stage(items)
    return items.mutate(
        outcome=_name(book.outcome_level(items), OUTCOMES),
        certainty=_name(book.certainty_level(items), CERTAINTIES),
        audit=book.having(items, lambda reason: reason.audit),
    )


def decide(
    items: ir.Table,
    book: ReasonBook,
    engine: Engine,
    *,
    currency: str,
    basis: str | ir.StringScalar,
    stratum_ppm: int,
) -> ir.Table:
    """Return one decision per consignment version.

    Args:
        items: Items as just written, with their reason masks; read several times.
        book: The reasons behind the masks.
        engine: Where it runs.
        currency: Currency due.
        basis: SHA-256 over the digests that the answer depends on.
        stratum_ppm: Rate of the random stratum, stored as propensity.

    Consignments of one item are taken as they are; only the others are grouped.
    """
    words = engine.stage(book.in_words(items), once=True)
    alone = _alone(_with_lines(book.worded(items.filter(items["items"] == 1), words)))
    several = _several(items.filter(items["items"] > 1), words, book, engine)
    rows = engine.stage(alone.union(several.select(alone.columns).cast(dict(alone.schema().items()))))
    outcome = _name(rows.outcome_level, OUTCOMES)
    rows = rows.mutate(
        outcome=outcome,
        lane=_lane(rows),
        certainty=_name(rows.certainty_level, CERTAINTIES),
        currency_due=ibis.literal(currency),
        propensity_ppm=ibis.literal(stratum_ppm, type="int64"),
        schema_version=ibis.literal(SCHEMA_VERSION, type="int32"),
        basis=ibis.literal(basis) if isinstance(basis, str) else basis,
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


def _several(items: ir.Table, words: ir.Table, book: ReasonBook, engine: Engine) -> ir.Table:
    """Group consignments of several items.

    What the declaration repeats on every row is taken from the first item's; a reason of the consignment counts
    whichever row it was found on.
    """
    lines = _with_lines(book.worded(items, words))
    sums = lines.group_by(_KEY).agg(
        **{name: (lambda rows, name=name: _total(rows[name])) for name in _AMOUNTS},
        category=lambda rows: rows.category.max(),
        outcome_level=lambda rows: rows.outcome_level.max(),
        certainty_level=lambda rows: rows.certainty_level.max(),
        audit=lambda rows: rows.audit.any(),
        parts=lambda rows: ibis.struct({"no": rows.item_no, "reasons": rows.item_reasons, "line": rows.line}).collect(),
        **book.of_the_whole(lines),
    )
    parts = sums.parts.sort()  # by item number, which comes first; an ordered aggregate would take twice as long
    sums = sums.mutate(
        by_item=parts.map(lambda part: part.reasons).flatten(),
        lines=parts.map(lambda part: part.line).join(_ITEM),
        item_no=ibis.literal(0, type="int32"),  # of no item
    ).drop("parts")
    sums = engine.stage(sums, once=True)
    worded = book.worded(sums, engine.stage(book.in_words(sums), once=True))
    joined = items.filter(items.first_item).select(*_names()).join(worded, _KEY)
    return joined.mutate(reasons=joined.all_reasons.concat(joined.by_item))


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
    """One item in the leaf: what was declared, what was decided, and why."""
    numbers = ("intrinsic_value", "quantity", "gross_mass_kg", "category", *_AMOUNTS)
    cells = [
        items.item_no.cast("string"),
        *(items[name].fill_null("") for name in ("hs_code", "origin", "currency", "description")),
        *(items[name].cast("string").fill_null("") for name in numbers),
        items.reason_text,
    ]
    return concat(cells, _FIELD)


def _leaf(rows: ir.Table) -> Any:
    """Strings and integers in fixed order; `decided_at` and `supersedes` stay outside (docs/decisions/0006)."""
    cells = [
        ibis.literal(f"passavant/decision/{SCHEMA_VERSION}"),
        rows.consignment_id,
        *(rows[name].cast("string").fill_null("") for name in ("version", "law_on", "party_key")),
        *(rows[name].fill_null("") for name in ("channel", "importer_country", "scheme", "scheme_id")),
        rows.category.cast("string"),
        rows.outcome,
        rows.lane,
        rows.certainty,
        rows.currency_due,
        *(rows[name].cast("string").fill_null("") for name in _AMOUNTS),
        rows.stratum.ifelse("1", "0"),
        rows.propensity_ppm.cast("string"),
        rows.basis,
        rows.lines,
    ]
    return concat(cells, _FIELD)
