"""A policy made ready for a span of days: its dated values as expressions over the column ``law_on``.

The days of a span fall into periods within which no value changes. With one period (a day's declarations) every
value is a literal; with several it is a short CASE; tables by key are joined on the period.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import ibis

from passavant.dataset.reasons import CERTAINTIES
from passavant.engines.rule_language import compile_rule
from passavant.money.currency import minor_digits
from passavant.policy.load import Policy
from passavant.policy.model import Dated, Parameter, Table

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

__all__ = ["Law", "in_unit", "value_on"]

_PPM_PER_PERCENT = 10_000
_FAR = dt.date(9999, 12, 31)
#: Period of law of a row without a day.
_NEVER = -1
_LEVEL = {name: level for level, name in enumerate(CERTAINTIES)}


def value_on(values: list[Dated], day: dt.date) -> Dated | None:
    """Return the value in force on a local day, or None."""
    best = None
    for value in values:
        if value.from_ <= day <= (value.to or _FAR):
            best = value
    return best


def in_unit(value: Decimal, unit: str) -> int | Decimal:
    """Return a value as rules compare it: minor units, parts per million, a count; kilograms stay decimal."""
    if unit == "percent":
        return int(value * _PPM_PER_PERCENT)
    if unit == "count":
        return int(value)
    if unit == "kg":
        return value
    return int(value.scaleb(minor_digits(unit) or 0))


@dataclass(frozen=True)
class Law:
    """A policy over the local days ``first`` to ``last``, both included.

    ``undated``: some rows have no day. No law is theirs, whatever the span: their period is -1, in which nothing has a
    value, and no condition is true of them.
    """

    policy: Policy
    first: dt.date
    last: dt.date
    undated: bool = False

    @cached_property
    def starts(self) -> list[dt.date]:
        """First day of each period; the first one may begin before the span."""
        file = self.policy.file
        dated = [value for parameter in file.parameters.values() for value in parameter.values]
        dated += [value for table in file.tables.values() for values in table.rows.values() for value in values]
        edges = {value.from_ for value in dated} | {value.to + dt.timedelta(days=1) for value in dated if value.to}
        return [self.first, *sorted(edge for edge in edges if self.first < edge <= self.last)]

    def period(self, law_on: ir.DateValue) -> ir.IntegerValue:
        """Return the period (0, 1, …) of a day, -1 of none."""
        branches = [(law_on >= ibis.literal(start), index) for index, start in enumerate(self.starts)][:0:-1]
        if self.undated:
            branches.insert(0, (law_on.isnull(), _NEVER))
        return ibis.cases(*branches, else_=0) if branches else ibis.literal(0)

    def parameter(self, name: str, period: ir.IntegerValue) -> Any:
        """Return a parameter's value in each row's period (null where the law has none)."""
        parameter: Parameter = self.policy.file.parameters[name]
        found = [value_on(parameter.values, start) for start in self.starts]
        values = [_literal(in_unit(item.value, parameter.unit)) if item else _null(parameter.unit) for item in found]
        if len(values) == 1 and not self.undated:
            return values[0]
        return ibis.cases(*((period == index, value) for index, value in enumerate(values)))

    def table(self, name: str) -> pa.Table:
        """Return a keyed table as rows (law_period, key, value, doubt): 0 is high certainty, 1 medium, 2 low."""
        import pyarrow as pa

        table: Table = self.policy.file.tables[name]
        rows = []
        for index, start in enumerate(self.starts):
            for key, values in table.rows.items():
                item = value_on(values, start)
                if item:
                    value, doubt = in_unit(item.value, table.unit), _LEVEL[item.certainty or table.certainty]
                    rows.append({"law_period": index, "key": key, "value": value, "doubt": doubt})
        kind = pa.decimal128(18, 6) if table.unit == "kg" else pa.int64()
        fields = [("law_period", pa.int8()), ("key", pa.string()), ("value", kind), ("doubt", pa.int8())]
        return pa.Table.from_pylist(rows, schema=pa.schema(fields))

    def doubt(self, name: str, period: ir.IntegerValue) -> Any:
        """Return how uncertain a parameter's value is in each row's period: 0 high, 1 medium, 2 low (a plain 0 if always high)."""
        found = [value_on(self.policy.file.parameters[name].values, start) for start in self.starts]
        levels = [_LEVEL[item.certainty or "high"] if item else 0 for item in found]
        if len(set(levels)) == 1:
            return levels[0]
        return ibis.cases(*((period == index, level) for index, level in enumerate(levels)), else_=0)

    def in_force(self, rule: Any, law_on: ir.DateValue) -> ir.BooleanValue | bool:
        """Return whether a rule's own dates cover the day; plain True or False when the whole span agrees."""
        start, end = rule.from_ or dt.date.min, rule.to or _FAR
        if start <= self.first and self.last <= end:
            return self.dated(law_on)
        if self.last < start or end < self.first:
            return False
        return law_on.between(ibis.literal(start), ibis.literal(end)).fill_null(False)

    def dated(self, law_on: ir.DateValue) -> ir.BooleanValue | bool:
        """Return whether a row has a day at all; plain True when all have."""
        return law_on.notnull() if self.undated else True

    def condition(
        self, key: str, scope: Mapping[str, Any], rule: Any | None = None, *, unknown: Literal["no", "null"] = "no"
    ) -> ir.BooleanValue:
        """Compile a rule's condition (``section.id``) over a scope; what cannot be judged is no, or null where asked."""
        dated = self.in_force(rule, scope["law_on"]) if rule is not None else self.dated(scope["law_on"])
        if dated is False:
            return ibis.literal(False)
        condition = compile_rule(self.policy.expressions[key], scope, unknown=unknown)
        return condition if dated is True else condition & dated


def _literal(value: int | Decimal) -> Any:
    return (
        ibis.literal(value, type="int64") if isinstance(value, int) else ibis.literal(str(value)).cast("decimal(18, 6)")
    )


def _null(unit: str) -> Any:
    return ibis.null("decimal(18, 6)" if unit == "kg" else "int64")
