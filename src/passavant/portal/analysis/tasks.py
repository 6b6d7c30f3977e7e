"""Counting what was published since the last time."""

from __future__ import annotations

from passavant.portal.analysis.store import build_missing
from passavant.portal.jobs.periodic import every

__all__ = ["count_new_runs"]


@every("analysis.count", 60)
def count_new_runs() -> None:
    """Count the runs that the pages wait for."""
    build_missing()
