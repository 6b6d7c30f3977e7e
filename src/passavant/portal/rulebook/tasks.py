"""The job that tries a rule on the past."""

from __future__ import annotations

from typing import Any

from passavant.portal.jobs.kinds import kind
from passavant.portal.jobs.progress import Progress
from passavant.portal.rulebook.testing import KIND, do
from passavant.texts import Text

__all__ = ["back_test"]


@kind(KIND, Text("Back-test of a rule", "Test rétrospectif d'une règle"), Text("steps", "étapes"))
def back_test(job: Progress, test: str) -> dict[str, Any]:
    """Try a rule; see :func:`passavant.portal.rulebook.testing.do`."""
    return do(test, job.tell)
