"""The assessment: exclusions, schemes, duty, fees, VAT, waivers and release category of each goods item."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial, reduce
from operator import or_
from typing import TYPE_CHECKING, Any

import ibis

from passavant.clearance.charges import (
    FeeFound,
    choose,
    collected,
    fees,
    lacking,
    mark_unrated,
    ordered,
    rate_of,
    with_bearers,
)
from passavant.clearance.coverage import covered, with_category
from passavant.clearance.doubt import raise_doubt, values_of
from passavant.clearance.flags import ReasonBook
from passavant.clearance.scope import scope_of
from passavant.engines.exact import alike
from passavant.policy.law import Law
from passavant.policy.model import Charge, Rule

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["assess", "exclude"]

_KEY = ["consignment_id", "version"]
_NO = ibis.literal(False)
#: HS chapter of printed matter: an HS code of any other is one of goods.
_PRINTED = "49"
#: A number that tells its scheme begins with letters; figures alone may be an invoice's.
_PREFIXED = "^[A-Za-z]"
#: What a limit of the full declaration is measured on, by the basis of its parameter; goods_total unless said.
_TOTALS = {"cif": "cif_total", "weight": "mass_total"}


#: Names an intermediate table (:meth:`passavant.engines.Engine.stage`).
Stage = Callable[["ir.Table"], "ir.Table"]


def exclude(table: ir.Table, law: Law, book: ReasonBook, stage: Stage) -> ir.Table:
    """Add what must be known before other parcels are looked at: exclusions (excluded, lost_relief, …) and schemes.

    ``treated_as`` is the nature that the law sees: documents with a value or an HS code of goods are goods. A scheme that
    is not named is taken from the form of its number where that begins with letters.
    """
    for step in (_treated, _exclusions, _schemes):
        table = stage(step(table, law, book))
    return table


def assess(table: ir.Table, law: Law, book: ReasonBook, stage: Stage, keep: Stage) -> ir.Table:
    """Add everything the policy decides about each item.

    Args:
        table: Items after :func:`exclude`, with the quota columns person_count and person_value.
        law: The policy over the days at hand.
        book: Where reasons are marked.
        stage: Names intermediate tables.
        keep: Computes one now: the few rows that say which item bears a flat charge.

    Adds duty_minor, vat_minor, fees_minor, vendor_vat_minor (int64; null when not computable), duty_rate_ppm,
    vat_rate_ppm, duty_rule, vat_rule and category (1–4 of the WCO Immediate Release Guidelines).
    """
    for step in (
        covered,
        partial(_duty_rule, keep=keep),
        _duty,
        partial(_fee_bearers, keep=keep),
        _fees,
        partial(_vat_rule, keep=keep),
        _vat,
        _waivers,
        _requirements,
        with_category,
    ):
        table = stage(step(table, law, book))
    return table


def _treated(table: ir.Table, law: Law, book: ReasonBook) -> ir.Table:
    valued = (table.intrinsic_value != 0).fill_null(False)
    coded = table.hs_code.notnull() & ~table.hs_code.startswith(_PRINTED)
    goods = (table.nature == "documents") & (valued | coded)
    table = book.mark(table, {"policy.documents.goods": goods})
    table = table.mutate(treated_as=ibis.ifelse(goods, "sale", table.nature), doubt=ibis.literal(0, type="int8"))
    scope, rules = scope_of(table, law), law.policy.file.rules.scheme
    if not rules:
        return book.mark(table, {"policy.scheme.inferred": _NO})
    branches = [(law.condition(f"scheme.{rule.id}.valid", scope), rule.scheme) for rule in rules]
    bare = table.scheme.isnull() & table.scheme_id.re_search(_PREFIXED).fill_null(False)
    formed = ibis.ifelse(bare, ibis.cases(*branches, else_=ibis.null("string")), table.scheme)
    return book.mark(table, {"policy.scheme.inferred": bare & formed.notnull()}).mutate(scheme=formed)


def _exclusions(table: ir.Table, law: Law, book: ReasonBook) -> ir.Table:
    scope = scope_of(table, law)
    rules = law.policy.file.rules.exclusion
    met = {rule.id: law.condition(f"exclusion.{rule.id}", scope, rule) for rule in rules}
    table = book.mark(table, {f"policy.exclusion.{name}": condition for name, condition in met.items()})
    table = raise_doubt(table, law, [(met[rule.id], values_of(law, f"exclusion.{rule.id}")) for rule in rules])
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
    applies, invalid, known, uses, found = [], [], [], [], {}
    for rule in law.policy.file.rules.scheme:
        claimed = (table.scheme == rule.scheme).fill_null(False) & law.dated(table.law_on)
        valid = law.condition(f"scheme.{rule.id}.valid", scope)
        within = _within(law, f"scheme.{rule.id}.applies", scope)
        applies.append(claimed & valid & within & ~table.lost_scheme)
        invalid.append(claimed & ~valid)
        known.append(claimed)
        uses.append((claimed & valid, values_of(law, f"scheme.{rule.id}.applies")))
        found[f"policy.scheme.{rule.id}_invalid"] = claimed & ~valid
        found[f"policy.scheme.{rule.id}_exceeded"] = claimed & valid & ~within & table.goods_total.notnull()
    found["policy.scheme.not_known"] = table.scheme.notnull() & ~_any(known) & law.dated(table.law_on)
    table = raise_doubt(book.mark(table, found), law, uses)
    return table.mutate(scheme_applies=_any(applies), scheme_invalid=_any(invalid))


def _within(law: Law, key: str, scope: Mapping[str, Any]) -> Any:
    """Return whether a scheme's limits are kept, null where an amount is unknown that they ask for."""
    judged, unknown = law.condition(key, scope, unknown="null"), lacking(law, key, scope)
    return judged.fill_null(False) if unknown is None else ibis.ifelse(judged.isnull() & ~unknown, False, judged)


