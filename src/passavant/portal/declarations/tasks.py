"""What the worker does for declarations: the journal into the lake, webhooks out."""

from __future__ import annotations

from django.conf import settings

from passavant.portal.declarations.compaction import compact, empty
from passavant.portal.jobs.periodic import every
from passavant.portal.webhooks.sending import deliver_due
from passavant.portal.webhooks.services import purge

__all__ = ["compact_journal", "deliver_webhooks", "empty_journal", "purge_webhooks"]

_AT_ONCE, _DAYS_KEPT = 2000, 30


@every("declarations.compact", settings.PASSAVANT_COMPACT_SECONDS)
def compact_journal() -> int:
    """Copy the journal into the lake and fold the state."""
    return compact()


@every("declarations.empty", 86_400)
def empty_journal() -> int:
    """Empty the journal of what the lake has held for long."""
    return empty(_DAYS_KEPT)


@every("webhooks.deliver", 1)
def deliver_webhooks() -> int:
    """Send what is due."""
    return deliver_due(_AT_ONCE)


@every("webhooks.purge", 86_400)
def purge_webhooks() -> int:
    """Forget deliveries of long ago."""
    return purge(_DAYS_KEPT)
