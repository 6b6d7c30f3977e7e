"""The journal: what was declared and decided, appended by the transaction that acknowledges it, and never changed.

A batch holds goods items and decisions as Arrow files, as many as were decided together; an entry says what one declaration
came to and where in the batch it lies. Compaction copies batches into the lake; what they hold is then read there.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from passavant.portal.people.models import Organisation

__all__ = ["Batch", "Compaction", "Entry", "Submission"]


class Submission(models.Model):
    """One request: declarations that came together, how far they are, and which were refused and why.

    Attributes:
        content: The request's body while it waits to be decided.
        done: Records dealt with.
        refusals: ``{"record": place from 1, "declaration_id": …, "errors": […]}`` for each one refused.
        known: ``[place, consignment id, version]`` for each one that was decided before.
        ignored: Fields that are not of the data set, as :func:`passavant.dataset.unknown_fields.unknown_fields` names them.
    """

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("Waiting")
        FINISHED = "finished", _("Finished")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="submissions")
    key_id = models.CharField(_("key"), max_length=16)
    sandbox = models.BooleanField(_("sandbox"), default=False)
    received_at = models.DateTimeField(_("received"))
    idempotency_key = models.CharField(max_length=200, null=True, blank=True)  # null: any number without
    request_digest = models.CharField(max_length=64)
    media = models.CharField(max_length=20, default="json")
    content = models.BinaryField(null=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    declarations = models.PositiveIntegerField(_("declarations"), default=0)
    done = models.PositiveIntegerField(default=0)
    decided = models.PositiveIntegerField(_("decided"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    refusals = models.JSONField(default=list)
    known = models.JSONField(default=list)
    ignored = models.JSONField(default=list)
    fault = models.JSONField(null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        ordering: ClassVar = ["-received_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "sandbox", "idempotency_key"], name="declarations_once_per_key"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "received_at"], name="declarations_by_state")]

    def __str__(self) -> str:
        return f"{self.id} ({self.state})"


class Batch(models.Model):
    """What was decided together: Arrow files of goods items, of decisions, and of the names that go to the vault."""

    at = models.DateTimeField(_("decided"))
    basis = models.CharField(max_length=64)
    sandbox = models.BooleanField(default=False)
    consignments = models.PositiveIntegerField()
    rows = models.PositiveIntegerField()
    items = models.BinaryField()
    decisions = models.BinaryField()
    parties = models.BinaryField()
    compaction = models.ForeignKey("Compaction", models.PROTECT, null=True, related_name="batches")

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["id"], condition=models.Q(compaction=None, sandbox=False), name="declarations_to_compact"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.consignments}"


class Entry(models.Model):
    """One version of a declaration: lodged, amended or cancelled, and what was decided.

    Attributes:
        place: Its row in the batch's decisions; null for a cancellation.
        compaction: Of a cancellation, the run that lists it.
        record: Its place in the submission, from 1.
        digest: SHA-256 of what was declared: one version says one thing.
    """

    class Kind(models.TextChoices):
        """What the declarant did."""

        LODGED = "lodged", _("Lodged")
        AMENDED = "amended", _("Amended")
        CANCELLED = "cancelled", _("Cancelled")

    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="entries")
    place = models.PositiveIntegerField(null=True)
    compaction = models.ForeignKey("Compaction", models.PROTECT, null=True, related_name="cancellations")
    submission = models.ForeignKey(Submission, models.PROTECT, null=True, related_name="entries")
    record = models.PositiveIntegerField(default=0)
    kind = models.CharField(_("event"), max_length=10, choices=Kind.choices)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="entries")
    sandbox = models.BooleanField(default=False)
    consignment_id = models.CharField(_("consignment"), max_length=300)
    declaration_id = models.CharField(_("declaration"), max_length=200)
    version = models.PositiveIntegerField(_("version"))
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(_("time"))
    decision_id = models.CharField(_("decision"), max_length=64, blank=True)
    supersedes = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(_("outcome"), max_length=20, blank=True)
    lane = models.CharField(_("lane"), max_length=10, blank=True)
    category = models.PositiveSmallIntegerField(_("category"), null=True)
    s10 = models.CharField(max_length=20, blank=True)
    house_waybill = models.CharField(max_length=100, blank=True)
    order_id = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sandbox", "consignment_id", "version"], name="declarations_one_entry_per_version"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "sandbox", "-id"], name="declarations_of_operator"),
            models.Index(fields=["submission", "record"], name="declarations_of_submission"),
            models.Index(fields=["s10"], name="declarations_by_s10"),
            models.Index(fields=["house_waybill"], name="declarations_by_waybill"),
            models.Index(fields=["declaration_id"], name="declarations_by_number"),
            models.Index(
                fields=["id"],
                condition=models.Q(kind="cancelled", compaction=None, sandbox=False),
                name="declarations_cancelled",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consignment_id}@{self.version}"


class Compaction(models.Model):
    """A run of the lake made of batches; and the snapshot folded then, by its digest."""

    run_id = models.CharField(max_length=60, unique=True)
    at = models.DateTimeField()
    snapshot = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.run_id
