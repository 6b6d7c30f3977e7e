"""Endpoints that operators gave, and what is to be delivered to each."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from passavant.portal.people.models import Organisation

__all__ = ["Delivery", "Endpoint"]


class Endpoint(models.Model):
    """An address of an organisation that is told of events."""

    class Disabled(models.TextChoices):
        """Why an endpoint is off."""

        OWNER = "owner", _("switched off by its owner")
        GONE = "gone", _("it answered 410 Gone")
        FAILING = "failing", _("it failed for days")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="endpoints")
    url = models.CharField(_("address"), max_length=2000)
    events = models.JSONField(_("events"), default=list)
    sandbox = models.BooleanField(_("sandbox"), default=False)
    active = models.BooleanField(_("active"), default=True)
    disabled_because = models.CharField(_("why off"), max_length=10, choices=Disabled.choices, blank=True)
    secret = models.TextField(help_text=_("Encrypted."))
    previous_secret = models.TextField(blank=True, help_text=_("Encrypted."))
    previous_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    created_by = models.CharField(_("made by"), max_length=254)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["created_at", "id"]

    def __str__(self) -> str:
        return self.url


class Delivery(models.Model):
    """One event for one endpoint. ``next_attempt_at`` is empty once it is delivered or given up."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="deliveries")
    event = models.CharField(_("event"), max_length=50)
    body = models.TextField(_("body"), help_text=_("The text as it is signed and sent."))
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_attempt_at = models.DateTimeField(_("last attempt"), null=True, blank=True)
    last_status = models.PositiveSmallIntegerField(_("last status"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=200, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        ordering: ClassVar = ["-created_at", "id"]
        indexes: ClassVar = [
            models.Index(
                fields=["endpoint", "next_attempt_at"],
                condition=models.Q(next_attempt_at__isnull=False),
                name="webhooks_due",
            ),
            models.Index(fields=["endpoint", "-created_at"], name="webhooks_newest"),
            models.Index(fields=["created_at"], name="webhooks_oldest"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.id}"
