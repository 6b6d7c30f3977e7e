"""Text to values: one Ibis expression per element that must be parsed, and one bit per element that could not be.

The expressions are compiled once per file and run over each batch. An expression gives null for what it cannot read, so
that good rows cost nothing: a row whose mask is zero is finished, the others are explained one by one
(:mod:`passavant.dataset.row_errors`). Texts that need no parsing never enter the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from passavant.dataset import column_checks as checks
from passavant.dataset.binding import REQUIRED, Rule
from passavant.dataset.forms import ABSURD, FALSE, GROUPED, ISO, TRUE, ZONED, names_zone
from passavant.dataset.mapping import ANY_OTHER
from passavant.dataset.row_errors import LONGEST_TEXT, must_be_plain
from passavant.dataset.text_columns import Ints, single
from passavant.engines import Engine
from passavant.engines.prepared import PreparedEngine

__all__ = ["COARSE", "ZONELESS", "Typed", "Typing"]

#: Bits of the notes: a decimal had more digits than are kept; a time had no zone.
COARSE, ZONELESS = 1, 2

_INPUT = "intake_text"
_ROW = "intake_row"
_WIDE = dt.Decimal(24, 9)  # times a factor of at most 14 digits: 38, all that the engine has
_INTEGER = dt.Decimal(38, 28)  # ten digits before the point hold 32 bits; no fraction is rounded away
_PARSED = frozenset({"decimal", "integer", "timestamp", "boolean"})


@ibis.udf.scalar.builtin(signature=(("string", "string"), "timestamp(6)"))  # type: ignore[untyped-decorator]
def try_strptime(text: str, form: str) -> ir.TimestampValue:
    """Parse a text by a format; null where it does not fit (a function of the engine)."""


@ibis.udf.scalar.builtin(signature=(("string", "timestamp(6)"), "timestamp('UTC', 6)"))  # type: ignore[untyped-decorator]
def timezone(zone: str, local: ir.TimestampValue) -> ir.TimestampValue:
    """Turn a local time into an instant (a function of the engine)."""


@dataclass(frozen=True)
class Typed:
    """The converted columns of a batch, the mask of each row's unreadable elements, and the notes of the batch."""

    columns: dict[str, pa.Array]
    mask: Ints
    notes: int


class Typing:
    """The conversion of one file's batches.

    Args:
        rules: How each element is read; an element's bit in the mask is its place here.
        engine: Session to run in (a cursor of it is used).
    """

    def __init__(self, rules: Sequence[Rule], engine: Engine) -> None:
        self._rules = rules
        self._parsed = [rule for rule in rules if _needs_engine(rule)]
        self._sources = list(dict.fromkeys(rule.source for rule in self._parsed if rule.source is not None))
        self._run = (
            _prepared(engine, self._expression()) if isinstance(engine, PreparedEngine) else self._planned(engine)
        )

    def run(self, texts: dict[str, pa.Array], rows: int) -> Typed:
        """Convert a batch, given the cleaned text of every source column."""
        parsed = self._parse(texts, rows)
        mask = np.zeros(rows, np.int64)
        columns: dict[str, pa.Array] = {}
        for place, rule in enumerate(self._rules):
            text = texts[rule.source] if rule.source is not None else None
            value = _finished(rule, parsed.get(rule.element.name, text), rows)
            columns[rule.element.name] = value
            for flags in _faults(rule, text, value):
                mask[flags] |= 1 << place
        return Typed(columns, mask, self._noted(texts, mask))

    def _noted(self, texts: dict[str, pa.Array], mask: Ints) -> int:
        """Return the notes of the rows that were accepted; the others are looked at only where there is something to note."""
        accepted = pa.array(mask == 0) if mask.any() else None
        notes = 0
        for rule in self._rules:
            text = texts[rule.source] if rule.source is not None else None
            found = _notes(rule, text)
            if found and text is not None and accepted is not None:
                found = _notes(rule, text.filter(accepted))
            notes |= found
        return notes

    def _parse(self, texts: dict[str, pa.Array], rows: int) -> dict[str, pa.Array]:
        arrays = [pa.array(np.arange(rows, dtype=np.int32)), *(texts[name] for name in self._sources)]
        table = self._run(pa.table(arrays, names=[_ROW, *self._aliases()]))
        order = table[_ROW].to_numpy()
        table = table if (np.diff(order) > 0).all() else table.sort_by(_ROW)
        return {rule.element.name: single(table[rule.element.name]) for rule in self._parsed}

    def _planned(self, engine: Engine) -> Callable[[pa.Table], pa.Table]:
        """Return what runs the expression on a batch of many rows, planned for it."""
        connection = engine.con.con.cursor()
        connection.execute("SET TimeZone = 'UTC'")
        sql = ibis.to_sql(self._expression(), dialect="duckdb")

        def run(texts: pa.Table) -> pa.Table:
            connection.register(_INPUT, texts)
            table = connection.sql(sql).to_arrow_table()
            connection.unregister(_INPUT)
            return table

        return run

    def _aliases(self) -> list[str]:
        return [f"s{place}" for place in range(len(self._sources))]

    def _expression(self) -> ir.Table:
        table = ibis.table({_ROW: "int32", **dict.fromkeys(self._aliases(), "string")}, name=_INPUT)
        alias = dict(zip(self._sources, self._aliases(), strict=True))
        columns: dict[str, ir.Value] = {_ROW: table[_ROW]}
        for rule in self._parsed:
            text = _text(rule, table[alias[rule.source]] if rule.source is not None else None)
            columns[rule.element.name] = _value(rule, text)
        return table.select(**columns)


