"""What the portal's own tables need done every so often."""

from __future__ import annotations

from django.core.management import call_command

from passavant.portal.jobs.periodic import every

__all__ = ["forget_old_sessions"]


@every("operations.sessions", 86_400)
def forget_old_sessions() -> None:
    """Delete sessions that have run out."""
    call_command("clearsessions")