def _fees(table: ir.Table, law: Law, book: ReasonBook) -> ir.Table:
    total, found = fees(table, law)
    marks = {f"policy.fee.{fee.rule.id}": table.assessable & fee.applies & (fee.amount != 0) for fee in found}
    uses = [(fee.applies, values_of(law, f"fee.{fee.rule.id}", fee.rule.charge)) for fee in found]
    table = mark_unrated(book.mark(table.mutate(fees_minor=total), marks), law, book, _charges(found))
    return raise_doubt(table, law, uses)


def _charges(found: Sequence[FeeFound]) -> list[tuple[Any, Charge]]:
    return [(fee.applies, fee.rule.charge) for fee in found]


def _duty_rule(table: ir.Table, law: Law, _book: ReasonBook, keep: Stage) -> ir.Table:
    return with_bearers(choose(table, law, "duty"), law, "duty", keep)


def _fee_bearers(table: ir.Table, law: Law, _book: ReasonBook, keep: Stage) -> ir.Table:
    return with_bearers(table, law, "fee", keep)


def _vat_rule(table: ir.Table, law: Law, _book: ReasonBook, keep: Stage) -> ir.Table:
    return with_bearers(choose(table, law, "vat"), law, "vat", keep)


def _duty(table: ir.Table, law: Law, book: ReasonBook) -> ir.Table:
    rules = ordered(law, "duty")
    by_tariff = table.assessable & _any(
        table.duty_choice == index for index, rule in enumerate(rules) if rule.charge.tariff
    )
    known = table.tariff_kind.fill_null("unknown")
    found = {
        "policy.tariff.missing_code": by_tariff & table.hs_code.isnull(),
        "policy.tariff.incomplete_code": by_tariff & table.hs_code.notnull() & table.hs6.isnull(),
        "policy.tariff.unknown_code": by_tariff & (known == "unmatched"),
        "policy.tariff.specific_rate": by_tariff & (known == "specific"),
        "policy.tariff.several_rates": by_tariff & (known == "advalorem") & table.tariff_several,
    }
    table = book.mark(table, found).mutate(
        duty_minor=collected(table, law, "duty", "border"),
        duty_rate_ppm=rate_of(table, law, "duty"),
        duty_rule=_rule_code(table, "duty", rules),
        duty_by_tariff=by_tariff & (known == "advalorem"),
    )
    source = "stated_default" if law.policy.file.tariff.file is None else "hs_version"
    applied = {f"policy.tariff.{source}": table.duty_by_tariff & table.duty_minor.notnull()}
    return _chosen(book.mark(table, applied).drop("duty_by_tariff"), law, book, "duty", rules)


