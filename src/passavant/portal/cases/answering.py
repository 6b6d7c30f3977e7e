"""What customs asks a declarant about a case and what the declarant answers: kept with the case, which goes back into the queue."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from passavant.portal.cases import answer_refusals as refusals
from passavant.portal.cases.acting import locked
from passavant.portal.cases.answer_files import FOLDER, Taken, taken
from passavant.portal.cases.carrying_out import save_changed
from passavant.portal.cases.due import answer_by
from passavant.portal.cases.kept_files import keep, keeping
from passavant.portal.cases.models import WAITING, Answer, AnswerFile, Case, CaseEvent, State
from passavant.portal.declarations.models import Entry
from passavant.portal.people.roles import Role
from passavant.portal.trail.services import record

__all__ = ["Word", "answer", "case_behind", "exchange_of", "takes_answer"]

#: Most answers about a case: beyond that, people speak to each other.
MOST_ANSWERS = 20
_ASKED = "request_information"


@dataclass(frozen=True)
class Word:
    """One thing that was asked or answered.

    Attributes:
        asked: The reason of a question, one of ``REASONS["request_information"]``; empty for an answer.
        text: In words: the officer's question, or the answer.
        by: Who; officers are not named to declarants.
    """

    at: dt.datetime
    by: str
    asked: str
    text: str
    files: Sequence[AnswerFile] = ()


def case_behind(entry: Entry) -> Case | None:
    """Return the case of a version of a declaration, if it has one."""
    return Case.objects.filter(entry=entry).first()


def exchange_of(case: Case) -> list[Word]:
    """Return what was asked and answered, the oldest first."""
    questions = [
        Word(event.at, event.by, event.reason, str(event.data.get("question", "")))
        for event in case.events.filter(action=_ASKED)
    ]
    answers = [
        Word(one.at, one.by, "", one.text, list(one.files.all())) for one in case.answers.prefetch_related("files")
    ]
    return sorted([*questions, *answers], key=lambda word: word.at)


def takes_answer(case: Case | None) -> bool:
    """Return whether an answer about a case is taken: it is open, and something is asked by an officer or by the clearance."""
    return case is not None and case.is_open and _is_asked(case)


def answer(entry: Entry, by: str, text: str, uploads: Sequence[UploadedFile[Any]] = ()) -> Answer:
    """Take an answer; the same sent twice is one.

    Args:
        entry: The version of the declaration that it is about.
        by: Who of the declarant's.
        text: In words.
        uploads: Files.

    Raises:
        BadInput: no text, or files of another kind or size.
        Refusal: the case is closed, nothing is asked, there are too many answers, or it is trial data (409); the
            operator sent more files today than a day holds (429).
    """
    said = _plain(text)
    if not 0 < len(said) <= refusals.LONGEST:
        raise refusals.text(len(said))
    case = _answerable(entry, case_behind(entry))
    files = taken(uploads)
    digests = [file.digest for file in files]
    whole = hashlib.sha256("\n".join([*digests, said]).encode()).hexdigest()
    if _known(case, whole) is None:
        _room(case, entry, files)  # nothing is kept of what is refused
    with keeping(FOLDER, digests, lambda: _named(digests)):
        for file in files:
            keep(FOLDER, file.content)
        with transaction.atomic():
            case = _answerable(entry, locked(case.pk))
            return _known(case, whole) or _kept(case, entry, by, said, whole, files)


def _known(case: Case, whole: str) -> Answer | None:
    return case.answers.filter(digest=whole).first()


def _named(digests: Sequence[str]) -> Sequence[str]:
    return list(AnswerFile.objects.filter(digest__in=digests).values_list("digest", flat=True))


def _room(case: Case, entry: Entry, files: Sequence[Taken]) -> None:
    """Refuse an answer for which the case, or the operator's day, has no room."""
    if case.answers.count() >= MOST_ANSWERS:
        raise refusals.too_many(MOST_ANSWERS)
    day = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    sent = AnswerFile.objects.filter(answer__organisation=entry.organisation_id, answer__at__gte=day)
    size, most = sum(len(file.content) for file in files), settings.PASSAVANT_ANSWER_MIB_A_DAY
    if size and size + (sent.aggregate(sum=Sum("size"))["sum"] or 0) > most << 20:
        raise refusals.too_large(most)


def _kept(case: Case, entry: Entry, by: str, text: str, whole: str, files: Sequence[Taken]) -> Answer:
    _room(case, entry, files)
    now = timezone.now()
    made = Answer.objects.create(
        case=case, organisation_id=entry.organisation_id, at=now, by=by, text=text, digest=whole
    )
    AnswerFile.objects.bulk_create(
        AnswerFile(answer=made, name=file.name, kind=file.kind, size=len(file.content), digest=file.digest)
        for file in files
    )
    _send_back(case)
    CaseEvent.objects.create(
        case=case, at=now, action="answer", by=by, role=Role.OPERATOR.value, data={"answer": made.pk, "files": len(files)}
    )  # fmt: skip
    record(
        "passavant.case.answered", actor=by, acting_for=entry.organisation.name, role=Role.OPERATOR.value,
        object_type="consignment", object_id=case.consignment_id, data={"files": len(files), "version": case.version},
    )  # fmt: skip
    return made


def _send_back(case: Case) -> None:
    """Put a case that waited for the declarant back into the queue; what is under control or proposed stays so."""
    waited = (State.INFORMATION, *WAITING)
    if case.state in waited:
        case.state, case.due_at = State.ANSWERED, answer_by(case.lane, timezone.now())  # customs' turn begins anew
    elif case.state == State.SECOND and case.proposed and case.proposed["before"] in waited:
        case.proposed = {**case.proposed, "before": State.ANSWERED.value}
    save_changed(case, "state", "due_at", "proposed")


def _answerable(entry: Entry, case: Case | None) -> Case:
    if entry.sandbox:
        raise refusals.trial()
    if case is None:
        raise refusals.not_asked()
    if not case.is_open:
        raise refusals.closed(case.state)
    if not _is_asked(case):
        raise refusals.not_asked()
    return case


def _is_asked(case: Case) -> bool:
    return case.advised == _ASKED or case.events.filter(action=_ASKED).exists()


def _plain(text: str) -> str:
    """Return a text without signs that nobody types: only lines remain of what steers."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("".join(sign if sign.isprintable() else " " for sign in line).rstrip() for line in lines).strip()
