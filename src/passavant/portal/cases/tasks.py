"""What the worker does for the console: cases of runs that were published in the lake."""

from __future__ import annotations

from passavant.portal.cases.runs import open_from_run
from passavant.portal.declarations.grounds import lake
from passavant.portal.jobs.periodic import every

__all__ = ["open_published_runs"]


@every("cases.runs", 60)
def open_published_runs() -> None:
    """Open the cases of the runs that are new."""
    from passavant.lake import run_folders

    if (lake() / "lake.json").is_file():
        for run in run_folders(lake()):
            open_from_run(run)
