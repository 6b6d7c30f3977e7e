"""Whether an item can be assessed at all, and what follows when an amount stays unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis

from passavant.clearance.flags import ReasonBook
from passavant.policy.law import Law

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["covered", "with_category"]

#: Beginnings of the reasons that say by themselves why an amount is unknown; others leave that open.
_EXPLAINING = (
    "policy.tariff.", "policy.exchange.missing_rate", "policy.exchange.stale_rate", "policy.law.n", "policy.destination.", "dataset.value.",
    "dataset.required.intrinsic_value", "dataset.required.currency", "dataset.currency.unknown", "dataset.hs_code.unknown",
)  # fmt: skip


def covered(table: ir.Table, law: Law, book: ReasonBook) -> ir.Table:
    """Add ``assessable``: the policy has law for the day and the destination. Elsewhere nothing is worked out."""
    file, dated = law.policy.file, table.law_on.notnull()
    end = file.valid_to or law.last
    outside: Any = ibis.literal(False)
    if law.first < file.valid_from or end < law.last:
        outside = dated & ((table.law_on < ibis.literal(file.valid_from)) | (table.law_on > ibis.literal(end)))
    elsewhere = table.importer_country.notnull() & ~table.importer_country.isin(file.destinations)
    table = book.mark(table, {
        "policy.law.no_date": ~dated,
        "policy.law.none_in_force": outside,
        "policy.destination.not_covered": elsewhere,
        **_exchange(table, law, dated),
    })  # fmt: skip
    return table.mutate(assessable=dated & ~outside & ~elsewhere)


def _exchange(table: ir.Table, law: Law, dated: Any) -> dict[str, Any]:
    """Return the remarks on exchange: on what was converted, and by whose rate."""
    valued = table.intrinsic_value.notnull() & table.currency.notnull() & dated
    known, bundled, given = table.fx_rate.notnull() & table.fx_threshold.notnull(), "bundled", "given"
    due, threshold = table.fx_origin.fill_null("none"), table.fx_threshold_origin.fill_null("none")
    doubtful = ibis.literal(law.policy.file.exchange.certainty != "high")
    converted = valued & known & doubtful
    return {
        "policy.exchange.missing_rate": valued & ~known & table.fx_last.isnull(),
        "policy.exchange.stale_rate": valued & ~known & table.fx_last.notnull(),
        "policy.exchange.approximate_rule": converted & (due == bundled),
        "policy.exchange.approximate_threshold": converted & (threshold == bundled) & (due != bundled),
        "policy.exchange.given_rate": converted & ((due == given) | (due == "none") & (threshold == given)),
    }


def with_category(table: ir.Table, _law: Law, book: ReasonBook) -> ir.Table:
    """Add the item's category by law; restricted goods are raised to 4 later, when the rules have spoken.

    What is due must be known: an item with an unknown amount is category 4 and held, whatever the cause.
    """
    due = table.duty_minor + table.vat_minor + table.fees_minor + table.vendor_vat_minor
    explaining = [
        code for code, reason in book.reasons.items() if code.startswith(_EXPLAINING) and reason.outcome != "release"
    ]
    full = book.having(table, lambda reason: reason.full_declaration)
    category = ibis.cases((full | due.isnull(), 4), (table.treated_as == "documents", 1), (due == 0, 2), else_=3)
    table = table.mutate(category=category.cast("int8"))
    return book.mark(table, {
        "policy.amount.unknown": due.isnull() & ~book.has(table, explaining),
        "policy.category.not_known": due.isnull(),
        "policy.law.value_medium": table.doubt == 1,
        "policy.law.value_low": table.doubt > 1,
    })  # fmt: skip
