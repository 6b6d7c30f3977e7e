"""Inspection results, where the portal has them: read from the app that records them, absent as long as there is none."""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["results_table"]


def results_table() -> Any:
    """Return the results as an Arrow table, or None where none are recorded yet."""
    try:
        cases = import_module("passavant.portal.cases.services")
    except ModuleNotFoundError:
        return None
    table = cases.results_table()
    return table if table.num_rows else None
