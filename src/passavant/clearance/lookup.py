"""Find one consignment of a run by whatever number its sender knows, among the decided and the rejected."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any

from passavant.engines import Engine
from passavant.errors import NotFound
from passavant.lake import run_tables

__all__ = ["TABLES", "UNKNOWN", "Found", "find_consignment"]

#: Code of the error that a run has no such consignment.
UNKNOWN = "clearance.consignment.unknown"

#: The files of a run that hold its decisions, its goods items and its rejected rows: whatever stands behind the name is read.
TABLES = ("decisions*.parquet", "items*.parquet", "rejected*.parquet")

_NUMBERS = ("declaration_id", "s10", "house_waybill", "order_id")
_SAMPLE = 5_000


@dataclass(frozen=True)
class Found:
    """What a run holds of one consignment.

    Attributes:
        consignment_id: Its id.
        decision: The row of ``decisions`` asked for, None when every row of the consignment was rejected.
        items: The decision's rows of ``items``, by item number.
        rejected: Rows of ``rejected`` of the same declaration.
    """

    consignment_id: str
    decision: Mapping[str, Any] | None
    items: Sequence[Mapping[str, Any]]
    rejected: Sequence[Mapping[str, Any]]


def find_consignment(engine: Engine, out: Path, administration: str, wanted: str) -> Found:
    """Find a consignment.

    Args:
        engine: Session to use.
        out: The run's folder.
        administration: First part of the run's consignment ids.
        wanted: Consignment id; or a declaration id, S10 number, waybill or order number that occurs once; or a rejected row
            as ``day.csv:16``. ``@2`` behind it asks for version 2; an id that itself ends so is tried first.

    Raises:
        NotFound: no such consignment (near ones are named), or several of that number.
    """
    tables = _Tables(engine, out, administration)
    head, _, version = wanted.rpartition("@")
    readings = [(wanted, None), *([(head, int(version))] if head and version.isdigit() else [])]
    for text, number in readings:
        found = tables.find(text, number)
        if found is not None:
            return found
    raise _unknown(wanted, tables.sample())


class _Tables:
    """The decisions, items and rejected rows of a run."""

    def __init__(self, engine: Engine, out: Path, administration: str) -> None:
        self._engine, self._administration = engine, administration
        decisions, items = run_tables(out, "decisions"), run_tables(out, "items")
        self._rejected = sorted(out.glob(TABLES[-1]))
        self._decisions, self._items = engine.read(*decisions), engine.read(*items)

    def find(self, wanted: str, version: int | None) -> Found | None:
        rows, rejected = self._decided(wanted), self._refused(wanted)
        ids = sorted({row["consignment_id"] for row in rows} | {self._id(row) for row in rejected})
        if len(ids) > 1:
            raise _ambiguous(wanted, ids)
        if version is not None:
            rows = [row for row in rows if row["version"] == version]
        if not rows:
            return Found(ids[0], None, [], rejected) if rejected else None
        decision = rows[-1]
        own = rejected or self._refused(decision["declaration_id"], decision["declarant_id"])
        return Found(decision["consignment_id"], decision, self._goods(decision), own)

    def sample(self) -> list[str]:
        """Return some ids, from which near ones are proposed."""
        table = self._decisions.select("consignment_id").limit(_SAMPLE)
        return [str(row["consignment_id"]) for row in self._rows(table)]

    def _decided(self, wanted: str) -> list[dict[str, Any]]:
        rows = self._rows(self._decisions.filter(self._decisions.consignment_id == wanted).order_by("version"))
        if rows:
            return rows
        items = self._items
        named = items.filter(reduce(or_, [items[name] == wanted for name in _NUMBERS]))
        chosen = self._decisions.semi_join(named.select("consignment_id").distinct(), "consignment_id")
        return self._rows(chosen.order_by("version"))

    def _goods(self, decision: Mapping[str, Any]) -> list[dict[str, Any]]:
        items = self._items
        same = (items.consignment_id == decision["consignment_id"]) & (items.version == decision["version"])
        return self._rows(items.filter(same).order_by("item_no"))

    def _refused(self, wanted: str, declarant: str | None = None) -> list[dict[str, Any]]:
        """Return rejected rows of a declaration, named by consignment id or declaration id, or one as ``day.csv:16``."""
        if not self._rejected:
            return []
        table = self._engine.read(*self._rejected)
        parts = wanted.split(":", 2)
        file, _, row = wanted.rpartition(":")
        if declarant is not None:
            same = (table.declarant_id == declarant) & (table.declaration_id == wanted)
        elif parts[0] == self._administration and len(parts) == len(("administration", "declarant", "declaration")):
            same = (table.declarant_id == parts[1]) & (table.declaration_id == parts[2])
        else:
            same = table.declaration_id == wanted
            if file and row.isdigit():
                same = same | ((table.source_file == file) & (table.source_row == int(row)))
        return self._rows(table.filter(same).order_by("source_file", "source_row"))

    def _id(self, row: Mapping[str, Any]) -> str:
        return f"{self._administration}:{row['declarant_id'] or '—'}:{row['declaration_id'] or '—'}"

    def _rows(self, table: Any) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self._engine.fetch(table).to_pylist()
        return rows


def _ambiguous(wanted: str, several: Sequence[str]) -> NotFound:
    shown = ", ".join(several[:5])
    return NotFound(
        "clearance.consignment.ambiguous",
        got=(f"{wanted} names {len(several)} consignments", f"{wanted} désigne {len(several)} envois"),
        expected=("one consignment id", "un identifiant d'envoi"),
        next_step=(f"Choose one of {shown}.", f"Choisissez parmi {shown}."),
    )


def _unknown(wanted: str, sample: Sequence[str]) -> NotFound:
    near = ", ".join(difflib.get_close_matches(wanted, sample, n=3, cutoff=0.5) or sample[:3]) or "—"
    return NotFound(
        UNKNOWN,
        got=(f"this run has no consignment {wanted!r}", f"ce traitement ne contient pas l'envoi {wanted!r}"),
        expected=(
            "a consignment id such as EU:DECLARANT:DECLARATION",
            "un identifiant d'envoi tel que EU:DÉCLARANT:DÉCLARATION",
        ),
        next_step=(f"Try one of {near}.", f"Essayez par exemple {near}."),
    )
