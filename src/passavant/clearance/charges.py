"""Duty, fees and VAT of each goods item: the first rule that is true decides, its charge is worked out exactly.

What cannot be worked out (a rate, a mass or a value that is missing) is null, never 0: the assessment then holds the item.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import reduce
from operator import add, or_
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import ibis

from passavant.clearance.doubt import AMOUNTS
from passavant.clearance.flags import ReasonBook
from passavant.clearance.scope import scope_of
from passavant.money.arithmetic import Rounding, apply_rate, convert
from passavant.money.currency import minor_digits
from passavant.policy.law import Law, in_unit
from passavant.policy.model import Charge, PolicyFile, RoundingRule, Rule

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = [
    "FeeFound", "choose", "collected", "fees", "foreign_units", "lacking", "last_column", "mark_unrated", "ordered", "rate_column", "rate_of", "table_column",
    "with_bearers",
]  # fmt: skip

Section = Literal["duty", "fee", "vat"]
_PPM = 1_000_000
#: The columns that a charge's base adds up.
_BASES = {
    "goods": "goods_minor",
    "customs_value": "customs_value_minor",
    "transport": "transport_minor",
    "duty": "duty_minor",
    "fee": "fees_minor",
}
_KEY = ["consignment_id", "version"]
#: Without these a condition on values cannot be judged; a scheme applies up to a value.
_VALUES = frozenset({"goods_value", "goods_total", "transport_total", "cif_total", "scheme_applies"})
#: The choice where a rule that comes before the first true one cannot be judged.
_OPEN = -2
#: More articles than any consignment holds.
_MOST_ARTICLES = 1_000_000_000
_ZERO = ibis.literal(0, type="int64")
_UNKNOWN = ibis.null("int64")


class FeeFound(NamedTuple):
    """A fee rule, whether it is true of the row, and what it charges."""

    rule: Rule
    applies: Any
    amount: Any


def ordered(law: Law, section: Section) -> list[Rule]:
    """Return the rules of a section in the order in which they are asked."""
    return sorted(getattr(law.policy.file.rules, section), key=lambda rule: -rule.priority)


def choose(table: ir.Table, law: Law, section: Literal["duty", "vat"]) -> ir.Table:
    """Add ``<section>_choice``, the position among the :func:`ordered` rules of the one that decides, negative if none does.

    None does where an amount is unknown without which a rule cannot be judged that comes before the first true one:
    the dearer rule behind it is not known to be due.
    """
    scope, branches = scope_of(table, law), []
    for index, rule in enumerate(ordered(law, section)):
        key = f"{section}.{rule.id}"
        judged = law.condition(key, scope, rule, unknown="null")
        branches.append((judged.fill_null(False), index))
        unknown = lacking(law, key, scope)
        if unknown is not None:
            branches.append((judged.isnull() & unknown, _OPEN))
    return table.mutate(**{f"{section}_choice": ibis.cases(*branches, else_=-1)})


def lacking(law: Law, key: str, scope: Mapping[str, Any]) -> Any | None:
    """Return whether an amount that a condition asks for is unknown (None when it asks for none)."""
    asked = sorted(law.policy.expressions[key].names & _VALUES)
    return reduce(or_, (scope[name].isnull() for name in asked)) if asked else None


def with_bearers(table: ir.Table, law: Law, section: Section, keep: Callable[[ir.Table], ir.Table]) -> ir.Table:
    """Add, for each flat charge due once in a consignment or a subheading, whether the item bears it.

    It is the first item of which the rule is true. An item that stands alone bears it; only the others are gathered, and
    kept: joined to itself time and again, the graph would be worked out many times over.
    """
    scope = scope_of(table, law)
    due_once = {
        _bearer(section, index): (_is_true(table, law, section, index, scope), rule.charge.per)
        for index, rule in enumerate(ordered(law, section))
        if rule.charge.per in ("consignment", "subheading") and law.in_force(rule, table.law_on) is not False
    }
    if not due_once:
        return table
    several = table.mutate(**{name: true for name, (true, _) in due_once.items()})
    several = several.filter(several["items"] > 1)
    firsts = {f"{name}_several": _first(several, name, per) for name, (_, per) in due_once.items()}
    joined = table.left_join(keep(several.select(*_KEY, "item_no", **firsts)), [*_KEY, "item_no"])
    bears = {name: joined[f"{name}_several"].fill_null(True) for name in due_once}
    return joined.select(*table.columns, **bears)


def _is_true(table: ir.Table, law: Law, section: Section, index: int, scope: Mapping[str, Any]) -> Any:
    if section != "fee":
        return table[f"{section}_choice"] == index
    rule = ordered(law, section)[index]
    return law.condition(f"fee.{rule.id}", scope, rule)


def _first(table: ir.Table, true: str, per: str | None) -> Any:
    """Return whether a row is the first of those, of its consignment or its subheading, of which something is true."""
    within = [*_KEY, true] if per == "consignment" else [*_KEY, true, "hs6"]
    first = ibis.row_number().over(ibis.window(group_by=within, order_by="item_no")) == 0
    return table[true] & (first if per == "consignment" else first | table.hs6.isnull())


def _bearer(section: Section, index: int) -> str:
    return f"bears_{section}_{index}"


def collected(table: ir.Table, law: Law, section: Literal["duty", "vat"], by: Literal["border", "vendor"]) -> Any:
    """Return the amount that the chosen rule has collected by the border or by the vendor (0 when by the other)."""
    choice, roundings = table[f"{section}_choice"], law.policy.file.rounding
    rounding = _rounding(roundings.vendor_vat if by == "vendor" else getattr(roundings, section))
    branches = [
        (
            choice == index,
            _amount(table, law, rule.charge, rounding, _bearer(section, index))
            if rule.charge.collected_by == by
            else _ZERO,
        )
        for index, rule in enumerate(ordered(law, section))
    ]
    return ibis.cases((~table.assessable, _UNKNOWN), *branches, else_=_UNKNOWN)


def rate_of(table: ir.Table, law: Law, section: Literal["duty", "vat"]) -> Any:
    """Return the rate of the chosen rule in parts per million (null when it charges no percentage)."""
    choice = table[f"{section}_choice"]
    return ibis.cases(
        *((choice == index, _rate(table, law, rule.charge)) for index, rule in enumerate(ordered(law, section)))
    )


def fees(table: ir.Table, law: Law) -> tuple[Any, list[FeeFound]]:
    """Return the sum of all fee rules that are true, and each rule found; null where one cannot be judged or worked out."""
    scope = scope_of(table, law)
    rounding = _rounding(law.policy.file.rounding.fee)
    found, parts = [], []
    for index, rule in enumerate(ordered(law, "fee")):
        key = f"fee.{rule.id}"
        judged = law.condition(key, scope, rule, unknown="null")
        applies = judged.fill_null(False)
        amount = _amount(table, law, rule.charge, rounding, _bearer("fee", index))
        part = ibis.ifelse(applies, amount, _ZERO)
        unknown = lacking(law, key, scope)
        if unknown is not None:
            part = ibis.ifelse(judged.isnull() & unknown, _UNKNOWN, part)
        parts.append(part)
        found.append(FeeFound(rule, applies, amount))
    return ibis.ifelse(table.assessable, reduce(add, parts, _ZERO), _UNKNOWN), found


def table_column(name: str) -> str:
    """Return the column that holds a policy table's value for the row."""
    return f"law_table_{name}"


