"""The work of the desk: what waits together is decided together; large submissions part by part, in between."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from passavant.errors import PassavantError
from passavant.portal.declarations.asked import Asked, Told
from passavant.portal.declarations.days import day_of, days_ready, month_of
from passavant.portal.declarations.desk import Desk
from passavant.portal.declarations.journal import told_of, with_decisions
from passavant.portal.declarations.models import Submission
from passavant.portal.declarations.refusals import unforeseen
from passavant.portal.declarations.submitting import earlier_of, items_in, other_request, read_records
from passavant.portal.webhooks.services import announce

__all__ = ["decide_at_once", "told_again", "work_on_one"]

#: Records of a large submission that are decided together, in one transaction, and about how many goods items: while others wait
#: for answers in between, and while nobody does.
PART, LARGE_PART = (2_000, 6_000), (10_000, 30_000)
_log = logging.getLogger(__name__)


def decide_at_once(desk: Desk, asked: Sequence[Asked], *, sandbox: bool) -> list[list[Told]]:
    """Decide small requests together; one that came before under its idempotency key is answered as it was.

    Raises:
        Refusal: a key stands for another request (asked one by one, see :mod:`.process`).
    """
    stored = earlier_of([one.submission for one in asked])
    known = {id(one): stored[one.submission.pk] for one in asked if one.submission.pk in stored}
    twins = _twins([one for one in asked if id(one) not in known])
    new = [one for one in asked if id(one) not in known and id(one) not in twins]
    told = map(with_decisions, desk.decide(new, sandbox=sandbox) if new else [])
    decided = dict(zip(map(id, new), told, strict=True))
    for one in asked:
        one.submission = known.get(id(one)) or (twins[id(one)].submission if id(one) in twins else one.submission)
    return [told_again(one.submission) if id(one) in known else decided[id(twins.get(id(one), one))] for one in asked]


def _twins(asked: Sequence[Asked]) -> dict[int, Asked]:
    """Return, for each request that another of them repeats under its key, the first of that key.

    Raises:
        Refusal: one of them says something else under the same key.
    """
    first: dict[tuple[int, bool, str], Asked] = {}
    twins: dict[int, Asked] = {}
    for one in asked:
        submission = one.submission
        if not submission.idempotency_key:
            continue
        kept = first.setdefault((submission.organisation_id, submission.sandbox, submission.idempotency_key), one)
        if kept is not one:
            if kept.submission.request_digest != submission.request_digest:
                raise other_request(submission.idempotency_key)
            twins[id(one)] = kept
    return twins


def told_again(submission: Submission) -> list[Told]:
    """Return what became of a submission's declarations, from the journal."""
    return told_of(submission, 0, submission.declarations)


def work_on_one(desk: Desk, *, quiet: bool = False) -> bool:
    """Decide the next part of the oldest large submission; return whether there was one.

    Args:
        desk: Where.
        quiet: Whether nobody waits for an answer meanwhile: the part is larger, which is quicker.
    """
    submission = (
        Submission.objects.filter(state=Submission.State.WAITING)
        .select_related("organisation")
        .defer("content")
        .order_by("received_at")
        .first()
    )
    if submission is None:
        return False
    try:
        _part(desk, submission, LARGE_PART if quiet else PART)
    except (OperationalError, InterfaceError):
        raise  # the database is away: the job waits
    except Exception as error:  # noqa: BLE001  # the jobs behind it must not wait for it for ever
        _log.exception("the submission %s cannot be decided", submission.pk)
        told = error if isinstance(error, PassavantError) else unforeseen(error)
        _end(submission, Submission.State.FAILED, fault=told.record("en") | {"fr": told.record("fr")})
    return True


def _part(desk: Desk, submission: Submission, most: tuple[int, int]) -> None:
    """Decide the next records of one month, so many as are quickly done: what waits for an answer comes in between."""
    numbered = _records(desk, submission)
    lines = submission.declarations - len(numbered)
    rest = numbered[submission.done - lines :]
    if rest:
        month = _month(rest[0][1])
        part = _first_part(rest, month, most)
        asked = Asked(
            submission, submission.organisation.declarant_id, [one for _, one in part], [no for no, _ in part]
        )
        if month is None or days_ready(asked.records):
            desk.decide([asked], sandbox=submission.sandbox)
        else:
            desk.decide_month(asked, month, sandbox=submission.sandbox)
    if submission.done >= submission.declarations:
        _end(submission, Submission.State.FINISHED)


def _first_part(
    rest: Sequence[tuple[int, Any]], month: tuple[int, int] | None, most: tuple[int, int]
) -> list[tuple[int, Any]]:
    """Return the first records of one month, few enough by number and by goods items."""
    part: list[tuple[int, Any]] = []
    items = 0
    for number, record in rest[: most[0]]:
        items += items_in(record)
        if part and (items > most[1] or _month(record) != month):
            break
        part.append((number, record))
    return part


_read: dict[uuid.UUID, list[tuple[int, Any]]] = {}


def _records(desk: Desk, submission: Submission) -> list[tuple[int, Any]]:
    """Return the records of a submission with their places, by month: read once for all its parts."""
    if submission.pk not in _read:
        _read.clear()
        body, owner = bytes(submission.content or b""), submission.organisation.declarant_id
        records = read_records(body, submission.media, desk.grounds.policy.id, owner)[0]
        _read[submission.pk] = sorted(enumerate(records, 1), key=lambda one: _month(one[1]) or (0, 0))
    return _read[submission.pk]


def _month(record: Any) -> tuple[int, int] | None:
    day = day_of(record)
    return None if day is None else month_of(day)


def _end(submission: Submission, state: str, fault: dict[str, object] | None = None) -> None:
    _read.clear()
    with transaction.atomic():
        submission.state, submission.fault, submission.content = state, fault, None
        submission.finished_at = timezone.now()
        submission.save()
        announce("submission.finished", submission.organisation, {
            "submission": str(submission.pk), "state": state, "declarations": submission.declarations,
            "decided": submission.decided, "refused": submission.refused,
        }, sandbox=submission.sandbox)  # fmt: skip
