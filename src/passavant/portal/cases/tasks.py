"""What the worker does for the console: cases of runs that were published in the lake."""

from __future__ import annotations

import logging

from passavant.errors import PassavantError
from passavant.portal.cases.runs import open_from_run
from passavant.portal.declarations.grounds import lake
from passavant.portal.jobs.periodic import every

__all__ = ["open_published_runs"]

_log = logging.getLogger(__name__)


@every("cases.runs", 60)
def open_published_runs() -> None:
    """Open the cases of the runs that are new; one that is damaged does not hold up the others."""
    from passavant.lake import run_folders

    if (lake() / "lake.json").is_file():
        for run in run_folders(lake()):
            try:
                open_from_run(run)
            except PassavantError:
                _log.exception("the cases of the run %s cannot be opened", run.name)
