"""Clearance made ready once, for declarations that come a few at a time and wait for their answer.

The graph is the one of :func:`passavant.clearance.clear`, planned once for a span of days and a frozen snapshot; a batch then
takes about as long for one declaration as for some hundreds. Under one snapshot the decisions are those that ``clear
--snapshot`` takes, leaf by leaf.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from passavant.clearance.day_rates import DayRates, day_rates, exchange_schema, law_rates_schema
from passavant.clearance.outputs import ITEM_COLUMNS, decision_rows, item_rows
from passavant.clearance.pipeline import Pipeline, reason_book
from passavant.clearance.provenance import basis_of, digests_of
from passavant.clearance.rules import RuleSet
from passavant.clearance.run_law import RunLaw
from passavant.dataset.schema import load_schema
from passavant.engines.prepared import open_prepared
from passavant.money.exchange import Rates
from passavant.policy.load import Policy
from passavant.signals import party_key, person_key
from passavant.signals.index import GivenSnapshot, SnapshotIndex
from passavant.signals.snapshot import Snapshot

__all__ = ["Cleared", "Grounds", "PreparedClearance"]

#: Columns that items keep as they were declared, and nothing but rules may ask for late: not dragged through the graph.
_CARRIED = (
    "administration", "declarant_id", "declaration_id", "source_file", "marketplace_id", "seller_id", "s10", "house_waybill",
    "order_id", "departure_country", "description", "gross_mass_kg", "net_mass_kg", "importer_key", "exporter_key",
    "importer_id_key", "importer_id_form", "unit", "intrinsic_value", "transport_cost", "insurance_cost",
)  # fmt: skip
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Grounds:
    """What an answer depends on, beside the declaration.

    Attributes:
        policy: The law.
        rules: Analyst rules.
        rates: Exchange rates.
        snapshot: The frozen state that is looked up.
        key_id: Id of the secret that made the party keys.
        stratum_ppm: Rate of the random stratum per million.
        rule_files: The files that the rules were read from.
    """

    policy: Policy
    rules: RuleSet
    rates: Rates
    snapshot: Snapshot
    key_id: str
    stratum_ppm: int
    rule_files: tuple[Path, ...] = ()

    @cached_property
    def digests(self) -> dict[str, str]:
        """Every digest by what it is taken of."""
        return digests_of(
            policy=self.policy,
            rules=self.rules,
            book=reason_book(self.policy, self.rules),
            rates=self.rates,
            snapshot=self.snapshot,
            mapping=None,
            key_id=self.key_id,
        )

    @cached_property
    def basis(self) -> str:
        """The SHA-256 over the digests."""
        return basis_of(self.digests)

    @cached_property
    def law(self) -> RunLaw:
        """The words of the law and of the reasons."""
        return RunLaw(self.policy, same=True, same_rules=True, reasons=reason_book(self.policy, self.rules).reasons)


@dataclass(frozen=True)
class Cleared:
    """A batch decided: goods items and decisions, with the columns of a run's ``items`` and ``decisions``."""

    items: pa.Table
    decisions: pa.Table


