"""Duty, fees and VAT of each goods item: the first rule that is true decides, its charge is worked out exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any, Literal

import ibis

from passavant.clearance.scope import scope_of
from passavant.money.arithmetic import Rounding, apply_rate
from passavant.policy.law import Law, in_unit
from passavant.policy.model import Charge, RoundingRule, Rule

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["choose", "collected", "fees", "rate_of", "table_column"]

_PPM = 1_000_000
#: The columns that a charge's base adds up.
_BASES = {
    "goods": "goods_minor",
    "customs_value": "customs_value_minor",
    "transport": "transport_minor",
    "duty": "duty_minor",
    "fee": "fees_minor",
}


def choose(table: ir.Table, law: Law, section: Literal["duty", "vat"]) -> tuple[ir.Table, list[Rule]]:
    """Add ``<section>_choice``, the position of the rule that decides, and return the rules in that order."""
    rules: list[Rule] = sorted(getattr(law.policy.file.rules, section), key=lambda rule: -rule.priority)
    scope = scope_of(table, law)
    branches = [(law.condition(f"{section}.{rule.id}", scope, rule), index) for index, rule in enumerate(rules)]
    return table.mutate(**{f"{section}_choice": ibis.cases(*branches, else_=-1)}), rules


def collected(
    table: ir.Table, law: Law, section: Literal["duty", "vat"], rules: Sequence[Rule], by: Literal["border", "vendor"]
) -> Any:
    """Return the amount that the chosen rule has collected by the border or by the vendor (0 when by the other)."""
    choice = table[f"{section}_choice"]
    rounding = _rounding(getattr(law.policy.file.rounding, section))
    zero = ibis.literal(0, type="int64")
    branches = [
        (choice == index, _amount(table, law, rule.charge, rounding) if rule.charge.collected_by == by else zero)
        for index, rule in enumerate(rules)
    ]
    return ibis.cases(*branches, else_=ibis.null("int64"))


def rate_of(table: ir.Table, law: Law, section: Literal["duty", "vat"], rules: Sequence[Rule]) -> Any:
    """Return the rate of the chosen rule in parts per million (null when it charges no percentage)."""
    choice = table[f"{section}_choice"]
    return ibis.cases(*((choice == index, _rate(table, law, rule.charge)) for index, rule in enumerate(rules)))


def fees(table: ir.Table, law: Law) -> tuple[Any, Mapping[str, Any]]:
    """Return the sum of all fee rules that are true, and each rule's condition by reason code."""
    scope = scope_of(table, law)
    rounding = _rounding(law.policy.file.rounding.fee)
    total: Any = ibis.literal(0, type="int64")
    found = {}
    for rule in law.policy.file.rules.fee:
        condition = law.condition(f"fee.{rule.id}", scope, rule)
        amount = _amount(table, law, rule.charge, rounding)
        total = total + ibis.ifelse(condition, amount, ibis.literal(0, type="int64"))
        found[f"policy.fee.{rule.id}"] = condition & (amount != 0)
    return total, found


def table_column(name: str) -> str:
    """Return the column that holds a policy table's value for the row."""
    return f"law_table_{name}"


def _amount(table: ir.Table, law: Law, charge: Charge, rounding: Rounding) -> Any:
    if charge.free:
        return ibis.literal(0, type="int64")
    if charge.flat:
        return _flat(table, law, charge)
    if charge.per_kg:
        return _by_mass(table, _value(table, law, charge.per_kg), rounding)
    base = reduce(add, (table[_BASES[part]] for part in charge.base))
    amount: Any = apply_rate(base, _rate(table, law, charge), rounding)
    if charge.minimum_per_kg:
        amount = ibis.greatest(amount, _by_mass(table, _value(table, law, charge.minimum_per_kg), rounding))
    if charge.deduct:
        amount = ibis.greatest(amount - _value(table, law, charge.deduct), 0)
    return amount


def _rate(table: ir.Table, law: Law, charge: Charge) -> Any:
    if charge.tariff:
        return table.tariff_ppm
    return _value(table, law, charge.rate) if charge.rate else ibis.null("int64")


def _flat(table: ir.Table, law: Law, charge: Charge) -> Any:
    value = _value(table, law, str(charge.flat))
    if charge.per == "article":
        return value * ibis.greatest(table.quantity.ceil().cast("int64"), 1)
    if charge.per == "item":
        return value
    carries = table.first_of_subheading if charge.per == "subheading" else table.first_item
    return ibis.ifelse(carries, value, ibis.literal(0, type="int64"))


def _by_mass(table: ir.Table, per_kg: Any, rounding: Rounding) -> Any:
    mass = table.net_mass_kg.fill_null(table.gross_mass_kg)
    millionths = (mass.cast("decimal(38, 3)") * ibis.literal(_PPM).cast("decimal(38, 0)")).cast("decimal(38, 0)")
    return apply_rate(per_kg, millionths, rounding)


def _value(table: ir.Table, law: Law, name: str) -> Any:
    file = law.policy.file
    if name in file.parameters:
        return law.parameter(name, table.law_period)
    source = file.tables[name]
    column = table[table_column(name)]
    return column if source.default is None else column.fill_null(ibis.literal(in_unit(source.default, source.unit)))


def _rounding(rule: RoundingRule) -> Rounding:
    return Rounding(rule.mode, rule.to)
