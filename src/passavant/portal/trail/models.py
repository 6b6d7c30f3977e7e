"""The table of the trail. Nothing updates or deletes a row: the database itself refuses it (migration 0002)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from passavant.sealing.canonical import canonical

__all__ = ["LogEntry"]


class LogEntry(models.Model):
    """Who did what, when, for whom and why.

    ``hash`` is SHA-256 over ``previous`` and the canonical JSON (RFC 8785) of :meth:`content`, so that a changed row breaks the
    chain; the newest hash is sealed in a log daily, so that a rewritten chain is found out too.
    """

    sequence = models.BigIntegerField(_("entry"), primary_key=True)
    at = models.DateTimeField(_("time"))
    actor = models.CharField(_("who"), max_length=254)
    acting_for = models.CharField(_("for"), max_length=200, blank=True)
    role = models.CharField(_("role"), max_length=20, blank=True)
    action = models.CharField(_("what"), max_length=100)
    object_type = models.CharField(_("kind of object"), max_length=50, blank=True)
    object_id = models.CharField(_("object"), max_length=300, blank=True)
    purpose = models.CharField(_("why"), max_length=500, blank=True)
    data = models.JSONField(_("details"), default=dict)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering: ClassVar = ["sequence"]
        indexes: ClassVar = [
            models.Index(fields=["object_type", "object_id"], name="trail_by_object"),
            models.Index(fields=["actor", "at"], name="trail_by_actor"),
            models.Index(fields=["action", "at"], name="trail_by_action"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence}: {self.actor} {self.action} {self.object_id}"

    def content(self) -> dict[str, Any]:
        """Return what is hashed."""
        return {
            "sequence": self.sequence,
            "at": f"{self.at:%Y-%m-%dT%H:%M:%S.%fZ}",
            "actor": self.actor,
            "acting_for": self.acting_for,
            "role": self.role,
            "action": self.action,
            "object_type": self.object_type,
            "object_id": self.object_id,
            "purpose": self.purpose,
            "data": self.data,
        }

    def digest(self) -> str:
        """Return the hash that the row should have."""
        import hashlib

        return hashlib.sha256(self.previous.encode() + canonical(self.content())).hexdigest()
