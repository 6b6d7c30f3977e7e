"""Counts and sums of a run, for the manifest and the terminal."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from passavant.clearance.flags import ReasonBook
from passavant.clearance.latest import AMOUNTS, known_sums, latest, unknown_amounts
from passavant.engines import Engine

__all__ = ["Summary", "summarise"]

_GROUPS = ("category", "outcome", "lane", "certainty", "currency_due")


@dataclass(frozen=True)
class Summary:
    """What a run comes to.

    Attributes:
        rows_in: Rows read.
        item_rows: Goods items decided.
        rejected_rows: Rows that could not be read.
        consignments: Consignments decided, each once, by its latest version; all that follows speaks of these.
        earlier_versions: Decisions on earlier versions that stand beside them in the same input.
        by_category: Consignments by release category.
        by_outcome: Consignments by outcome.
        by_lane: Consignments by lane.
        by_certainty: Consignments by certainty.
        by_reason: Goods items by reason code, most frequent first.
        sums: Amounts of the goods items whose amounts are known, in minor units of the currency due.
        items_with_unknown_amounts: Goods items left out of the sums for at least one amount.
        currency: That currency.
    """

    rows_in: int
    item_rows: int
    rejected_rows: int
    consignments: int
    earlier_versions: int
    by_category: dict[str, int]
    by_outcome: dict[str, int]
    by_lane: dict[str, int]
    by_certainty: dict[str, int]
    by_reason: dict[str, int]
    sums: dict[str, int]
    items_with_unknown_amounts: int
    currency: str | None

    @classmethod
    def from_manifest(cls, manifest: dict[str, Any]) -> Summary:
        """Read it back from a manifest."""
        return cls(**{name: manifest[name] for name in cls.__dataclass_fields__})


def summarise(engine: Engine, folder: Path, book: ReasonBook) -> dict[str, Any]:
    """Return the counts and sums of the decisions and items in a run's folder."""
    every, items = engine.read(folder / "decisions.parquet"), engine.read(folder / "items.parquet")
    written = engine.value(items.count())
    amended = bool(engine.value(every.filter(every.version > 1).count()))
    decisions = latest(every) if amended else every
    items = items.semi_join(decisions, ["consignment_id", "version"]) if amended else items
    rows = engine.fetch(decisions.group_by(*_GROUPS).agg(n=lambda rows: rows.count())).to_pylist()
    counted = items.group_by(*book.words).agg(
        n=lambda rows: rows.count(), unknown=unknown_amounts, **{name: _sum(name) for name in AMOUNTS}
    )
    masks = engine.fetch(counted).to_pylist()
    consignments = sum(row["n"] for row in rows)
    return {
        "items_written": written,
        "consignments": consignments,
        "earlier_versions": engine.value(every.count()) - consignments,
        **{f"by_{name}": _by(rows, name) for name in _GROUPS if name != "currency_due"},
        "by_reason": _by_reason(masks, book),
        "sums": {name: sum(row[name] for row in masks) for name in AMOUNTS},
        "items_with_unknown_amounts": sum(row["unknown"] for row in masks),
        "currency": rows[0]["currency_due"] if rows else None,
    }


def _sum(name: str) -> Any:
    return lambda rows: known_sums(rows, (name,))[name]


def _by(rows: list[dict[str, Any]], name: str) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for row in rows:
        counts[str(row[name])] += row["n"]
    return _ordered(counts)


def _by_reason(masks: list[dict[str, Any]], book: ReasonBook) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for row in masks:
        for code in book.codes([row[word] for word in book.words]):
            counts[code] += row["n"]
    return _ordered(counts)


def _ordered(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
