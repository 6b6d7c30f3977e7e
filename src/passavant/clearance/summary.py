"""Counts and sums of a run, for the manifest and the terminal."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from passavant.clearance.flags import ReasonBook
from passavant.engines import Engine

__all__ = ["Summary", "summarise"]

_GROUPS = ("category", "outcome", "lane", "certainty", "currency_due")
_AMOUNTS = ("customs_value_minor", "duty_minor", "vat_minor", "fees_minor", "vendor_vat_minor")


@dataclass(frozen=True)
class Summary:
    """What a run comes to.

    Attributes:
        rows_in: Rows read.
        item_rows: Goods items decided.
        rejected_rows: Rows that could not be read.
        consignments: Decisions.
        by_category: Decisions by release category.
        by_outcome: Decisions by outcome.
        by_lane: Decisions by lane.
        by_certainty: Decisions by certainty.
        by_reason: Goods items by reason code, most frequent first.
        sums: Amounts in minor units of the currency due.
        currency: That currency.
    """

    rows_in: int
    item_rows: int
    rejected_rows: int
    consignments: int
    by_category: dict[str, int]
    by_outcome: dict[str, int]
    by_lane: dict[str, int]
    by_certainty: dict[str, int]
    by_reason: dict[str, int]
    sums: dict[str, int]
    currency: str | None

    @classmethod
    def from_manifest(cls, manifest: dict[str, Any]) -> Summary:
        """Read it back from a manifest."""
        return cls(**{name: manifest[name] for name in cls.__dataclass_fields__})


def summarise(engine: Engine, folder: Path, book: ReasonBook) -> dict[str, Any]:
    """Return the counts and sums of the decisions and items in a run's folder."""
    decisions = engine.read(folder / "decisions.parquet")
    groups = decisions.group_by(*_GROUPS).agg(
        n=lambda rows: rows.count(),
        unknown=lambda rows: (rows.duty_minor + rows.vat_minor).isnull().sum(),
        **{name: (lambda rows, name=name: rows[name].sum()) for name in _AMOUNTS},
    )
    rows = engine.fetch(groups).to_pylist()
    items = engine.read(folder / "items.parquet")
    masks = engine.fetch(items.group_by(*book.words).agg(n=lambda rows: rows.count())).to_pylist()
    return {
        "items_written": sum(row["n"] for row in masks),
        "consignments": sum(row["n"] for row in rows),
        **{f"by_{name}": _by(rows, name) for name in _GROUPS if name != "currency_due"},
        "by_reason": _by_reason(masks, book),
        "sums": {name: sum(row[name] or 0 for row in rows) for name in _AMOUNTS},
        "unknown_amounts": sum(row["unknown"] or 0 for row in rows),
        "currency": rows[0]["currency_due"] if rows else None,
    }


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
