"""The tables of analysts' rules. A version is never changed: what is in force, and why, can always be read back."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from passavant.portal.jobs.models import Job
from passavant.portal.people.models import Person

__all__ = ["BackTest", "Proposal", "Rule", "State", "Version"]


class State(models.TextChoices):
    """Where a version stands."""

    DRAFT = "draft", _("Draft")
    TESTED = "tested", _("Tested")
    PROPOSED = "proposed", _("Proposed")
    ACTIVE = "active", _("In force")
    RETIRED = "retired", _("No longer in force")


class Rule(models.Model):
    """An analyst's rule under its code; ``active`` is the version in force, if any."""

    code = models.SlugField(_("code"), max_length=60, primary_key=True)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    active: models.ForeignKey[Any, Any] = models.ForeignKey("Version", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.code


class Version(models.Model):
    """What a rule says from one draft to the next: its fields, the file made of them, and the SHA-256 of that file."""

    rule = models.ForeignKey(Rule, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    fields: models.JSONField[Any] = models.JSONField(_("fields"))
    text = models.TextField(_("file"))
    digest = models.CharField(max_length=64)
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    note = models.CharField(_("what changed"), max_length=500, blank=True)
    made_at = models.DateTimeField(_("made"), default=timezone.now)

    class Meta:
        ordering: ClassVar = ["rule", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rule", "number"], name="rulebook_one_number_each"),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new version; one that exists stays as it is."""
        if not self._state.adding:
            raise TypeError("a version of a rule is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse: what was in force stays readable."""
        raise TypeError("a version of a rule is never deleted")


class Proposal(models.Model):
    """One person asks that a version come into force, or that the one in force no longer be; another person decides."""

    class Kind(models.TextChoices):
        """What is asked."""

        ACTIVATE = "activate", _("Bring into force")
        RETIRE = "retire", _("Take out of force")

    version = models.ForeignKey(Version, models.PROTECT, related_name="proposals")
    rule = models.ForeignKey(Rule, models.PROTECT, related_name="proposals")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    proposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reason = models.CharField(_("why"), max_length=500)
    at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_reason = models.CharField(max_length=500, blank=True)
    decided_at = models.DateTimeField(null=True)
    approved = models.BooleanField(null=True)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["rule"], condition=models.Q(decided_at__isnull=True), name="rulebook_one_open_proposal"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"


class BackTest(models.Model):
    """What a version would have found in a period: of which file, on which runs, with which figures.

    ``figures`` is None until the job has ended well; it is that of :meth:`passavant.portal.rulebook.back_test.Found.record`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(Version, models.PROTECT, related_name="back_tests")
    digest = models.CharField(max_length=64)
    days_asked = models.PositiveIntegerField(_("days"))
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    days_tested = models.PositiveIntegerField(null=True)
    figures: models.JSONField[Any] = models.JSONField(null=True)

    class Meta:
        ordering: ClassVar = ["-asked_at"]

    def __str__(self) -> str:
        return f"{self.version}: {self.days_asked}"
