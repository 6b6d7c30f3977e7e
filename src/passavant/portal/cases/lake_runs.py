"""One consignment read from a published run: sessions and tables are kept, a run never changes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from passavant.clearance.explain import Explanation
from passavant.clearance.lookup import Found
from passavant.clearance.run_law import RunLaw, law_of
from passavant.engines import Engine, open_duckdb
from passavant.lake import read_manifest, run_tables
from passavant.portal.declarations.grounds import lake

__all__ = ["explanation_in_run"]

_RUNS_KEPT = 8


@dataclass(frozen=True)
class _Run:
    decisions: Any
    items: Any
    law: RunLaw


class _Session:
    """An engine, and the runs that it read last."""

    def __init__(self) -> None:
        self.engine: Engine = open_duckdb(threads=1, memory="200MB")
        self.runs: OrderedDict[str, _Run] = OrderedDict()

    def run(self, run_id: str) -> _Run:
        folder = lake() / "runs" / run_id
        kept = self.runs.get(str(folder))
        if kept is None:
            decisions, items = (self.engine.read(*run_tables(folder, kind)) for kind in ("decisions", "items"))
            kept = self.runs[str(folder)] = _Run(decisions, items, law_of(folder, read_manifest(folder)))
            while len(self.runs) > _RUNS_KEPT:
                self.runs.popitem(last=False)
        self.runs.move_to_end(str(folder))
        return kept

    def rows(self, table: Any, consignment_id: str, version: int) -> list[Mapping[str, Any]]:
        own = table.filter((table.consignment_id == consignment_id) & (table.version == version))
        found: list[Mapping[str, Any]] = self.engine.fetch(own).to_pylist()
        return found


_own = threading.local()


def _session() -> _Session:
    """Return this thread's session."""
    if not hasattr(_own, "session"):
        _own.session = _Session()
    session: _Session = _own.session
    return session


def explanation_in_run(run_id: str, consignment_id: str, version: int) -> Explanation:
    """Return what explains one version of a consignment to an officer.

    Args:
        run_id: A run of the lake.
        consignment_id: Which.
        version: Which of its versions.

    Raises:
        BadInput: the lake has lost the run.
    """
    session = _session()
    run = session.run(run_id)
    decision = next(iter(session.rows(run.decisions, consignment_id, version)), None)
    items = sorted(session.rows(run.items, consignment_id, version), key=lambda row: row["item_no"])
    return Explanation(Found(consignment_id, decision, items, ()), run.law)
