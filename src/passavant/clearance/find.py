"""Find consignments in a run by what decided them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from passavant.engines import Engine, open_duckdb
from passavant.errors import NotFound

__all__ = ["held_consignment"]


def held_consignment(out: Path, codes: Sequence[str], *, engine: Engine | None = None) -> str:
    """Return the id of a consignment that is not released, if possible for the first of these reasons that occurs.

    Raises:
        NotFound: every consignment of the run is released.
    """
    engine = engine or open_duckdb()
    table = engine.read(out / "decisions.parquet")
    held = table.filter(table.outcome != "release").order_by("consignment_id")
    reasons = held.reasons.map(lambda reason: reason.code)
    for code in codes:
        rows = engine.fetch(held.filter(reasons.contains(code)).select("consignment_id").limit(1)).to_pylist()
        if rows:
            return str(rows[0]["consignment_id"])
    rows = engine.fetch(held.select("consignment_id").limit(1)).to_pylist()
    if not rows:
        raise NotFound(
            "clearance.held.none",
            got=("every consignment was released", "la mainlevée a été accordée à tous les envois"),
            expected=("a held consignment", "un envoi retenu"),
            next_step=("Explain any consignment by its id.", "Expliquez un envoi par son identifiant."),
        )
    return str(rows[0]["consignment_id"])
