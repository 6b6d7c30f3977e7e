"""Inspection results, where the portal has them: read from the app that records them, absent as long as there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from passavant.portal.analysis.cubes import sql
from passavant.portal.analysis.filters import Choice
from passavant.portal.analysis.store import Store
from passavant.portal.cases.services import results_table
from passavant.portal.integrity.proportions import Proportion

__all__ = ["Results", "known_results", "of_period"]


@dataclass(frozen=True)
class Results:
    """Inspection results of a period, by the day on which they were recorded.

    Attributes:
        hits: Irregular consignments of all inspected.
        by_lane: The same by lane.
        stratum: The same of the random stratum alone: it stands for all consignments, inspected or not.
        recovered: Value recovered in minor units, by currency.
    """

    hits: Proportion
    by_lane: dict[str, Proportion]
    stratum: Proportion
    recovered: dict[str, int]


def known_results() -> Any:
    """Return the results as an Arrow table, or None where none are recorded yet."""
    table = results_table()
    return table if table.num_rows else None


def of_period(store: Store, choice: Choice, table: Any = None) -> Results | None:
    """Return what inspections of a period found, or None where no result is known.

    Args:
        store: Where they are counted.
        choice: The period and the lane; results name neither channel nor declarant.
        table: The results; read from the portal unless given.
    """
    known = known_results() if table is None else table
    if known is None:
        return None
    with store.con.cursor() as cursor:
        cursor.register("results", known)
        rows = cursor.execute(sql("pages/results"), choice.values).fetchall()
    lanes = sorted({str(row[0]) for row in rows})
    recovered: dict[str, int] = {}
    for row in rows:
        if row[5]:
            recovered[row[2]] = recovered.get(row[2], 0) + int(row[5])
    return Results(
        hits=_share(rows),
        by_lane={lane: _share([row for row in rows if row[0] == lane]) for lane in lanes},
        stratum=_share([row for row in rows if row[1]]),
        recovered=recovered,
    )


def _share(rows: list[tuple[Any, ...]]) -> Proportion:
    return Proportion(sum(int(row[4]) for row in rows), sum(int(row[3]) for row in rows))
