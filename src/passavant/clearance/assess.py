"""The assessment: exclusions, schemes, duty, fees, VAT, waivers and release category of each goods item."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

import ibis

from passavant.clearance.charges import choose, collected, fees, rate_of
from passavant.clearance.flags import ReasonBook
from passavant.clearance.scope import scope_of
from passavant.policy.law import Law
from passavant.policy.model import Rule

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["assess", "exclude"]

_KEY = ["consignment_id", "version"]
_NO = ibis.literal(False)


#: Names an intermediate table (:meth:`passavant.engines.Engine.stage`).
Stage = Callable[["ir.Table"], "ir.Table"]


def exclude(table: ir.Table, law: Law, book: ReasonBook, stage: Stage) -> ir.Table:
    """Add what must be known before other parcels are looked at: exclusions (excluded, lost_relief, …) and schemes."""
    return stage(_schemes(stage(_exclusions(stage(table), law, book)), law, book))


def assess(table: ir.Table, law: Law, book: ReasonBook, stage: Stage) -> ir.Table:
    """Add everything the policy decides about each item.

    Args:
        table: Items after :func:`exclude`, with the quota columns person_count and person_value.
        law: The policy over the days at hand.
        book: Where reasons are marked.
        stage: Names intermediate tables.

    Adds duty_minor, vat_minor, fees_minor, vendor_vat_minor (int64; null when not computable), duty_rate_ppm,
    vat_rate_ppm, duty_rule, vat_rule and category (1–4 of the WCO Immediate Release Guidelines).
    """
    for step in (_duty, _fees, _vat, _waivers, _not_in_force, _requirements, _category):
        table = stage(step(table, law, book))
    return table


def _exclusions(table: ir.Table, law: Law, book: ReasonBook) -> ir.Table:
    scope = scope_of(table, law)
    rules = law.policy.file.rules.exclusion
    met = {rule.id: law.condition(f"exclusion.{rule.id}", scope, rule) for rule in rules}
    table = book.mark(table, {f"policy.exclusion.{name}": condition for name, condition in met.items()})
    table = table.mutate(
        excluded=_any(met.values()),
        lost_relief=_any(met[rule.id] for rule in rules if "relief" in rule.loses),
        lost_scheme=_any(met[rule.id] for rule in rules if "scheme" in rule.loses),
    )
    if not _mentioned(law, "any_excluded"):
        return table.mutate(any_excluded=table.excluded)
    several = table.filter(table["items"] > 1).group_by(_KEY).agg(one_excluded=lambda rows: rows.excluded.any())
    joined = table.left_join(several, _KEY)
    return joined.mutate(any_excluded=joined.one_excluded.fill_null(joined.excluded)).select(
        *table.columns, "any_excluded"
    )


def _schemes(table: ir.Table, law: Law, book: ReasonBook) -> ir.Table:
    scope = scope_of(table, law)
    applies, invalid, known, found = [], [], [], {}
    for rule in law.policy.file.rules.scheme:
        claimed = (table.scheme == rule.scheme).fill_null(False)
        valid = law.condition(f"scheme.{rule.id}.valid", scope)
        within = law.condition(f"scheme.{rule.id}.applies", scope)
        applies.append(claimed & valid & within & ~table.lost_scheme)
        invalid.append(claimed & ~valid)
        known.append(claimed)
        found[f"policy.scheme.{rule.id}_invalid"] = claimed & ~valid
        found[f"policy.scheme.{rule.id}_exceeded"] = claimed & valid & ~within & table.goods_total.notnull()
    found["policy.scheme.not_known"] = table.scheme.notnull() & ~_any(known)
    table = book.mark(table, found)
    return table.mutate(scheme_applies=_any(applies), scheme_invalid=_any(invalid))


def _fees(table: ir.Table, law: Law, book: ReasonBook) -> ir.Table:
    total, found = fees(table, law)
    return book.mark(table.mutate(fees_minor=total), found)


def _duty(table: ir.Table, law: Law, book: ReasonBook) -> ir.Table:
    table, rules = choose(table, law, "duty")
    by_tariff = _any(table.duty_choice == index for index, rule in enumerate(rules) if rule.charge.tariff)
    known = table.tariff_kind.fill_null("unknown")
    found = {
        "policy.tariff.missing_code": by_tariff & table.hs6.isnull(),
        "policy.tariff.unknown_code": by_tariff & table.hs6.notnull() & known.isin(["unknown", "unmatched"]),
        "policy.tariff.specific_rate": by_tariff & (known == "specific"),
        "policy.tariff.several_rates": by_tariff & (known == "advalorem") & table.tariff_several,
        "policy.tariff.hs_version": by_tariff
        & (known == "advalorem")
        & ibis.literal(law.policy.file.tariff.file is not None),
        "policy.tariff.stated_default": by_tariff
        & (known == "advalorem")
        & ibis.literal(law.policy.file.tariff.file is None),
    }
    table = book.mark(table, found | _chosen(table, "duty", rules))
    return table.mutate(
        duty_minor=collected(table, law, "duty", rules, "border"),
        duty_rate_ppm=rate_of(table, law, "duty", rules),
        duty_rule=_rule_code(table, "duty", rules),
    )


def _vat(table: ir.Table, law: Law, book: ReasonBook) -> ir.Table:
    table, rules = choose(table, law, "vat")
    table = table.mutate(
        vat_minor=collected(table, law, "vat", rules, "border"),
        vendor_vat_minor=collected(table, law, "vat", rules, "vendor"),
        vat_rate_ppm=rate_of(table, law, "vat", rules),
        vat_rule=_rule_code(table, "vat", rules),
    )
    tabled = [index for index, rule in enumerate(rules) if rule.charge.rate in law.policy.file.tables]
    missing = table.vat_choice.isin(tabled) & table.vat_rate_ppm.isnull() if tabled else _NO
    return book.mark(table, {"policy.law.no_table_row": missing} | _chosen(table, "vat", rules))


def _waivers(table: ir.Table, law: Law, book: ReasonBook) -> ir.Table:
    rules = law.policy.file.rules.waiver
    if not rules:
        return table
    sums = {
        "duty_total": "duty_minor",
        "vat_total": "vat_minor",
        "fee_total": "fees_minor",
        "vat_base_total": "customs_value_minor",
    }
    several = (
        table.filter(table["items"] > 1)
        .group_by(_KEY)
        .agg(**{f"{name}_several": _sum_or_unknown(table[column]) for name, column in sums.items()})
    )
    joined = table.left_join(several, _KEY)
    alone = joined["items"] == 1
    joined = joined.mutate(
        **{name: ibis.ifelse(alone, joined[column], joined[f"{name}_several"]) for name, column in sums.items()}
    )
    scope = scope_of(joined, law)
    met = {rule.id: law.condition(f"waiver.{rule.id}", scope, rule) for rule in rules}
    joined = book.mark(joined, {f"policy.waiver.{name}": condition for name, condition in met.items()})
    waived = {kind: _any(met[rule.id] for rule in rules if kind in rule.of) for kind in ("duty", "vat")}
    joined = joined.mutate(
        duty_minor=ibis.ifelse(waived["duty"], 0, joined.duty_minor),
        vat_minor=ibis.ifelse(waived["vat"], 0, joined.vat_minor),
    )
    return joined.select(*table.columns)


def _not_in_force(table: ir.Table, law: Law, book: ReasonBook) -> ir.Table:
    """Where the policy has no law for the day, nothing is worked out and the consignment is held."""
    file = law.policy.file
    end = file.valid_to or law.last
    if file.valid_from <= law.first and law.last <= end:
        outside: Any = table.law_on.isnull()
    else:
        outside = (
            table.law_on.isnull() | (table.law_on < ibis.literal(file.valid_from)) | (table.law_on > ibis.literal(end))
        )
    table = book.mark(
        table,
        {
            "policy.law.none_in_force": outside,
            "policy.exchange.missing_rate": table.intrinsic_value.notnull()
            & (table.fx_rate.isnull() | table.fx_threshold.isnull()),
            "policy.exchange.approximate_rule": ibis.literal(file.exchange.certainty != "high")
            & (table.currency != file.currency).fill_null(False),
            "policy.destination.not_covered": table.importer_country.notnull()
            & ~table.importer_country.isin(file.destinations),
        },
    )
    nothing = ibis.null("int64")
    kinds = ("duty_minor", "vat_minor", "fees_minor", "vendor_vat_minor")
    return table.mutate(**{kind: ibis.ifelse(outside, nothing, table[kind]) for kind in kinds})


def _requirements(table: ir.Table, law: Law, book: ReasonBook) -> ir.Table:
    scope = scope_of(table, law)
    rules = law.policy.file.rules.requirement
    found = {f"policy.requirement.{rule.id}": law.condition(f"requirement.{rule.id}", scope, rule) for rule in rules}
    limit = law.policy.file.full_declaration_above
    if limit:
        above = table.goods_total > law.parameter(limit.parameter, table.law_period)
        found["policy.category.above_full_declaration"] = above.fill_null(False)
    return book.mark(table, found)


def _category(table: ir.Table, _law: Law, book: ReasonBook) -> ir.Table:
    """Add the item's category by law; restricted goods are raised to 4 later, when the rules have spoken."""
    due = table.duty_minor + table.vat_minor + table.fees_minor + table.vendor_vat_minor
    full = book.having(table, lambda reason: reason.full_declaration)
    category = ibis.cases((full, 4), (table.nature == "documents", 1), (due == 0, 2), else_=3)
    return table.mutate(category=category.cast("int8"))


def _chosen(table: ir.Table, section: str, rules: Sequence[Rule]) -> dict[str, Any]:
    choice = table[f"{section}_choice"]
    return {f"policy.{section}.{rule.id}": choice == index for index, rule in enumerate(rules)}


def _rule_code(table: ir.Table, section: str, rules: Sequence[Rule]) -> Any:
    choice = table[f"{section}_choice"]
    return ibis.cases(*((choice == index, f"policy.{section}.{rule.id}") for index, rule in enumerate(rules)))


def _sum_or_unknown(column: Any) -> Any:
    return ibis.ifelse(column.isnull().any(), ibis.null("int64"), column.sum())


def _mentioned(law: Law, name: str) -> bool:
    return any(name in expression.names for expression in law.policy.expressions.values())


def _any(conditions: Any) -> Any:
    return reduce(or_, conditions, _NO)
