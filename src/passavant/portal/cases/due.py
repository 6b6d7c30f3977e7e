"""By when customs answers a case: so many hours after its decision, by lane, as the deployment says."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from passavant.portal.cases.models import DECLARANTS_TURN, OPEN

__all__ = ["answer_by", "overdue"]


def answer_by(lane: str, opened_at: dt.datetime) -> dt.datetime:
    """Return by when a case is to be answered; a lane that no setting names has the longest time.

    Args:
        lane: Of the decision.
        opened_at: When it was decided that an officer looks at it.
    """
    hours: dict[str, int] = settings.PASSAVANT_ANSWER_HOURS
    return opened_at + dt.timedelta(hours=hours.get(lane, max(hours.values())))


def overdue() -> Q:
    """Return which cases customs should have answered by now: one that waits for its declarant is not among them."""
    ours = [state for state in OPEN if state not in DECLARANTS_TURN]
    return Q(state__in=ours, closed_at=None, due_at__lt=timezone.now())
