"""Cases: what the queue and the search need of a consignment that was not released by itself; the rest is in journal and lake.

A case's events are only ever added; its state is what they came to, kept so that the queue can be read at once.
"""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.utils import timezone

from passavant.portal.declarations.models import Compaction, Entry
from passavant.portal.people.models import Organisation, Person

__all__ = [
    "DECLARANTS_TURN", "OPEN", "WAITING", "Answer", "AnswerFile", "Capacity", "Case", "CaseEvent", "InspectionResult", "OpenedRun",
    "SenderDay", "State",
]  # fmt: skip


class State(models.TextChoices):
    """Where a case stands; the last four are ends."""

    NEW = "open"
    INFORMATION = "information"
    ANSWERED = "answered"
    SCREENING = "screening"
    CONTROL = "control"
    SECOND = "second"
    RELEASED = "released"
    REFUSED = "refused"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


#: States in which a case is open.
OPEN = (State.NEW, State.INFORMATION, State.ANSWERED, State.SCREENING, State.CONTROL, State.SECOND)
#: Of those, the ones in which it waits for an officer, whoever comes first.
WAITING = (State.NEW, State.ANSWERED)
#: Of those, the ones in which the declarant, not customs, has to do something.
DECLARANTS_TURN = (State.INFORMATION,)
_IS_OPEN = models.Q(state__in=[str(state) for state in OPEN])
# Without a parameter: SQLite takes an index of some rows only where the statement itself names the same condition.
_UNCLOSED = models.Q(closed_at__isnull=True)
_TO_COMPACT = models.Q(state__in=["released", "refused"], compaction__isnull=True)
_PROPOSED = _UNCLOSED & models.Q(proposed__isnull=False)


class Case(models.Model):
    """One version of a consignment that waits for an officer, or did.

    Attributes:
        advised: The outcome that the clearance advises.
        reasons: Codes of its reasons.
        hs_codes: The goods' codes, each with a space before it.
        description: Of the goods; never a name.
        organisation: Whose declaration it is, where it came over the API.
        entry: Where the journal holds the rest.
        run_id: Which run of the lake holds the rest, where it came from there.
        revision: Counts changes: what a page showed is acted on only while nothing changed.
        due_at: By when customs is to answer: so long after ``opened_at`` as the lane has.
        compaction: The run of the lake that lists what an officer settled.
        proposed: ``{"action", "reason", "note", "question", "by", "seconds"}`` while a second person is waited for.
    """

    consignment_id = models.CharField(max_length=300)
    version = models.PositiveIntegerField()
    administration = models.CharField(max_length=8)
    declarant_id = models.CharField(max_length=64, db_index=True)
    declaration_id = models.CharField(max_length=200, db_index=True)
    decision_id = models.CharField(max_length=64)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, related_name="cases")
    run_id = models.CharField(max_length=60, blank=True)

    advised = models.CharField(max_length=20)
    lane = models.CharField(max_length=10)
    category = models.PositiveSmallIntegerField(null=True)
    reasons = models.JSONField(default=list)
    party_key = models.BigIntegerField(null=True)
    law_on = models.DateField(null=True)
    s10 = models.CharField(max_length=20, blank=True, db_index=True)
    house_waybill = models.CharField(max_length=100, blank=True, db_index=True)
    order_id = models.CharField(max_length=100, blank=True, db_index=True)
    hs_codes = models.CharField(max_length=500, blank=True)
    description = models.CharField(max_length=1000, blank=True)
    value_minor = models.BigIntegerField(null=True)
    due_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)

    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.NEW)
    assigned_to = models.ForeignKey(Person, models.PROTECT, null=True, related_name="cases")
    assigned_at = models.DateTimeField(null=True)
    proposed = models.JSONField(null=True)
    revision = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    compaction = models.ForeignKey(Compaction, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["opened_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["consignment_id", "version"], name="cases_one_per_version"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["lane", "due_at", "id", "state"], condition=_UNCLOSED, name="cases_by_urgency"),
            models.Index(fields=["opened_at"], condition=_PROPOSED, name="cases_proposed"),
            models.Index(fields=["opened_at", "id"], name="cases_by_age"),
            models.Index(fields=["id"], condition=_TO_COMPACT, name="cases_to_compact"),
            models.Index(fields=["party_key", "law_on"], name="cases_by_party"),
            models.Index(fields=["assigned_to", "opened_at"], condition=_IS_OPEN, name="cases_of_officer"),
        ]

    def __str__(self) -> str:
        return f"{self.consignment_id}@{self.version}"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.state in OPEN

    @property
    def is_overdue(self) -> bool:
        """Whether customs should have answered by now."""
        return self.is_open and self.state not in DECLARANTS_TURN and self.due_at < timezone.now()


class _AddedOnly(models.Model):
    """A row that nothing changes."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new row; one that stands is not written over."""
        super().save(*args, **kwargs | {"force_insert": True})

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse."""
        raise TypeError(f"{type(self).__name__} is only added to")


class CaseEvent(_AddedOnly):
    """Something that was done to a case, by an officer or its declarant: what, who, in which role, why."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="events")
    at = models.DateTimeField()
    action = models.CharField(max_length=20)
    by = models.CharField(max_length=254)
    role = models.CharField(max_length=20)
    reason = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=500, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["at", "action"], name="cases_events_of_day")]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.action} ({self.by})"