def rate_column(currency: str) -> str:
    """Return the column that holds the rate from a currency of the law to the currency due."""
    return f"law_rate_{currency.lower()}"


def last_column(currency: str) -> str:
    """Return the column that holds the day of the last rate of a currency of the law that is too old, where there is one."""
    return f"law_rate_last_{currency.lower()}"


def mark_unrated(table: ir.Table, law: Law, book: ReasonBook, uses: Iterable[tuple[Any, Charge]]) -> ir.Table:
    """Hold by name the items of which a charge is due in a currency that has no rate."""
    pairs = list(uses)
    for unit in foreign_units(law.policy.file):
        charged = [applies for applies, charge in pairs if unit in _units(law.policy.file, charge)]
        if not charged:
            continue
        lacks = table.assessable & reduce(or_, charged) & table[rate_column(unit)].isnull() & table.fx_missing.isnull()
        last = table[last_column(unit)]
        found = {
            "policy.exchange.missing_rate": lacks & last.isnull(),
            "policy.exchange.stale_rate": lacks & last.notnull(),
        }
        told = {
            "fx_missing": ibis.ifelse(lacks, unit, table.fx_missing),
            "fx_last": ibis.ifelse(lacks, last, table.fx_last),
        }
        table = book.mark(table, found).mutate(**told)
    return table


