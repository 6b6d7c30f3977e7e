"""Several runs as one: of each consignment the latest version, and of that the latest decision."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import ibis

from passavant.clearance.latest import DUE
from passavant.clearance.settled import settled_files, with_status
from passavant.engines import Engine
from passavant.errors import BadInput, Place
from passavant.lake import read_manifest, run_folders, run_tables
from passavant.signals import cancelled_files, cancelled_versions, one_each, standing

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["MergedRuns", "merge_runs"]

_ITEMS = (
    "consignment_id", "version", "item_no", "declarant_id", "scheme", "scheme_id", "marketplace_id", "law_on", *DUE,
)  # fmt: skip
_DECISIONS = ("consignment_no", "consignment_id", "version", "decision_id", "decided_at", "outcome", *DUE)


@dataclass(frozen=True)
class MergedRuns:
    """What counts of some runs.

    Attributes:
        items: Goods items of the decisions that count, each with ``status``: due (released, by itself or by an officer) or held.
        decisions: The decisions that count.
        replaced: Decisions that a later one replaces.
        cancelled: Decisions whose declaration was cancelled.
        refused: Decisions on what an officer refused.
        currency: Currency due, empty when nothing was decided.
    """

    items: ir.Table
    decisions: ir.Table
    replaced: int
    cancelled: int
    refused: int
    currency: str


def merge_runs(engine: Engine, places: Sequence[Path]) -> MergedRuns:
    """Read runs together.

    Args:
        engine: Session to use.
        places: OUTs, folders of them, or lakes; a run that is named twice counts once.

    Raises:
        NotFound: a place holds no finished run.
        BadInput: the runs are of different currencies.
    """
    found = {folder.resolve(): folder for place in places for folder in run_folders(place)}
    folders = {str(read_manifest(folder)["run_id"]): folder for folder in found.values()}
    currency = _currency(list(folders.values()))
    every = _union([_read(engine, folder, "decisions", _DECISIONS, run) for run, folder in folders.items()])
    items = _union([_read(engine, folder, "items", _ITEMS, run) for run, folder in folders.items()])
    newest = one_each(every, several=len(folders) > 1, key="consignment_id")
    gone = cancelled_files(list(folders.values()))
    decisions = standing(newest, cancelled_versions(engine, gone)) if gone else newest
    told = with_status(engine, decisions, settled_files(list(folders.values())))
    owing = told.filter(told.status != "refused")
    items = items.join(owing.select("consignment_id", "version", "run", "status"), ["consignment_id", "version", "run"])
    counts = [engine.value(table.count()) for table in (every, newest, decisions, owing)]
    replaced, cancelled, refused = (before - after for before, after in itertools.pairwise(counts))
    return MergedRuns(items, owing, replaced, cancelled, refused, currency)


def _read(engine: Engine, folder: Path, name: str, columns: tuple[str, ...], run: str) -> ir.Table:
    return engine.read(*run_tables(folder, name)).select(*columns, run=ibis.literal(run))


def _union(tables: list[ir.Table]) -> ir.Table:
    """Return the union of tables, two by two: a year of runs in a row would be a deep tree."""
    while len(tables) > 1:
        pairs = [tables[start : start + 2] for start in range(0, len(tables), 2)]
        tables = [pair[0].union(*pair[1:]) if pair[1:] else pair[0] for pair in pairs]
    return tables[0]


def _currency(folders: Sequence[Path]) -> str:
    """Return the one currency of the runs."""
    first = ""
    for folder in folders:
        currency = str(read_manifest(folder).get("currency") or "")
        if first and currency and currency != first:
            raise BadInput(
                "clearance.account.currencies",
                got=(f"runs in {first} and in {currency}", f"des passages en {first} et en {currency}"),
                expected=("runs of one currency", "des passages d'une seule monnaie"),
                next_step=("Make one account for each.", "Faites un décompte pour chacune."),
                place=Place(file=str(folder)),
            )
        first = first or currency
    return first
