"""What the jobs themselves need done every so often."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from passavant.portal.jobs.models import Job
from passavant.portal.jobs.periodic import every

__all__ = ["KEPT_DAYS", "forget_old_jobs"]

#: For how many days an ended job is kept; what it did is in the trail and in its own tables.
KEPT_DAYS = 90


@every("jobs.forget", 86_400)
def forget_old_jobs() -> None:
    """Delete jobs that ended long ago."""
    Job.objects.filter(ended_at__lt=timezone.now() - dt.timedelta(days=KEPT_DAYS)).delete()
