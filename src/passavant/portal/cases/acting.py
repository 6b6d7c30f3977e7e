"""What officers do: take, decide, propose and approve; each under a lock, in the trail, and told to whom it concerns."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from passavant.portal.cases import refusals
from passavant.portal.cases.carrying_out import carry_out, note_event, record_of, role_of, save_changed
from passavant.portal.cases.models import OPEN, WAITING, Case, State
from passavant.portal.cases.paging import URGENCY
from passavant.portal.cases.rules import needs_second
from passavant.portal.cases.words import REASONS
from passavant.portal.people.models import Organisation, Person

__all__ = ["Seen", "act", "approve", "locked", "refuse_own", "reject", "take", "take_next", "withdraw"]


@dataclass(frozen=True)
class Seen:
    """What a person had before their eyes: the case's revision, and since when."""

    revision: int
    since: dt.datetime


@transaction.atomic
def take(case_id: int, by: Person) -> Case:
    """Assign a case to oneself, whoever had it.

    Raises:
        Refusal: it is closed, or of an organisation of one's own.
    """
    case = locked(case_id)
    if not case.is_open:
        raise refusals.closed()
    refuse_own(case, by)
    if case.assigned_to_id != by.pk:
        _assign(case, by)
    return case


@transaction.atomic
def take_next(by: Person, lane: str = "") -> Case | None:
    """Assign the first case of the queue, new or answered, that nobody has; None when there is none.

    Args:
        by: Who takes it.
        lane: Of this lane alone.
    """
    free = Case.objects.filter(state__in=WAITING, assigned_to=None, closed_at=None).exclude(_of_own(by))
    if lane:
        free = free.filter(lane=lane)
    case = free.select_for_update(skip_locked=True, of=("self",)).order_by(*URGENCY).first()
    if case is not None:
        _assign(case, by)
    return case


@transaction.atomic
def act(case_id: int, action: str, by: Person, reason: str, note: str = "", *, seen: Seen, question: str = "") -> Case:
    """Do something about a case, or propose it where a second person is needed.

    Args:
        case_id: Which.
        action: One of :data:`passavant.portal.cases.words.ACTIONS`.
        by: Who.
        reason: One of the action's reasons.
        note: More, in words; never a name of a party.
        seen: What ``by`` saw.
        question: What is asked of the declarant, who reads it.

    Raises:
        BadInput: no such action or reason, or another one that no words explain to whom they are for.
        Refusal: closed, changed since, waiting for a second person, of an organisation of one's own, or asked of nobody.
    """
    said = question if action == "request_information" else note
    if reason not in REASONS.get(action, {}) or (reason == "other" and not said.strip()):
        raise refusals.no_reason(action, reason)
    case = _as_seen(case_id, by, seen)
    if case.state == State.SECOND:
        raise refusals.other_waits()
    if action == "request_information" and case.entry_id is None:
        raise refusals.nobody_reads()
    seconds = _seconds(case, by, seen)
    if needs_second(case, action):
        case.proposed = {"action": action, "reason": reason, "note": note, "by": by.email, "role": role_of(by),
                         "seconds": seconds, "before": case.state, "question": question}  # fmt: skip
        case.state = State.SECOND
        save_changed(case, "state", "proposed")
        note_event(case, "propose", by, reason, note, {"action": action})
        record_of("passavant.case.proposed", case, by.email, role_of(by), note or reason, {"action": action})
        return case
    carry_out(case, action, by.email, role_of(by), reason, note, seconds, second="", question=question)
    return case


@transaction.atomic
def approve(case_id: int, by: Person, *, seen: Seen, note: str = "") -> Case:
    """Approve, as second person, what a colleague proposed; it is done.

    Raises:
        Refusal: one's own proposal, none, or the case changed.
    """
    case, proposed = _proposal(case_id, by, seen)
    note_event(case, "approve", by, "", note, {"action": proposed["action"], "proposed_by": proposed["by"]})
    record_of("passavant.case.approved", case, by.email, role_of(by), note, {"action": proposed["action"]})
    case.proposed = None
    carry_out(
        case, proposed["action"], proposed["by"], proposed["role"], proposed["reason"], proposed["note"],
        proposed["seconds"], second=by.email, question=proposed.get("question", ""),
    )  # fmt: skip
    return case


