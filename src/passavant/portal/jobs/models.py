"""The tables of background work. A row that somebody works on bears a lease; one whose lease ran out may be taken over."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from passavant.portal.people.models import Organisation, Person

__all__ = ["DECISIONS", "Beat", "Job", "Leased", "Schedule", "State"]


class State(models.TextChoices):
    """Where a job stands."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class Leased(models.Model):
    """What one worker at a time works on, for as long as it keeps renewing its lease."""

    lease_owner = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class Job(Leased):
    """One piece of background work: its arguments, how far it is, what came of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=100)
    arguments: models.JSONField[Any] = models.JSONField(default=dict)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="jobs")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="jobs")
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    done = models.BigIntegerField(_("done"), default=0)
    total = models.BigIntegerField(_("of"), null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    cancel_asked = models.BooleanField(default=False)
    result: models.JSONField[Any] = models.JSONField(null=True)
    #: A refusal as :meth:`passavant.errors.PassavantError.record` gives it, by language.
    error: models.JSONField[Any] = models.JSONField(null=True)
    made_at = models.DateTimeField(_("asked for"), default=timezone.now)
    started_at = models.DateTimeField(_("started"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        ordering: ClassVar = ["-made_at"]
        indexes: ClassVar = [
            models.Index(
                fields=["made_at"], name="jobs_open", condition=models.Q(state__in=[State.WAITING, State.RUNNING])
            ),
            models.Index(fields=["person", "-made_at"], name="jobs_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}: {self.state}"


class Schedule(Leased):
    """When a periodic function is due next."""

    name = models.CharField(primary_key=True, max_length=100)
    due_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    failed = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.name}: {self.due_at}"


#: Under which name the decision process says that it lives.
DECISIONS = "decisions"


class Beat(models.Model):
    """When a process last said that it lives."""

    name = models.CharField(primary_key=True, max_length=50)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.at}"
