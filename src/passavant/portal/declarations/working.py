"""The work of the desk: what waits together is decided together; large submissions part by part, in between."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from passavant.errors import PassavantError
from passavant.portal.declarations.asked import Asked, Told
from passavant.portal.declarations.days import day_of, days_ready, month_of
from passavant.portal.declarations.desk import Desk
from passavant.portal.declarations.models import Entry, Submission
from passavant.portal.declarations.submitting import earlier, read_records
from passavant.portal.webhooks.services import announce

__all__ = ["decide_at_once", "told_again", "work_on_one"]

#: Records of a large submission that are decided together, in one transaction.
PART = 2_000
_log = logging.getLogger(__name__)


def decide_at_once(desk: Desk, asked: Sequence[Asked], *, sandbox: bool) -> list[list[Told]]:
    """Decide small requests together; one that came before under its idempotency key is answered as it was.

    Raises:
        Refusal: a key stands for another request (asked one by one, see :mod:`.process`).
    """
    known = {id(one): found for one in asked if (found := earlier(one.submission))}
    new = [one for one in asked if id(one) not in known]
    decided = iter(desk.decide(new, sandbox=sandbox) if new else [])
    answers = []
    for one in asked:
        if id(one) in known:
            one.submission = known[id(one)]
            answers.append(told_again(one.submission))
        else:
            answers.append(next(decided))
    return answers


def told_again(submission: Submission) -> list[Told]:
    """Return what became of a submission's declarations, from the journal."""
    entries = Entry.objects.filter(submission=submission).select_related("batch")
    told = [Told(entry.record, "decided", entry) for entry in entries]
    told += [
        Told(one["record"], "refused", errors=one["errors"], declaration_id=one["declaration_id"])
        for one in submission.refusals
    ]
    return sorted(told, key=lambda one: one.record)


def work_on_one(desk: Desk) -> bool:
    """Decide the next part of the oldest large submission; return whether there was one."""
    submission = (
        Submission.objects.filter(state=Submission.State.WAITING)
        .select_related("organisation")
        .order_by("received_at")
        .first()
    )
    if submission is None:
        return False
    try:
        _part(desk, submission)
    except PassavantError as error:
        _log.exception("the submission %s cannot be decided", submission.pk)
        _end(submission, Submission.State.FAILED, fault=error.record("en") | {"fr": error.record("fr")})
    return True


def _part(desk: Desk, submission: Submission) -> None:
    records = _records(desk, submission)
    lines = submission.declarations - len(records)
    start = submission.done - lines
    part = records[start : start + PART]
    if part:
        for asked, month in _by_month(submission, part, start):
            if month is None:
                desk.decide([asked], sandbox=submission.sandbox)
            else:
                desk.decide_month(asked, month, sandbox=submission.sandbox)
    if submission.done >= submission.declarations:
        _end(submission, Submission.State.FINISHED)


_read: dict[uuid.UUID, list[Any]] = {}


def _records(desk: Desk, submission: Submission) -> list[Any]:
    """Return the records of a submission, read once for all its parts."""
    if submission.pk not in _read:
        _read.clear()
        body, owner = bytes(submission.content or b""), submission.organisation.declarant_id
        _read[submission.pk] = read_records(body, submission.media, desk.grounds.policy.id, owner)[0]
    return _read[submission.pk]


def _by_month(
    submission: Submission, part: Sequence[object], start: int
) -> Iterator[tuple[Asked, tuple[int, int] | None]]:
    """Cut a part so that each piece, in the order of the records, is of days that are ready or of one other month."""
    declarant, place = submission.organisation.declarant_id, 0
    while place < len(part):
        month = _month(part[place])
        end = place
        while end < len(part) and _month(part[end]) == month:
            end += 1
        yield Asked(submission, declarant, part[place:end], start + place), month
        place = end


def _month(record: object) -> tuple[int, int] | None:
    day = day_of(record)
    return None if day is None or days_ready([record]) else month_of(day)


def _end(submission: Submission, state: str, fault: dict[str, object] | None = None) -> None:
    with transaction.atomic():
        submission.state, submission.fault, submission.content = state, fault, None
        submission.finished_at = timezone.now()
        submission.save()
        announce("submission.finished", submission.organisation, {
            "submission": str(submission.pk), "state": state, "declarations": submission.declarations,
            "decided": submission.decided, "refused": submission.refused,
        }, sandbox=submission.sandbox)  # fmt: skip