def _prepared(engine: PreparedEngine, expression: ir.Table) -> Callable[[pa.Table], pa.Table]:
    """Return what runs the expression on batches of few rows, planned once."""
    source = next(iter(expression.op().find(ops.UnboundTable)))
    engine.given(_INPUT, source.schema.to_pyarrow())
    plan = engine.prepare(expression)
    return lambda texts: plan.run({_INPUT: texts})


def _needs_engine(rule: Rule) -> bool:
    if rule.source is None:
        return rule.default is not None
    return rule.element.type in _PARSED or bool(rule.column.values) or rule.default is not None


def _finished(rule: Rule, value: pa.Array | None, rows: int) -> pa.Array:
    """Give a column its final form; one that no column feeds is null throughout."""
    kind = rule.element.type
    if value is None:
        return pa.nulls(rows, rule.element.arrow_type())
    if kind in ("code_upper", "code_lower"):
        return checks.cased(value, upper=kind == "code_upper")
    if kind == "digits":
        return checks.digits_only(value)
    if kind == "string" and not rule.element.key:
        return checks.uncontrolled(value.cast(pa.string()))
    if kind == "integer":
        return checks.whole(value, at_least=1 if rule.element.key else None)
    return value.cast(rule.element.arrow_type())


def _faults(rule: Rule, text: pa.Array | None, value: pa.Array) -> list[checks.Flags]:
    """Return, as flags over the rows, what makes an element unreadable."""
    found: list[checks.Flags | None] = []
    if rule.element.name in REQUIRED and value.null_count:
        found.append(np.asarray(value.is_null()))
    if text is not None and text.null_count < len(text):
        found += [checks.too_long(text, LONGEST_TEXT)]
        if must_be_plain(rule):
            found.append(checks.controlled(text))
        if rule.element.type in _PARSED:
            found += [checks.unread(text, value), checks.out_of_range(value, ABSURD)]
        if rule.element.type in ("decimal", "integer"):
            found.append(checks.underscored(text))
    return [flags for flags in found if flags is not None]


def _notes(rule: Rule, text: pa.Array | None) -> int:
    if text is None or text.null_count == len(text):
        return 0
    if rule.element.type == "decimal" and rule.column.factor is None:
        return COARSE if checks.coarse(text, rule.element.scale or 0, point="," if rule.decimal_comma else ".") else 0
    if rule.element.type == "timestamp" and rule.time_zone is None:
        return ZONELESS if checks.zoneless(text) else 0
    return 0


def _text(rule: Rule, text: ir.StringValue | None) -> ir.StringValue:
    if text is None:
        return ibis.literal(rule.default, "string")
    known = [(foreign, ours) for foreign, ours in rule.column.values.items() if foreign != ANY_OTHER]
    other = rule.column.values.get(ANY_OTHER)
    otherwise = text if other is None else ibis.ifelse(text.notnull(), other, ibis.null("string"))
    text = text.cases(*known, else_=otherwise) if known else otherwise
    return text if rule.default is None else ibis.coalesce(text, rule.default)


def _value(rule: Rule, text: ir.StringValue) -> ir.Value:
    match rule.element.type:
        case "decimal":
            return _decimal(rule, text)
        case "integer":
            return text.try_cast(_INTEGER)  # made whole in column_checks
        case "timestamp":
            return _timestamp(rule, text)
        case "boolean":
            word = text.lower()
            return ibis.cases((word.isin(TRUE), True), (word.isin(FALSE), False), else_=ibis.null("boolean"))
    return text


def _decimal(rule: Rule, text: ir.StringValue) -> ir.Value:
    kind = dt.Decimal(rule.element.precision, rule.element.scale)
    if rule.decimal_comma:
        bare = ibis.ifelse(text.re_search(GROUPED), text.replace(".", ""), ibis.null("string"))
        text = ibis.ifelse(text.contains("."), bare, text).replace(",", ".")
    factor = rule.column.factor
    if factor is None:
        return text.try_cast(kind)
    digits = factor.as_tuple()
    scale = max(-int(digits.exponent), 0)
    exact = ibis.literal(factor, dt.Decimal(max(len(digits.digits), scale), scale))
    return (text.try_cast(_WIDE) * exact).try_cast(kind)


def _timestamp(rule: Rule, text: ir.StringValue) -> ir.Value:
    iso = ibis.ifelse(text.re_search(ISO), text, ibis.null("string"))
    kind = dt.Timestamp("UTC", scale=6)  # the session's zone is UTC
    # a small z is made a capital only where the text could not be read as it stands
    instant = ibis.coalesce(iso.try_cast(kind), iso.replace("z", "Z").try_cast(kind))
    if rule.time_zone is not None:
        local = timezone(rule.time_zone, iso.try_cast(dt.Timestamp(scale=6)))
        instant = ibis.ifelse(text.re_search(ZONED), instant, local)
    if rule.date_format is None:
        return instant
    zone = "UTC" if rule.time_zone is None or names_zone(rule.date_format) else rule.time_zone
    return ibis.coalesce(instant, timezone(zone, try_strptime(text, rule.date_format)))
