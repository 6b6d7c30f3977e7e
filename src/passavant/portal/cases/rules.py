"""When a second person is needed: what the policy asks, or else the deployment."""

from __future__ import annotations

import os

from passavant.dataset.reasons import OUTCOMES
from passavant.portal.cases.models import Case
from passavant.portal.declarations.grounds import policy_of_deployment

__all__ = ["OUTCOME_OF", "needs_second", "two_persons"]

#: The outcome that each action gives; a refusal weighs as a control, as the integrity indicators count it.
OUTCOME_OF = {
    "release": "release",
    "request_information": "request_information",
    "screen": "screen",
    "control": "control",
    "refuse": "control",
}


def two_persons() -> frozenset[str]:
    """Return the advised outcomes below which one person alone does not decide.

    The policy names them (``console: {two_persons: […]}``); ``PASSAVANT_TWO_PERSONS`` names others, joined by commas, or none.
    """
    own = os.environ.get("PASSAVANT_TWO_PERSONS")
    if own is not None:
        return frozenset(name for name in own.split(",") if name in OUTCOMES)
    return frozenset(policy_of_deployment().file.console.two_persons)


def needs_second(case: Case, action: str) -> bool:
    """Return whether what somebody wants to do waits for a second person: it lies below the advice, and the rule covers that."""
    ruled = two_persons()
    covered = case.advised in ruled or (case.lane == "red" and bool(ruled))
    order: tuple[str, ...] = OUTCOMES
    return covered and order.index(OUTCOME_OF[action]) < order.index(case.advised)
