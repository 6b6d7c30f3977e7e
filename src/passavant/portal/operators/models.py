"""API keys of organisations, how much each organisation may declare, and how much it has."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from passavant.portal.people.models import Organisation

__all__ = ["ApiKey", "Quota", "Usage"]


class ApiKey(models.Model):
    """A key by which an organisation's own systems call the API. Of its secret only the SHA-256 is kept."""

    id = models.CharField(_("key"), max_length=16, primary_key=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="api_keys")
    label = models.CharField(_("label"), max_length=100)
    digest = models.CharField(max_length=64)
    scopes = models.JSONField(_("scopes"), default=list)
    networks = models.JSONField(_("networks"), default=list, help_text=_("In CIDR notation; none means anywhere."))
    sandbox = models.BooleanField(_("sandbox"), default=False)
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    created_by = models.CharField(_("made by"), max_length=254)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_used = models.DateField(_("last used"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "id"]

    def __str__(self) -> str:
        return f"{self.id} ({self.label})"


class Quota(models.Model):
    """How many declarations an organisation may send, where that is not what everybody may."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="quotas")
    sandbox = models.BooleanField(_("sandbox"), default=False)
    per_minute = models.PositiveIntegerField(_("declarations a minute"))
    per_day = models.PositiveIntegerField(_("declarations a day"))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "sandbox"], name="operators_one_quota_each"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.per_minute}/min, {self.per_day}/d"


class Usage(models.Model):
    """How many declarations an organisation has sent in this minute and on this day (UTC); one row each, written over."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    sandbox = models.BooleanField(default=False)
    minute = models.BigIntegerField(help_text=_("Minutes since 1970."))
    in_minute = models.BigIntegerField()
    day = models.BigIntegerField(help_text=_("Days since 1970."))
    in_day = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "sandbox"], name="operators_one_usage_each"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.in_minute}, {self.in_day}"