def foreign_units(file: PolicyFile) -> list[str]:
    """Return the currencies in which charges are stated that are not the currency due: they are converted."""
    rules = (*file.rules.duty, *file.rules.fee, *file.rules.vat)
    return sorted(set().union(*(_units(file, rule.charge) for rule in rules)))


def _units(file: PolicyFile, charge: Charge) -> set[str]:
    named = {getattr(charge, field) for field in AMOUNTS} - {None}
    return {_unit(file, str(name)) for name in named} - {"percent", "count", "kg", file.currency}


def _amount(table: ir.Table, law: Law, charge: Charge, rounding: Rounding, bearer: str) -> Any:
    if charge.free:
        return _ZERO
    if charge.flat:
        return _flat(table, law, charge, bearer)
    if charge.per_kg:
        return _by_mass(table, _value(table, law, charge.per_kg), rounding)
    base = reduce(add, (table[_BASES[part]] for part in charge.base))
    amount: Any = apply_rate(base, _rate(table, law, charge), rounding)
    if charge.minimum_per_kg:
        amount = _greatest(amount, _by_mass(table, _value(table, law, charge.minimum_per_kg), rounding))
    if charge.deduct:
        amount = _greatest(amount - _value(table, law, charge.deduct), _ZERO)
    return amount


def _rate(table: ir.Table, law: Law, charge: Charge) -> Any:
    if charge.tariff:
        return table.tariff_ppm
    return _value(table, law, charge.rate) if charge.rate else _UNKNOWN


def _flat(table: ir.Table, law: Law, charge: Charge, bearer: str) -> Any:
    value = _value(table, law, str(charge.flat))
    if charge.per == "article":
        articles = ibis.greatest(table.articles.ceil().cast("int64"), 1)
        return ibis.ifelse(articles <= _MOST_ARTICLES, value * articles, _UNKNOWN)
    if charge.per == "item":
        return value
    return ibis.ifelse(table[bearer], value, _ZERO) if bearer in table.columns else _ZERO


def _by_mass(table: ir.Table, per_kg: Any, rounding: Rounding) -> Any:
    mass = table.net_mass_kg.fill_null(table.gross_mass_kg)
    millionths = (mass.cast("decimal(38, 3)") * ibis.literal(_PPM).cast("decimal(38, 0)")).cast("decimal(38, 0)")
    return ibis.ifelse(mass > 0, apply_rate(per_kg, millionths, rounding), _UNKNOWN)


def _greatest(first: Any, second: Any) -> Any:
    """Return the greater of two amounts, null where one is: SQL's own GREATEST passes over what is missing."""
    return ibis.ifelse(first.isnull() | second.isnull(), _UNKNOWN, ibis.greatest(first, second))


def _value(table: ir.Table, law: Law, name: str) -> Any:
    """Return a parameter's or a table's value for the row, converted where it is in another currency than the one due."""
    file = law.policy.file
    unit = _unit(file, name)
    if name in file.parameters:
        value = law.parameter(name, table.law_period)
    else:
        source, value = file.tables[name], table[table_column(name)]
        value = value if source.default is None else value.fill_null(ibis.literal(in_unit(source.default, unit)))
    if unit in ("percent", "count", "kg", file.currency):
        return value
    digits = minor_digits(unit) or 0
    minor = ibis.literal(str(Decimal(1).scaleb(-digits))).cast(f"decimal(38, {digits})")
    units = value.cast("decimal(38, 0)") * minor
    return convert(units, table[rate_column(unit)], minor_digits(file.currency) or 0, Rounding())


def _unit(file: PolicyFile, name: str) -> str:
    return file.parameters[name].unit if name in file.parameters else file.tables[name].unit


def _rounding(rule: RoundingRule | None) -> Rounding:
    return Rounding(rule.mode, rule.to) if rule else Rounding()
