"""A condition tried on what the lake keeps: the clearance's own compilation of it, over the decisions that count.

Of each consignment the highest version counts, and of that the latest decision; all its goods items are looked at.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow.parquet as pq

from passavant.dataset.reasons import OUTCOMES
from passavant.engines import Engine, open_duckdb
from passavant.engines.rule_language import Expression, compile_rule
from passavant.lake.tables import run_tables
from passavant.portal.rulebook import refusals
from passavant.portal.rulebook.kept_names import keeps, scope_of_items
from passavant.signals import one_each

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["Found", "Period", "try_rule"]

#: What names the items of one decision.
_KEY = ("folder", "consignment_id", "version")
#: Consignments shown as a sample.
_SAMPLE = 20


@dataclass(frozen=True)
class Period:
    """First and last day of law."""

    start: dt.date
    end: dt.date


@dataclass(frozen=True)
class Found:
    """What a rule would have found.

    Attributes:
        start: First day of law.
        end: Last day.
        runs: The runs whose items were read.
        consignments: How many decisions count.
        days: Days that have any.
        hits: Consignments of which the rule is true.
        already: Of these, those with this outcome or a higher one, whatever led to it.
        own: Of these, those on which an earlier version of the same rule was among the reasons.
        by_lane: Hits by the lane that they had.
        by_day: Hits, and of them those not selected already, by day of law.
        selected_by_day: Consignments in the red lane, by day of law.
        inspected: Of the hits, those whose inspection result is known.
        irregular: Of these, those with an irregularity.
        sample: Some of the hits, in the order of their numbers in the random draw.
    """

    start: str
    end: str
    runs: list[str]
    consignments: int
    days: int
    hits: int
    already: int
    own: int
    by_lane: dict[str, int]
    by_day: dict[str, list[int]]
    selected_by_day: dict[str, int]
    inspected: int | None
    irregular: int | None
    sample: list[str]

    def record(self) -> dict[str, Any]:
        """Return it as JSON keeps it."""
        return asdict(self)


def try_rule(
    rule: Expression,
    code: str,
    outcome: str,
    runs: Sequence[Path],
    period: Callable[[dt.date], Period],
    *,
    results: Any = None,
    tell: Callable[[int], None] = lambda _done: None,
) -> Found:
    """Return what a rule would have found.

    Args:
        rule: Its condition, checked.
        code: Its code: ``clearance.rule.<id>``.
        outcome: The outcome that it leads to.
        runs: Folders of the lake.
        period: Makes the period from the newest day of law that the lake holds.
        results: Inspection results as a table with ``consignment_id`` and ``hit``; None: none are known.
        tell: Called with the steps done, of three.

    Raises:
        BadInput: the rule uses what the lake does not keep, or there is no decision in the period.
    """
    if not runs:
        raise refusals.no_lake()
    engine = open_duckdb(memory="800MB")
    decisions = _read(engine, runs, "decisions")
    newest = engine.value(decisions.filter(decisions.law_on <= _tomorrow()).law_on.max())
    if newest is None:
        raise refusals.no_lake()
    days = period(newest)
    within = engine.keep(_counted(engine, decisions, days, code))
    folders = set(engine.fetch(within.select("folder").distinct()).column("folder").to_pylist())
    if not folders:
        raise refusals.no_lake()
    tell(1)
    used = [run for run in runs if run.name in folders]
    _refuse_unkept(rule, used)
    hits = engine.keep(within.semi_join(_true_of(rule, _read(engine, used, "items")), _KEY))
    tell(2)
    found = _figures(engine, within, hits, outcome, days)
    known = (None, None) if results is None else _results(engine, hits, results)
    tell(3)
    return Found(**found, runs=[run.name for run in used], inspected=known[0], irregular=known[1])


def _read(engine: Engine, runs: Iterable[Path], kind: str) -> ir.Table:
    """Return the tables of a kind of several runs as one, with ``filename`` and ``folder``: which run a row is of."""
    paths = [str(path) for run in runs for path in run_tables(run, kind)]
    name = f"lake_{kind}"
    schema = engine.con.read_parquet(paths, table_name=name, filename=True, union_by_name=True).schema()
    table = ibis.table(schema, name=name)
    return table.mutate(folder=table.filename.re_extract(r"([^/]+)/[^/]+$", 1))


def _refuse_unkept(rule: Expression, runs: Sequence[Path]) -> None:
    """Refuse a rule on what any of the runs lacks: there it would be judged as unknown, which it was not."""
    columns = [set(pq.read_schema(path).names) for run in runs for path in run_tables(run, "items")]
    kept = keeps(set.intersection(*columns))
    lacking = sorted(rule.names - set(kept))
    if lacking:
        raise refusals.unkept(lacking, kept)


def _counted(engine: Engine, decisions: ir.Table, days: Period, code: str) -> ir.Table:
    """Return the decisions of the period that count; one that a later version moved out of it does not."""
    first, last = ibis.literal(days.start), ibis.literal(days.end)
    numbers = engine.keep(decisions.filter(decisions.law_on.between(first, last)).select("consignment_no").distinct())
    rows = decisions.semi_join(numbers, "consignment_no")
    rows = rows.mutate(own=rows.reasons.map(lambda reason: reason.code).contains(code), run=rows.folder)
    names = ("consignment_no", "consignment_id", "version", "decided_at", "decision_id", "run", "folder", "law_on", "lane", "outcome", "own")  # fmt: skip
    one = one_each(engine.keep(rows.select(*names)), several=True)
    return one.filter(one.law_on.between(first, last))


def _true_of(rule: Expression, items: ir.Table) -> ir.Table:
    scope = scope_of_items(items, sorted(rule.names))
    marked = items.select(*_KEY, found=compile_rule(rule, scope))
    return marked.filter(marked.found).select(*_KEY).distinct()


def _figures(engine: Engine, within: ir.Table, hits: ir.Table, outcome: str, days: Period) -> dict[str, Any]:
    level = OUTCOMES.index(outcome)
    reached = hits.outcome.isin(OUTCOMES[level:])
    marked = hits.mutate(new=ibis.ifelse(reached, 0, 1))
    by_lane = engine.fetch(marked.group_by("lane").agg(hits=marked.count()).order_by("lane")).to_pylist()
    by_day = marked.group_by("law_on").agg(hits=marked.count(), new=marked.new.sum()).order_by("law_on")
    red = within.filter(within.lane == "red")
    selected = red.group_by("law_on").agg(selected=red.count()).order_by("law_on")
    total = engine.fetch(within.agg(consignments=within.count(), days=within.law_on.nunique())).to_pylist()[0]
    counts = engine.fetch(hits.agg(hits=hits.count(), own=hits.own.sum())).to_pylist()[0]
    rows = engine.fetch(by_day).to_pylist()
    sample = engine.fetch(hits.order_by("consignment_no").limit(_SAMPLE).select("consignment_id"))
    return {
        "start": days.start.isoformat(), "end": days.end.isoformat(),
        "consignments": int(total["consignments"]), "days": int(total["days"]),
        "hits": int(counts["hits"]), "own": int(counts["own"] or 0),
        "already": sum(row["hits"] - row["new"] for row in rows),
        "by_lane": {row["lane"]: int(row["hits"]) for row in by_lane},
        "by_day": {row["law_on"].isoformat(): [int(row["hits"]), int(row["new"])] for row in rows},
        "selected_by_day": {row["law_on"].isoformat(): int(row["selected"]) for row in engine.fetch(selected).to_pylist()},
        "sample": sample.column("consignment_id").to_pylist(),
    }  # fmt: skip


def _results(engine: Engine, hits: ir.Table, results: Any) -> tuple[int, int]:
    """Return of how many hits the inspection result is known, and how many of these were irregular."""
    known = engine.arrow("inspection_results", results.select(["consignment_id", "hit"]))
    last = known.group_by("consignment_id").agg(hit=known.hit.cast("int64").max())
    joined = hits.join(last, "consignment_id")
    row = engine.fetch(joined.agg(inspected=joined.count(), irregular=joined.hit.sum())).to_pylist()[0]
    return int(row["inspected"]), int(row["irregular"] or 0)


def _tomorrow() -> Any:
    """A day of law later than this is a mistake in a declaration, not the newest day."""
    return ibis.literal(dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1))
