"""Exchange rates of the days and currencies at hand, as tables that the graph joins."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from passavant.clearance.charges import foreign_units, last_column, rate_column
from passavant.money.exchange import Rates
from passavant.policy.model import PolicyFile

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["DayRates", "day_rates", "exchange_schema", "law_rates_schema"]

_RATE = pa.decimal128(38, 12)


@dataclass(frozen=True)
class DayRates:
    """Rates as the graph reads them.

    Attributes:
        exchange: Per declared currency and day of law: fx_rate, fx_date and, for thresholds, fx_threshold; whose rates they
            are; where one is missing, fx_missing says of which currency, and fx_last of which day the last one is.
        law: Per day of law, the rates of what the law states in other currencies than the one due; None when it states
            nothing so.
        undated: Some rows may have no day of law.
    """

    exchange: ir.Table
    law: ir.Table | None
    undated: bool


def exchange_schema() -> pa.Schema:
    """Return the columns of :attr:`DayRates.exchange`."""
    return pa.schema(
        [
            ("currency", pa.string()),
            ("law_on", pa.date32()),
            ("fx_rate", _RATE),
            ("fx_date", pa.date32()),
            ("fx_threshold", _RATE),
            ("fx_origin", pa.string()),
            ("fx_threshold_origin", pa.string()),
            ("fx_missing", pa.string()),
            ("fx_last", pa.date32()),
        ]
    )


def law_rates_schema(file: PolicyFile) -> pa.Schema:
    """Return the columns of :attr:`DayRates.law`: the day, then rate and last day per foreign unit of the law."""
    units = foreign_units(file)
    fields = [("day", pa.date32()), *((rate_column(unit), _RATE) for unit in units)]
    return pa.schema([*fields, *((last_column(unit), pa.date32()) for unit in units)])


def day_rates(pairs: pa.Table, file: PolicyFile, rates: Rates) -> tuple[pa.Table, pa.Table]:
    """Return the rows of :attr:`DayRates.exchange` and of :attr:`DayRates.law` for distinct (currency, law_on).

    Args:
        pairs: The currencies and days at hand; null where a row has none.
        file: The policy, whose currencies they are turned into.
        rates: The rates.
    """
    found = [_exchanged(pair["currency"], pair["law_on"], file, rates) for pair in pairs.to_pylist() if _known(pair)]
    return pa.Table.from_pylist(found, schema=exchange_schema()), _law_rates(pairs, file, rates)


def _known(pair: dict[str, object]) -> bool:
    return pair["currency"] is not None and pair["law_on"] is not None


def _exchanged(currency: str, day: dt.date, file: PolicyFile, rates: Rates) -> dict[str, object]:
    rule = file.exchange.rule
    due = rates.cross(currency, file.currency, day, rule)
    threshold = rates.cross(currency, file.threshold_currency, day, rule)
    lacking = rates.lacking(currency, file.currency, day, rule) or rates.lacking(
        currency, file.threshold_currency, day, rule
    )
    return {
        "currency": currency,
        "law_on": day,
        "fx_rate": due and due.rate,
        "fx_date": due and due.published,
        "fx_threshold": threshold and threshold.rate,
        "fx_origin": due and due.origin,
        "fx_threshold_origin": threshold and threshold.origin,
        "fx_missing": lacking and _shown(lacking.currency),
        "fx_last": lacking and lacking.last,
    }


def _shown(currency: str) -> str:
    """Return a declared code as a reason shows it: letters and figures, whatever else was declared."""
    return "".join(sign if sign.isascii() and sign.isalnum() else "?" for sign in currency)


def _law_rates(pairs: pa.Table, file: PolicyFile, rates: Rates) -> pa.Table:
    units = foreign_units(file)
    days = sorted({day for day in pairs.column("law_on").to_pylist() if day is not None})
    rows = []
    for day in days:
        row: dict[str, object] = {"day": day}
        for unit in units:
            found = rates.cross(unit, file.currency, day, file.exchange.rule)
            lacking = rates.lacking(unit, file.currency, day, file.exchange.rule)
            row |= {rate_column(unit): found and found.rate, last_column(unit): lacking and lacking.last}
        rows.append(row)
    return pa.Table.from_pylist(rows, schema=law_rates_schema(file))