class PreparedClearance:
    """A clearance ready to run. Not for two threads at once.

    Args:
        grounds: What its answers depend on.
        first: First local day of the declarations that it can decide.
        last: Last one.
    """

    def __init__(self, grounds: Grounds, first: dt.date, last: dt.date) -> None:
        self.grounds, self.first, self.last = grounds, first, last
        self._index = SnapshotIndex(grounds.snapshot)
        self._prepare()

    def covers(self, items: pa.Table) -> pa.Array:
        """Return, per intake row, whether its day lies in the span (or it has none, and no law)."""
        moment = pc.coalesce(items["accepted_at"], items["lodged_at"])
        inside = pc.and_(
            pc.greater_equal(moment, pa.scalar(_noon(self.first), moment.type)),
            pc.less_equal(moment, pa.scalar(_noon(self.last), moment.type)),
        )
        return pc.fill_null(inside, True)

    def run(self, items: pa.Table, at: dt.datetime) -> Cleared:
        """Decide a batch.

        Args:
            items: Intake rows, whole consignments, each covered.
            at: When it is decided; it stands outside the leaf.
        """
        asked = self._asked.run({"intake_rows": items})
        exchange, law = day_rates(_pairs(asked), self.grounds.policy.file, self.grounds.rates)
        state = self._index.find(
            parties=asked["party_key"], persons=asked["person_key"], consignments=asked["consignment_no"]
        )
        rows = _set_column(items, "source_row", pa.array(range(items.num_rows), pa.int64()))
        given = {"intake_rows": rows, "exchange_rates": exchange, "law_rates": law, **state}
        found = self._items.run({name: rows for name, rows in given.items() if name in self._items.sources})
        basis = pa.table({"basis": [self.grounds.basis]})
        found = _with_carried(found, items)
        rows = self._decisions.run({"cleared": found, "grounds": basis})
        return Cleared(found, _set(rows, decided_at=at, snapshot_digest=self.grounds.snapshot.digest))

    def look_up(self, snapshot: Snapshot) -> None:
        """Take another snapshot as the state that is looked up: a later fold under the same law."""
        self._index = SnapshotIndex(snapshot)
        self.grounds = replace(self.grounds, snapshot=snapshot)

    def _prepare(self) -> None:
        grounds, engine = self.grounds, open_prepared()
        pipeline = Pipeline(
            engine, grounds.policy, grounds.rules, grounds.rates, _noon(self.first), _noon(self.last),
            stratum_ppm=grounds.stratum_ppm,
        )  # fmt: skip
        declared = engine.given("intake_rows", load_schema().intake_arrow_schema())
        dated = pipeline.dated(declared)
        self._asked = engine.prepare(
            dated.select(
                "currency",
                "law_on",
                party_key=party_key(dated),
                person_key=person_key(dated, grounds.policy),
                consignment_no=dated.stratum_draw,
            )
        )
        rates = DayRates(
            engine.given("exchange_rates", exchange_schema()),
            engine.given("law_rates", law) if len(law := law_rates_schema(grounds.policy.file)) > 1 else None,
            undated=True,
        )
        tables = {name: engine.given(name, schema) for name, schema in self._index.schemas.items()}
        snapshot = GivenSnapshot(grounds.snapshot.folder, grounds.snapshot.digest, frozen=True, tables=tables)
        found = item_rows(pipeline.verdict(pipeline.facts(declared, None, rates), snapshot))
        self._items = engine.prepare(found.drop(*_CARRIED))
        basis = engine.given("grounds", pa.schema([("basis", pa.string())])).basis
        cleared = engine.given("cleared", ibis.Schema.to_pyarrow(found.schema()))
        self._decisions = engine.prepare(
            decision_rows(
                cleared,
                pipeline.book,
                engine,
                currency=grounds.policy.file.currency,
                basis=basis.as_scalar(),
                digests=grounds.digests,
                stratum_ppm=grounds.stratum_ppm,
                at=_EPOCH,
            )
        )


def _with_carried(found: pa.Table, items: pa.Table) -> pa.Table:
    """Put back what the graph did not need, and the true source rows, in the order of a run's columns."""
    carried = items.select([*_CARRIED, "source_row"]).take(found["source_row"])
    columns = dict(zip(found.column_names, found.columns, strict=True))
    columns |= dict(zip(carried.column_names, carried.columns, strict=True))
    masks = [name for name in found.column_names if name.startswith("reason_mask_")]
    return pa.table({name: columns[name] for name in (*ITEM_COLUMNS, *masks)})


def _set_column(table: pa.Table, name: str, values: pa.Array) -> pa.Table:
    place = table.column_names.index(name)
    return table.set_column(place, table.schema.field(place), values)


def _pairs(asked: pa.Table) -> pa.Table:
    return asked.select(["currency", "law_on"]).group_by(["currency", "law_on"], use_threads=False).aggregate([])


def _set(rows: pa.Table, **values: object) -> pa.Table:
    """Put one value in all rows of some columns."""
    for name, value in values.items():
        place = rows.column_names.index(name)
        field = rows.schema.field(place)
        rows = rows.set_column(place, field, pa.repeat(pa.scalar(value, field.type), rows.num_rows))
    return rows


def _noon(day: dt.date) -> dt.datetime:
    """Return the middle of a day: no zone's day of it is another than the day before or after."""
    return dt.datetime.combine(day, dt.time(12), dt.UTC)
