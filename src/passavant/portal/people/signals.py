"""Sign-in, sign-out and failed sign-in go into the trail."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from passavant.portal.trail.services import record

__all__ = ["on_failure", "on_sign_in", "on_sign_out"]


@receiver(user_logged_in)
def on_sign_in(sender: Any, user: Any, **_: Any) -> None:
    """Record a sign-in."""
    record("passavant.account.signed_in", actor=user.email, object_type="person", object_id=user.email)


@receiver(user_logged_out)
def on_sign_out(sender: Any, user: Any, **_: Any) -> None:
    """Record a sign-out."""
    if user is not None:
        record("passavant.account.signed_out", actor=user.email, object_type="person", object_id=user.email)


@receiver(user_login_failed)
def on_failure(sender: Any, credentials: dict[str, Any], **_: Any) -> None:
    """Record a failed sign-in: the address tried, never the password."""
    named = str(credentials.get("email") or credentials.get("username") or "")[:254]
    record("passavant.account.refused", actor="anonymous", object_type="person", object_id=named)
