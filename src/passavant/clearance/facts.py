"""The facts of each goods item that law and rules build on: day of law, exchange, intrinsic values, consignment totals.

Consignments of one item, nearly all of them, need no grouping; only the others are gathered (never a window over the
whole day: five times slower, measured).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import ibis

from passavant.dataset.schema import load_schema
from passavant.engines.text import concat
from passavant.money.arithmetic import Rounding, convert_whole, divide_floor, whole_rate
from passavant.money.currency import minor_digits
from passavant.policy.law import Law
from passavant.policy.model import PolicyFile

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["local_day", "with_facts", "with_law_on"]

_KEY = ["consignment_id", "version"]
_NEAREST = Rounding()
#: Units of a currency beyond which an item's amount is a mistake, not a price.
_MOST_UNITS = 1e12
#: Parties are keys by now.
_PARTIES = ("importer_key", "exporter_key", "importer_id_key", "exporter_id_key")


def local_day(instant: ir.TimestampValue, zone: str, first: dt.datetime, last: dt.datetime) -> ir.DateValue:
    """Return the local calendar day of UTC instants between two bounds.

    The zone's offsets in that span become a short CASE, so that every engine gives the same day.
    """
    return _shifted(instant, _offsets(ZoneInfo(zone), first, last)).cast("timestamp").date()


def _shifted(instant: ir.TimestampValue, steps: Sequence[tuple[dt.datetime, int]]) -> Any:
    branches = [(instant >= ibis.literal(start), instant + ibis.interval(minutes=minutes)) for start, minutes in steps]
    return branches[0][1] if len(branches) == 1 else ibis.cases(*reversed(branches[1:]), else_=branches[0][1])


def with_law_on(items: ir.Table, file: PolicyFile, first: dt.datetime, last: dt.datetime) -> ir.Table:
    """Add ``law_on``: the local day of acceptance, else of lodgement, where the consignment goes.

    Countries whose clocks agree over the span share one branch: 27 member states are three.
    """
    instant = ibis.coalesce(items.accepted_at, items.lodged_at)
    home = _offsets(ZoneInfo(file.time_zone), first, last)
    groups: dict[tuple[tuple[dt.datetime, int], ...], list[str]] = {}
    for country, zone in file.time_zones.items():
        groups.setdefault(tuple(_offsets(ZoneInfo(zone), first, last)), []).append(country)
    groups.pop(tuple(home), None)
    others = [(items.importer_country.isin(names), _shifted(instant, steps)) for steps, names in groups.items()]
    shifted = _shifted(instant, home)
    return items.mutate(law_on=(ibis.cases(*others, else_=shifted) if others else shifted).cast("timestamp").date())


def with_facts(
    items: ir.Table,
    exchange: ir.Table,
    law: Law,
    stage: Callable[[ir.Table], ir.Table],
    keep: Callable[[ir.Table], ir.Table],
) -> ir.Table:
    """Add exchange, intrinsic and customs values, consignment totals and what rules call them.

    Adds (int64 minor units; null without a rate): goods_minor, transport_minor (the item's share), customs_value_minor in
    the currency due; goods_value, goods_total, transport_total, cif_total in the threshold currency; mass_total (kg),
    items, first_item; fx_rate, fx_date, law_period; hs6; rows_differ: the rows of one declaration
    disagree on what belongs to the whole consignment.

    Args:
        items: Declared items with ``law_on``.
        exchange: From :func:`passavant.clearance.day_rates.day_rates`.
        law: The law over the span.
        stage: Names intermediate tables.
        keep: Computes one now: the totals of consignments of several items, read by every statement that follows.
    """
    keys = items.filter(items.item_no > 1).select(*_KEY).distinct()
    shared = keep(_several(stage(_valued(stage(items.semi_join(keys, _KEY)), exchange, law))))
    table = stage(_with_totals(stage(_valued(items, exchange, law)), shared))
    cif = law.policy.file.customs_value.basis == "cif"
    return table.mutate(
        customs_value_minor=table.goods_minor + table.transport_minor if cif else table.goods_minor,
        cif_total=table.goods_total + table.transport_total,
    )


def _valued(items: ir.Table, exchange: ir.Table, law: Law) -> ir.Table:
    """Add exchange, period of law, HS6 and the amounts that each row declares."""
    table = _with_exchange(items, exchange)
    return table.mutate(
        law_period=law.period(table.law_on),
        hs6=ibis.ifelse(table.hs_code.re_search("^[0-9]{6,14}$"), table.hs_code.substr(0, 6), ibis.null("string")),
        **_amounts(table, law.policy.file),
    )


def _with_exchange(items: ir.Table, exchange: ir.Table) -> ir.Table:
    exchange = exchange.mutate(
        fx_whole=whole_rate(exchange.fx_rate), fx_whole_threshold=whole_rate(exchange.fx_threshold)
    )
    joined = items.left_join(exchange, ["currency", "law_on"])
    return joined.drop(*[name for name in joined.columns if name.endswith("_right")])


def _amounts(table: ir.Table, file: PolicyFile) -> dict[str, Any]:
    zero = ibis.literal("0").cast("decimal(18, 4)")
    transport = table.transport_cost.fill_null(zero) + table.insurance_cost.fill_null(zero)
    transport = transport.cast("decimal(18, 4)")
    due, threshold = minor_digits(file.currency) or 0, minor_digits(file.threshold_currency) or 0
    value = _sane(table, table.intrinsic_value)
    transport = ibis.ifelse(_negative(table), ibis.null("decimal(18, 4)"), _sane(table, transport))
    amounts = {
        "goods_minor": convert_whole(value, table.fx_whole, due, _NEAREST),
        "transport_all": convert_whole(transport, table.fx_whole, due, _NEAREST),
    }
    if file.currency == file.threshold_currency:
        return amounts | {"goods_value": amounts["goods_minor"], "transport_total": amounts["transport_all"]}
    return amounts | {
        "goods_value": convert_whole(value, table.fx_whole_threshold, threshold, _NEAREST),
        "transport_total": convert_whole(transport, table.fx_whole_threshold, threshold, _NEAREST),
    }


def _sane(table: ir.Table, amount: Any) -> Any:
    """Return an amount, or null where it is negative or beyond any goods: the products that follow would overflow."""
    rate = ibis.greatest(table.fx_rate, table.fx_threshold).cast("float64")
    sane = (amount >= 0) & (amount.cast("float64") * rate <= _MOST_UNITS)
    return ibis.ifelse(sane, amount, ibis.null("decimal(18, 4)"))


def _negative(table: ir.Table) -> Any:
    return (table.transport_cost < 0).fill_null(False) | (table.insurance_cost < 0).fill_null(False)


def _several(table: ir.Table) -> ir.Table:
    """Return, for items of consignments of several items only, the totals and the item's share of the transport.

    Shares are in proportion to the goods and exact in sum: each is the difference of two floored running shares.
    """
    whole = ibis.window(group_by=_KEY)
    before = ibis.cumulative_window(group_by=_KEY, order_by="item_no")
    known = table.goods_value.notnull().all().over(whole)
    weight = ibis.greatest(table.goods_minor, 0)
    declared = _of_the_whole(table).hash()
    table = table.select(
        *_KEY,
        "item_no",
        "goods_minor",
        items=table.count().over(whole).cast("int32"),
        goods_total=ibis.ifelse(known, table.goods_value.sum().over(whole), ibis.null("int64")),
        mass_total=table.gross_mass_kg.sum().over(whole).cast("decimal(20, 3)"),
        transport_all=table.transport_all.max().over(whole),
        transport_total=table.transport_total.max().over(whole),
        weight=weight,
        weight_all=weight.sum().over(whole),
        weight_up_to=weight.sum().over(before),
        position=ibis.row_number().over(ibis.window(group_by=_KEY, order_by="item_no")),
        rows_differ=declared.min().over(whole) != declared.max().over(whole),
    )
    share = _share(table, table.weight_up_to) - _share(table, table.weight_up_to - table.weight)
    first = table.position == 0
    return table.select(
        *_KEY,
        "item_no",
        several_items="items",
        several_goods="goods_total",
        several_mass="mass_total",
        several_transport="transport_total",
        several_share=ibis.ifelse(table.weight_all > 0, share, ibis.ifelse(first, table.transport_all, 0)),
        several_first=first,
        several_differ=table.rows_differ,
    )


def _of_the_whole(table: ir.Table) -> ir.StringValue:
    """Return what a row declares of the whole consignment: every element that repeats, and the currency of its freight."""
    names = [element.name for element in load_schema().elements if element.repeats and not element.key]
    cells = [table[name].cast("string").fill_null("") for name in (*names, *_PARTIES) if name in table.columns]
    freight = ibis.ifelse((table.transport_all > 0).fill_null(True), table.currency, "")
    return concat([*cells, freight.fill_null("")], "\x1f")


def _with_totals(table: ir.Table, shared: ir.Table) -> ir.Table:
    """Join the totals back; an item that stands alone is its own total."""
    spent = ("transport_all", "transport_total", "fx_whole", "fx_whole_threshold")
    columns = [name for name in table.columns if name not in spent]
    joined = table.left_join(shared, [*_KEY, "item_no"])
    alone = joined.several_items.isnull()
    return joined.select(
        *columns,
        items=joined.several_items.fill_null(1).cast("int32"),
        goods_total=ibis.ifelse(alone, joined.goods_value, joined.several_goods),
        mass_total=ibis.ifelse(alone, joined.gross_mass_kg.cast("decimal(20, 3)"), joined.several_mass),
        transport_total=ibis.ifelse(alone, joined.transport_total, joined.several_transport),
        transport_minor=ibis.ifelse(alone, joined.transport_all, joined.several_share),
        first_item=joined.several_first.fill_null(True),
        rows_differ=joined.several_differ.fill_null(False),
    )


def _share(table: ir.Table, weight: Any) -> Any:
    wide = "decimal(38, 0)"
    safe = ibis.greatest(table.weight_all, 1)
    return divide_floor(table.transport_all.cast(wide) * weight.cast(wide), safe)


def _offsets(zone: ZoneInfo, first: dt.datetime, last: dt.datetime) -> list[tuple[dt.datetime, int]]:
    """Return (UTC instant from which it holds, minutes east of UTC), hour by hour where the offset changes."""
    start = first.astimezone(dt.UTC).replace(minute=0, second=0, microsecond=0)
    steps = [(start, _minutes(zone, start))]
    day = start
    while day <= last:
        following = day + dt.timedelta(days=1)
        if _minutes(zone, following) != steps[-1][1]:
            hour = next(
                day + dt.timedelta(minutes=15 * quarter)
                for quarter in range(1, 97)
                if _minutes(zone, day + dt.timedelta(minutes=15 * quarter)) != steps[-1][1]
            )
            steps.append((hour, _minutes(zone, hour)))
        day = following
    return steps


def _minutes(zone: ZoneInfo, instant: dt.datetime) -> int:
    offset = instant.astimezone(zone).utcoffset()
    return int(offset.total_seconds() // 60) if offset else 0