def _vat(table: ir.Table, law: Law, book: ReasonBook) -> ir.Table:
    rules = ordered(law, "vat")
    table = table.mutate(
        vat_minor=collected(table, law, "vat", "border"),
        vendor_vat_minor=collected(table, law, "vat", "vendor"),
        vat_rate_ppm=rate_of(table, law, "vat"),
        vat_rule=_rule_code(table, "vat", rules),
    )
    tabled = [index for index, rule in enumerate(rules) if rule.charge.rate in law.policy.file.tables]
    missing = table.assessable & table.vat_choice.isin(tabled) & table.vat_rate_ppm.isnull() if tabled else _NO
    return _chosen(book.mark(table, {"policy.law.no_table_row": missing}), law, book, "vat", rules)


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
    joined = raise_doubt(joined, law, [(met[rule.id], values_of(law, f"waiver.{rule.id}")) for rule in rules])
    joined = joined.mutate(
        duty_minor=ibis.ifelse(waived["duty"], 0, joined.duty_minor),
        vat_minor=ibis.ifelse(waived["vat"], 0, joined.vat_minor),
    )
    return joined.select(*table.columns)


def _requirements(table: ir.Table, law: Law, book: ReasonBook) -> ir.Table:
    scope = scope_of(table, law)
    rules = law.policy.file.rules.requirement
    met = {rule.id: law.condition(f"requirement.{rule.id}", scope, rule) for rule in rules}
    found = {f"policy.requirement.{name}": condition for name, condition in met.items()}
    uses = [(met[rule.id], values_of(law, f"requirement.{rule.id}")) for rule in rules]
    above = []
    for limit in law.policy.file.full_declaration_above:
        total = table[_TOTALS.get(law.policy.file.parameters[limit.parameter].basis or "", "goods_total")]
        total, most = alike(total, law.parameter(limit.parameter, table.law_period))
        above.append((total > most).fill_null(False))
        uses.append((above[-1], {limit.parameter}))
    if above:
        found["policy.category.above_full_declaration"] = _any(above)
    return raise_doubt(book.mark(table, found), law, uses)


def _chosen(table: ir.Table, law: Law, book: ReasonBook, section: str, rules: Sequence[Rule]) -> ir.Table:
    """Mark the rule that decided, where its amount could be worked out: a charge that was not applied is no reason."""
    choice, amount = table[f"{section}_choice"], table[f"{section}_minor"]
    known = amount.notnull() if section == "duty" else amount.notnull() & table.vendor_vat_minor.notnull()
    met = {rule.id: known & (choice == index) for index, rule in enumerate(rules)}
    table = book.mark(table, {f"policy.{section}.{name}": condition for name, condition in met.items()})
    table = mark_unrated(table, law, book, [(choice == index, rule.charge) for index, rule in enumerate(rules)])
    uses = [(met[rule.id], values_of(law, f"{section}.{rule.id}", rule.charge)) for rule in rules]
    return raise_doubt(table, law, uses)


def _rule_code(table: ir.Table, section: str, rules: Sequence[Rule]) -> Any:
    choice = table[f"{section}_choice"]
    return ibis.cases(*((choice == index, f"policy.{section}.{rule.id}") for index, rule in enumerate(rules)))


def _sum_or_unknown(column: Any) -> Any:
    return ibis.ifelse(column.isnull().any(), ibis.null("int64"), column.sum())


def _mentioned(law: Law, name: str) -> bool:
    return any(name in expression.names for expression in law.policy.expressions.values())


def _any(conditions: Any) -> Any:
    return reduce(or_, conditions, _NO)
