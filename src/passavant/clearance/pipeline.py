"""The clearance graph: declared items in, items with a verdict out, as one expression over the engine's tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import ibis

from passavant.clearance.assess import assess, exclude
from passavant.clearance.charges import foreign_units, table_column
from passavant.clearance.day_rates import DayRates, day_rates
from passavant.clearance.decide import with_verdict
from passavant.clearance.doubt import doubt_column
from passavant.clearance.facts import with_facts, with_law_on
from passavant.clearance.flags import ReasonBook
from passavant.clearance.quality import CONSIGNMENT_LEVEL, check_quality, required_reasons
from passavant.clearance.rules import RuleSet, apply_rules
from passavant.clearance.scope import scope_of
from passavant.dataset.reasons import Reason, load_reasons
from passavant.dataset.schema import load_schema
from passavant.engines import Engine
from passavant.money.exchange import Rates
from passavant.policy.law import Law
from passavant.policy.load import Policy
from passavant.policy.names import PIECES
from passavant.policy.tariff import tariff_table
from passavant.signals import (
    Snapshot,
    events_of,
    party_key,
    person_key,
    with_quota,
    with_repeating,
    with_splits,
    with_superseding,
)

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["Pipeline", "reason_book", "span_of"]

#: Consignment-level reasons of the other rooms.
_WHOLE = frozenset({
    "signals.split.exact_key", "signals.quota.counted", "signals.quota.no_person", "policy.destination.not_covered",
    "policy.law.none_in_force", "policy.law.no_date", "policy.exchange.missing_rate", "policy.exchange.approximate_rule",
    "policy.exchange.stale_rate", "policy.exchange.approximate_threshold", "policy.exchange.given_rate",
    "policy.category.above_full_declaration", "clearance.selection.inspection", "clearance.procedure.full_needed",
    "clearance.version.superseded", "clearance.version.repeated",
})  # fmt: skip


def reason_book(policy: Policy, rules: RuleSet) -> ReasonBook:
    """Return every reason a run under this policy and these rules can give."""
    reasons: dict[str, Reason] = {}
    for part in (
        policy.reasons,
        load_reasons("signals"),
        rules.reasons,
        load_reasons("clearance"),
        load_reasons("dataset"),
        required_reasons(),
    ):
        reasons.update(part)
    whole_elements = {f"dataset.required.{element.name}" for element in load_schema().elements if element.repeats}
    waivers = {f"policy.waiver.{rule.id}" for rule in policy.file.rules.waiver}
    book = ReasonBook(reasons, CONSIGNMENT_LEVEL | _WHOLE | whole_elements | waivers)
    book.with_params("signals.split.exact_key", {"parcels": "split_parcels", "value": "split_value"})
    book.with_params("signals.quota.counted", {"count": "person_count"})
    book.with_params("policy.exchange.missing_rate", {"currency": "fx_missing"})
    book.with_params("policy.exchange.stale_rate", {"currency": "fx_missing", "date": "fx_last"})
    book.with_params("clearance.version.superseded", {"decided": "superseded_by"})
    return book


def span_of(policy: Policy, first: dt.datetime, last: dt.datetime) -> Law:
    """Return the policy made ready for the local days between two instants, one day to spare on each side."""
    day = dt.timedelta(days=1)
    return Law(policy, (first - day).date(), (last + day).date())


@dataclass
class Pipeline:
    """What a graph is made from. ``book`` and ``law`` are shared by all its stages.

    Attributes:
        engine: Where it runs.
        policy: The law.
        rules: Analyst rules.
        rates: Exchange rates.
        first: Earliest instant of lodging or acceptance in the input (UTC).
        last: Latest one.
        not_supplied: Elements that the source never carries.
        stratum_ppm: Rate of the random stratum per million.
    """

    engine: Engine
    policy: Policy
    rules: RuleSet
    rates: Rates
    first: dt.datetime
    last: dt.datetime
    not_supplied: Sequence[str] = ()
    stratum_ppm: int = 0

    def __post_init__(self) -> None:
        """Prepare the reasons and the law for the span."""
        self.book = reason_book(self.policy, self.rules)
        self.law = span_of(self.policy, self.first, self.last)

    def dated(self, items: ir.Table) -> ir.Table:
        """Return declared items with their day of law."""
        return with_law_on(items, self.policy.file, self.first, self.last)

    def fetch_rates(self, items: ir.Table) -> DayRates:
        """Look up the rates of the currencies and days of some items."""
        pairs = self.engine.fetch(self.dated(items).select("currency", "law_on").distinct())
        exchange, law = day_rates(pairs, self.policy.file, self.rates)
        return DayRates(
            self.engine.arrow("exchange_rates", exchange),
            self.engine.arrow("law_rates", law) if foreign_units(self.policy.file) else None,
            undated=None in pairs.column("law_on").to_pylist(),
        )

    def facts(self, items: ir.Table, rejected: ir.Table | None, rates: DayRates) -> ir.Table:
        """Return declared items with their quality marked, their facts, tariff, exclusions and schemes."""
        stage = self.engine.stage
        self.law = replace(self.law, undated=rates.undated)
        table = self.book.start(self.dated(items))
        table = with_facts(table, rates.exchange, self.law, stage, self.engine.keep)
        table = check_quality(
            table,
            self.book,
            law=self.law,
            not_supplied=self.not_supplied,
            rejected=rejected,
            administration=self.policy.id,
        )
        one = ibis.literal("1").cast("decimal(18, 3)")
        quantity = table.quantity.fill_null(one)
        counted = table.unit.isnull() | table.unit.isin(PIECES)
        table = table.mutate(
            nature=table.nature.fill_null("sale"), quantity=quantity, articles=ibis.ifelse(counted, quantity, one)
        )
        table = self._with_tables(stage(table))
        if rates.law is not None:
            table = table.left_join(rates.law, table.law_on == rates.law.day).drop("day")
        unlisted = table.hs6.notnull() & table.tariff_kind.isnull()
        table = self.book.mark(table, {"dataset.hs_code.unknown": unlisted})
        return stage(self._with_counts(exclude(table, self.law, self.book, stage)))

    def events(self, facts: ir.Table) -> ir.Table:
        """Return one row per consignment for the snapshot."""
        return events_of(facts, self.policy, self.rates.digest)

    def verdict(self, facts: ir.Table, snapshot: Snapshot | None) -> ir.Table:
        """Return items assessed, ruled and given their outcome."""
        stage = self.engine.stage
        table = stage(with_splits(facts, self.law, snapshot, self.engine))
        table = stage(with_quota(table, self.law, snapshot, self.engine))
        table = stage(with_superseding(table, snapshot, self.engine))
        table = stage(with_repeating(table, self.policy, self.rates.digest, snapshot, self.engine))
        table = assess(table, self.law, self.book, stage, self.engine.keep)
        table = stage(self._mark_signals(table))
        table = stage(apply_rules(table, self.rules, self.book, stage))
        table = table.mutate(
            party_key=party_key(table),
            person_key=person_key(table, self.policy),
            consignment_no=table.stratum_draw,
            threshold_value_minor=table.goods_total,
            currency_due=ibis.literal(self.policy.file.currency),
        )
        return with_verdict(stage(table), self.book, self.stratum_ppm, stage)

    def _with_counts(self, table: ir.Table) -> ir.Table:
        """Add ``counts``: some item of the consignment makes it an importation that counts against the quota."""
        if self.policy.file.quota is None:
            return table.mutate(counts=ibis.literal(False))
        table = self.engine.stage(table.mutate(counts=self.law.condition("quota.count", scope_of(table, self.law))))
        counted = table.filter((table["items"] > 1) & table.counts)
        counted = self.engine.keep(counted.select(counted_id="consignment_id", counted_version="version").distinct())
        same = [table.consignment_id == counted.counted_id, table.version == counted.counted_version]
        joined = table.left_join(counted, same)
        return joined.select(
            *(name for name in table.columns if name != "counts"), counts=joined.counts | joined.counted_id.notnull()
        )

    def _mark_signals(self, table: ir.Table) -> ir.Table:
        counted = table.counts
        return self.book.mark(table, {
            "signals.split.exact_key": table.split_parcels.notnull(),
            "signals.quota.counted": counted & (table.person_count > 1),
            "signals.quota.no_person": counted & person_key(table, self.policy).isnull(),
            "clearance.version.superseded": table.superseded_by.notnull(),
            "clearance.version.repeated": table.repeated,
        })  # fmt: skip

    def _with_tables(self, table: ir.Table) -> ir.Table:
        """Join the tariff by HS6, and each of the policy's tables by its key and the period of law."""
        tariff = self.engine.arrow("tariff", tariff_table(self.policy))
        columns = table.columns
        table = table.left_join(tariff, table.hs6 == tariff.hs6).select(
            *columns, "tariff_ppm", "tariff_kind", "tariff_several"
        )
        for name, source in self.policy.file.tables.items():
            values = self.engine.arrow(table_column(name), self.law.table(name))
            columns = table.columns
            same = [table[source.key] == values["key"], table.law_period == values["law_period"]]
            joined = table.left_join(values, same)
            law = {table_column(name): joined["value"], doubt_column(name): joined["doubt"]}
            table = joined.select(*columns, **law)
        return table