@transaction.atomic
def reject(case_id: int, by: Person, note: str, *, seen: Seen) -> Case:
    """Decline what a colleague proposed; the case stands as before.

    Raises:
        BadInput: no note says why.
        Refusal: as for :func:`approve`.
    """
    if not note.strip():
        raise refusals.no_reason("reject", "")
    case, proposed = _proposal(case_id, by, seen)
    _as_before(case, proposed)
    note_event(case, "reject", by, "", note, {"action": proposed["action"], "proposed_by": proposed["by"]})
    record_of("passavant.case.not_approved", case, by.email, role_of(by), note, {"action": proposed["action"]})
    return case


@transaction.atomic
def withdraw(case_id: int, by: Person, note: str, *, seen: Seen) -> Case:
    """Take back what one proposed oneself, while nobody has answered; the case stands as before.

    Raises:
        BadInput: no note says why.
        Refusal: somebody else's proposal, none, or the case changed.
    """
    if not note.strip():
        raise refusals.no_reason("withdraw", "")
    case = _as_seen(case_id, by, seen)
    proposed = _standing(case)
    if proposed["by"] != by.email:
        raise refusals.not_own()
    _as_before(case, proposed)
    note_event(case, "withdraw", by, "", note, {"action": proposed["action"]})
    record_of("passavant.case.proposal_withdrawn", case, by.email, role_of(by), note, {"action": proposed["action"]})
    return case


def locked(case_id: int) -> Case:
    """Return a case that nobody else changes before the transaction ends.

    Raises:
        NotFound: there is none.
    """
    case = Case.objects.select_for_update(of=("self",)).filter(pk=case_id).first()
    if case is None:
        raise refusals.unknown(case_id)
    return case


def refuse_own(case: Case, by: Person) -> None:
    """Refuse whoever would act on a parcel of an organisation of his own.

    Raises:
        Refusal: it is one (403).
    """
    if Case.objects.filter(_of_own(by), pk=case.pk).exists():
        raise refusals.own_parcel()


def _of_own(by: Person) -> Q:
    """Return what tells the cases of a person's own organisations; those of a run of the lake name their declarant alone."""
    mine = Organisation.objects.filter(memberships__person=by)
    return Q(organisation__isnull=False, organisation__in=mine) | Q(
        declarant_id__in=mine.exclude(declarant_id="").values("declarant_id")
    )


def _as_seen(case_id: int, by: Person, seen: Seen) -> Case:
    case = locked(case_id)
    refuse_own(case, by)
    if case.revision != seen.revision:
        raise refusals.changed()
    if case.state not in OPEN:
        raise refusals.closed()
    return case


def _proposal(case_id: int, by: Person, seen: Seen) -> tuple[Case, dict[str, Any]]:
    """Return a case and what somebody else proposed for it."""
    case = _as_seen(case_id, by, seen)
    proposed = _standing(case)
    if proposed["by"] == by.email:
        raise refusals.same_person()
    return case, proposed


def _standing(case: Case) -> dict[str, Any]:
    if case.state != State.SECOND or case.proposed is None:
        raise refusals.nothing_proposed()
    found: dict[str, Any] = case.proposed
    return found


def _as_before(case: Case, proposed: dict[str, Any]) -> None:
    case.state, case.proposed = State(proposed["before"]), None
    save_changed(case, "state", "proposed")


def _assign(case: Case, by: Person) -> None:
    before = case.assigned_to.email if case.assigned_to else ""
    case.assigned_to, case.assigned_at = by, timezone.now()
    save_changed(case, "assigned_to", "assigned_at")
    note_event(case, "take", by, data={"from": before} if before else {})
    record_of("passavant.case.taken", case, by.email, role_of(by), "", {"from": before} if before else {})


def _seconds(case: Case, by: Person, seen: Seen) -> int:
    """Return how long a person had the case: since taking it, or since the page was shown."""
    since = seen.since
    if case.assigned_to_id == by.pk and case.assigned_at:
        since = min(since, case.assigned_at)
    return max(0, int((timezone.now() - since).total_seconds()))