class Answer(_AddedOnly):
    """What the declarant answered to what customs asked.

    Attributes:
        organisation: Whose answer it is: its people and customs alone may read it.
        text: In the declarant's words; names may stand in it.
        digest: SHA-256 of text and files: the same sent twice is one answer.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="answers")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.CharField(max_length=254)
    text = models.TextField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.at}"


class AnswerFile(_AddedOnly):
    """A file of an answer; its bytes lie under ``digest`` (SHA-256). ``kind`` is what it holds, ``name`` what its sender called it."""

    answer = models.ForeignKey(Answer, models.PROTECT, related_name="files")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.answer_id}: {self.digest}"


class InspectionResult(_AddedOnly):
    """What an inspection found: targeting learns from it. ``stratum`` and ``propensity_ppm`` are the decision's; no page shows them."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="results")
    consignment_id = models.CharField(max_length=300)
    version = models.PositiveIntegerField()
    decision_id = models.CharField(max_length=64)
    declarant_id = models.CharField(max_length=64)
    lane = models.CharField(max_length=10)
    stratum = models.BooleanField()
    propensity_ppm = models.BigIntegerField()
    hit = models.BooleanField()
    found = models.CharField(max_length=20, blank=True)
    value_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    hs_code = models.CharField(max_length=10, blank=True)
    note = models.CharField(max_length=500, blank=True)
    photo = models.CharField(max_length=64, blank=True)
    photo_type = models.CharField(max_length=20, blank=True)
    by = models.CharField(max_length=254)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(fields=["declarant_id", "at"], name="cases_results_of_sender"),
            models.Index(fields=["photo"], name="cases_results_by_photo"),
        ]

    def __str__(self) -> str:
        return f"{self.consignment_id}@{self.version}: {self.found or self.hit}"


class Capacity(models.Model):
    """How many cases of a lane the office can deal with in a day."""

    lane = models.CharField(max_length=10, unique=True)
    per_day = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.lane}: {self.per_day}"


class OpenedRun(models.Model):
    """A run of the lake whose cases are opened."""

    run_id = models.CharField(max_length=60, unique=True)
    at = models.DateTimeField()
    cases = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.run_id}: {self.cases}"


class SenderDay(models.Model):
    """How many consignments of a declarant a run of the lake decided, for the sender's history."""

    run_id = models.CharField(max_length=60)
    declarant_id = models.CharField(max_length=64)
    day = models.DateField()
    consignments = models.PositiveIntegerField()
    asked = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["declarant_id", "run_id"], name="cases_one_sender_day"),
        ]

    def __str__(self) -> str:
        return f"{self.declarant_id} {self.day}: {self.consignments}"
