"""The figures of one run, gathered by the engine: some hundred rows come to Python, however many were decided.

Amounts and counts speak of the newest version of each consignment; a version replaced by a later one owes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis

from passavant.clearance.latest import AMOUNTS, known_sums, latest
from passavant.dataset.codes import country_codes
from passavant.engines import Engine
from passavant.lake import read_manifest, run_tables

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["Bin", "Figures", "Group", "Payer", "ReasonCount", "Rejection", "gather"]

#: Payers, countries and reasons are listed up to this number.
TOP = 10
_KEY = ["consignment_id", "version"]
#: Bounds of the value bins within a decade: even on a logarithmic scale, and the usual thresholds (150, 1,000) are bounds.
_STEPS = (10, 15, 20, 30, 50, 70)
_DECADES = 11
_QUARTER = 900


@dataclass(frozen=True)
class Group:
    """Consignments that share category, outcome, lane, certainty and country; amounts in minor units of the currency due."""

    category: int | None
    outcome: str
    lane: str
    certainty: str
    country: str | None
    consignments: int
    unknown: int
    amounts: Mapping[str, int]


@dataclass(frozen=True)
class Bin:
    """Consignments worth more than ``low`` and up to ``high``, minor units of the threshold currency."""

    low: int
    high: int
    consignments: int


@dataclass(frozen=True)
class ReasonCount:
    """A reason, the consignments that carry it, and the last day of law on which it was given."""

    code: str
    consignments: int
    law_on: dt.date | None


@dataclass(frozen=True)
class Payer:
    """Who owes, and how much in minor units: due now, and held until release.

    ``name`` is None where nobody was declared; ``others`` marks the sum of all who are not listed.
    """

    name: str | None
    due: int
    held: int
    others: bool = False


@dataclass(frozen=True)
class Rejection:
    """Rows that could not be read for one error in one field, with what was expected and the remedy."""

    code: str
    field: str | None
    rows: int
    expected: tuple[str, str]
    remedy: tuple[str, str]


@dataclass(frozen=True)
class Figures:
    """Everything the report says of one run.

    Attributes:
        folder: The run's folder.
        manifest: Its manifest.
        replaced: Decisions replaced by a later version of the same consignment.
        days: First and last day of law, None when nothing was decided.
        groups: Counts and amounts.
        bins: Values of consignments, without empty bins.
        worthless: Consignments whose declared value is zero or negative.
        unvalued: Consignments without a known value (documents, missing rate).
        lodged: Consignments by quarter hour of lodging (quarters since 1970, UTC).
        reasons: Reasons, most frequent first.
        declarants: Who owes most at the border, everybody else last.
        vendors: The same for VAT collected by vendors: marketplace, else scheme number.
        origins: Amounts by country of origin (None: no known country).
        rejections: Rejected rows by error.
    """

    folder: Path
    manifest: Mapping[str, Any]
    replaced: int
    days: tuple[dt.date, dt.date] | None
    groups: Sequence[Group]
    bins: Sequence[Bin]
    worthless: int
    unvalued: int
    lodged: Mapping[int, int]
    reasons: Sequence[ReasonCount]
    declarants: Sequence[Payer]
    vendors: Sequence[Payer]
    origins: Mapping[str | None, Mapping[str, int]]
    rejections: Sequence[Rejection]

    @property
    def consignments(self) -> int:
        """Consignments decided, each once."""
        return sum(group.consignments for group in self.groups)

    @property
    def unknown(self) -> int:
        """Consignments with an amount that could not be worked out."""
        return sum(group.unknown for group in self.groups)

    def count(self, test: Callable[..., bool]) -> int:
        """Count the consignments of the groups that pass a test."""
        return sum(group.consignments for group in self.groups if test(group))

    def amount(self, name: str, test: Callable[..., bool] = lambda _: True) -> int:
        """Add up an amount over the groups that pass a test."""
        return sum(group.amounts[name] for group in self.groups if test(group))


def gather(engine: Engine, folder: Path) -> Figures:
    """Read a run.

    Raises:
        BadInput: the folder holds no finished run.
    """
    manifest = read_manifest(folder)
    query = _Query(
        engine, run_tables(folder, "decisions"), run_tables(folder, "items"), sorted(folder.glob("rejected*.parquet"))
    )
    bins, worthless, unvalued = query.values()
    return Figures(
        folder, manifest, query.replaced, query.days, query.groups(), bins, worthless, unvalued, query.lodged(), query.reasons(),
        query.declarants(), query.vendors(), query.origins(), query.rejections(),
    )  # fmt: skip


class _Query:
    """The questions put to one run's tables."""

    def __init__(self, engine: Engine, decisions: list[Path], items: list[Path], rejected: list[Path]) -> None:
        self._engine = engine
        self._rejected = rejected
        every, self._all_items = engine.read(*decisions), engine.read(*items)
        totals = self._rows(every.agg(
            rows=every.count(), consignments=every.consignment_id.nunique(), first=every.law_on.min(), last=every.law_on.max()
        ))[0]  # fmt: skip
        self.replaced: int = totals["rows"] - totals["consignments"]
        self.days = (totals["first"], totals["last"]) if totals["first"] else None
        self._decisions = self._completed(latest(every) if self.replaced else every)

    def _completed(self, decisions: ir.Table) -> ir.Table:
        """Give decisions with an unknown amount the sum of their known items, as the summary of a run and accounts do."""
        unknown = reduce(or_, (decisions[name].isnull() for name in AMOUNTS))
        decisions = decisions.mutate(unknown=unknown)
        items = self._all_items.semi_join(decisions.filter(decisions.unknown), _KEY)
        known = items.group_by(_KEY).agg(**{f"known_{name}": total for name, total in known_sums(items).items()})
        columns = decisions.columns
        joined = decisions.left_join(known, _KEY).select(*columns, *(f"known_{name}" for name in AMOUNTS))
        return joined.mutate(**{name: ibis.coalesce(joined[name], joined[f"known_{name}"]) for name in AMOUNTS})

    def groups(self) -> list[Group]:
        table = self._decisions.mutate(country=_known(self._decisions.importer_country))
        by = ["category", "outcome", "lane", "certainty", "country"]
        rows = self._rows(
            table.group_by(by).agg(consignments=table.count(), unknown=table.unknown.sum(), **_sums(table, AMOUNTS))
        )
        return [
            Group(
                *(row[name] for name in by),  # type: ignore[call-arg]  # five fields, in the order of `by`
                row["consignments"], int(row["unknown"] or 0), {name: int(row[name]) for name in AMOUNTS},
            )
            for row in rows
        ]  # fmt: skip

    def values(self) -> tuple[list[Bin], int, int]:
        edges = [0, *(step * 10**decade for decade in range(_DECADES) for step in _STEPS)]
        value = self._decisions.threshold_value_minor.cast("int64")
        table = self._decisions.select(
            bin=ibis.ifelse(value <= 0, -1, value.bucket(edges, closed="right", include_over=True))
        )
        counted = {row["bin"]: row["n"] for row in self._rows(table.group_by("bin").agg(n=table.count()))}
        unvalued, worthless = counted.pop(None, 0), counted.pop(-1, 0)
        edges.append(100 * edges[-1])
        return [Bin(edges[index], edges[index + 1], counted[index]) for index in sorted(counted)], worthless, unvalued

    def lodged(self) -> dict[int, int]:
        at = self._decisions.lodged_at
        table = self._decisions.filter(at.notnull()).select(quarter=(at.epoch_seconds() // _QUARTER).cast("int64"))
        return {row["quarter"]: row["n"] for row in self._rows(table.group_by("quarter").agg(n=table.count()))}

    def reasons(self) -> list[ReasonCount]:
        codes = self._decisions.reasons.map(lambda reason: reason.code).unique().unnest()
        table = self._decisions.select("law_on", code=codes)
        rows = self._rows(table.group_by("code").agg(n=table.count(), law_on=table.law_on.max()))
        ordered = sorted(rows, key=lambda row: (-row["n"], row["code"]))
        return [ReasonCount(row["code"], row["n"], row["law_on"]) for row in ordered]

    def declarants(self) -> list[Payer]:
        table = self._decisions
        owed = sum((table[name].fill_null(0) for name in ("duty_minor", "fees_minor")), table.vat_minor.fill_null(0))
        return self._payers(table.select("outcome", name=table.declarant_id, owed=owed))

    def vendors(self) -> list[Payer]:
        table = self._decisions
        number = table.scheme.upper() + " " + table.scheme_id
        return self._payers(
            table.select("outcome", name=ibis.coalesce(table.marketplace_id, number), owed=table.vendor_vat_minor)
        )

    def _payers(self, table: ir.Table) -> list[Payer]:
        """Return those who owe most, and the rest in one."""
        table = table.filter(table.owed != 0)
        amount, released = table.owed.cast("decimal(38, 0)"), table.outcome == "release"
        table = table.select("name", due=ibis.ifelse(released, amount, 0), held=ibis.ifelse(released, 0, amount))
        grouped = table.group_by("name").agg(**_sums(table, ("due", "held")))
        order = [(grouped.due + grouped.held).desc(), grouped.name]
        ranked = grouped.mutate(place=ibis.row_number().over(ibis.window(order_by=order)))
        kept = ranked.mutate(
            place=ibis.least(ranked.place, TOP), name=ibis.ifelse(ranked.place < TOP, ranked.name, None)
        )
        merged = kept.group_by("place", "name").agg(**_sums(kept, ("due", "held")))
        rows = self._rows(merged.order_by("place"))
        return [Payer(row["name"], int(row["due"]), int(row["held"]), row["place"] == TOP) for row in rows]

    def origins(self) -> dict[str | None, dict[str, int]]:
        table = self._all_items.semi_join(self._decisions, _KEY) if self.replaced else self._all_items
        table = table.mutate(country=_known(table.origin))
        rows = self._rows(table.group_by("country").agg(**_sums(table, AMOUNTS)))
        return {row["country"]: {name: int(row[name]) for name in AMOUNTS} for row in rows}

    def rejections(self) -> list[Rejection]:
        if not self._rejected:
            return []
        table = self._engine.read(*self._rejected)
        errors = table.select(error=table.errors.unnest()).error.lift()
        rows = self._rows(errors.group_by("code", "field").agg(
            n=errors.count(), **{name: errors[name].min() for name in ("expected_en", "expected_fr", "remedy_en", "remedy_fr")}
        ))  # fmt: skip
        ordered = sorted(rows, key=lambda row: (-row["n"], row["code"], row["field"] or ""))
        return [
            Rejection(row["code"], row["field"], row["n"], (row["expected_en"], row["expected_fr"]), (row["remedy_en"], row["remedy_fr"]))
            for row in ordered
        ]  # fmt: skip

    def _rows(self, table: ir.Table) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self._engine.fetch(table).to_pylist()
        return rows


def _known(country: Any) -> Any:
    """Keep real country codes only: a report lists no misspelling, however many there are."""
    return ibis.ifelse(country.isin(sorted(country_codes())), country, ibis.null("string"))


def _sums(table: ir.Table, names: Any) -> dict[str, Any]:
    """Sums as exact decimals, whatever integer type the column has."""
    return {name: table[name].cast("decimal(38, 0)").sum().fill_null(0) for name in names}
