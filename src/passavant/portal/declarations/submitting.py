"""A request of declarations: read, decided at once when it is small, kept as a job when it is not."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db import IntegrityError, transaction
from django.db.models import Q

from passavant.dataset.readers.json_cells import exact_json
from passavant.dataset.unknown_fields import unknown_columns, unknown_fields
from passavant.errors import BadInput, Place
from passavant.portal.api.problems import Refusal
from passavant.portal.declarations.csv_body import read_csv
from passavant.portal.declarations.limits import AT_ONCE, MOST, MOST_ITEMS, too_many, too_many_items
from passavant.portal.declarations.models import Submission
from passavant.portal.operators.callers import Caller
from passavant.portal.people.models import Organisation

__all__ = [
    "Received",
    "earlier",
    "earlier_of",
    "is_small",
    "items_in",
    "other_request",
    "read_records",
    "receive",
    "wait_for_it",
]

#: Bytes of a body that is answered at once.
_SMALL_BODY = 1 << 20
Media = Literal["json", "csv"]
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Received:
    """A request as it came.

    Attributes:
        records: Its declarations.
        bad_lines: Lines of a CSV that could not be read, each as it will be refused.
        submission: Not saved yet.
        declarant_id: Whose declarations they must be.
        body: The body, for the job.
    """

    records: Sequence[Any]
    bad_lines: Sequence[Mapping[str, Any]]
    submission: Submission
    declarant_id: str
    body: bytes


def receive(caller: Caller, body: bytes, media: Media, idempotency_key: str | None, administration: str) -> Received:
    """Read a request.

    Raises:
        BadInput: it is no JSON or CSV, holds no declaration, or too many.
        Refusal: the caller has no declarant id.
    """
    if not caller.declarant_id:
        raise _no_declarant(caller.organisation)
    records, bad, columns = read_records(body, media, administration, caller.declarant_id)
    if not records and not bad:
        raise _empty()
    if len(records) > MOST:
        raise too_many(len(records))
    if (items := sum(map(items_in, records))) > MOST_ITEMS:
        raise too_many_items(items)
    submission = Submission(
        organisation=caller.organisation,
        key_id=caller.key.pk,
        sandbox=caller.sandbox,
        received_at=dt.datetime.now(dt.UTC),
        idempotency_key=idempotency_key or None,
        request_digest=hashlib.sha256(media.encode() + b"\0" + body).hexdigest(),
        media=media,
        declarations=len(records) + len(bad),
        refusals=list(bad),
        refused=len(bad),
        done=len(bad),
        ignored=unknown_columns(columns, len(records)) if media == "csv" else unknown_fields(records),
    )
    return Received(records, bad, submission, caller.declarant_id, body)


def items_in(record: Any) -> int:
    """Return how many goods items a record holds."""
    items = record.get("items") if isinstance(record, dict) else None
    return len(items) if isinstance(items, list) else 1


def is_small(received: Received) -> bool:
    """Return whether a request is answered at once: few declarations, and not many goods items or bytes."""
    few = 0 < len(received.records) <= AT_ONCE and len(received.body) <= _SMALL_BODY
    return few and sum(map(items_in, received.records)) <= 10 * AT_ONCE


def read_records(
    body: bytes, media: str, administration: str, declarant: str
) -> tuple[list[Any], list[dict[str, Any]], list[str]]:
    """Return the declarations of a body, the lines that could not be read as refusals, and columns that nothing reads.

    A JSON body is one declaration, an array of them, or ``{"declarations": […]}``.

    Raises:
        BadInput: it cannot be read at all.
    """
    if media == "csv":
        return read_csv(body, administration, declarant)
    try:
        value = exact_json(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise _no_json(error) from error
    if isinstance(value, dict) and isinstance(value.get("declarations"), list):
        value = value["declarations"]
    return (value if isinstance(value, list) else [value]), [], []


def earlier(submission: Submission) -> Submission | None:
    """Return the earlier submission of the same idempotency key, None when there is none.

    Raises:
        Refusal: it was another request.
    """
    return earlier_of([submission]).get(submission.pk) if submission.idempotency_key else None


def earlier_of(submissions: Sequence[Submission]) -> dict[uuid.UUID, Submission]:
    """Return, by the number of each submission, what stands already of it or under its idempotency key.

    Raises:
        Refusal: under the key of one stands another request.
    """
    keys = [one.idempotency_key for one in submissions if one.idempotency_key]
    standing = Q(pk__in=[one.pk for one in submissions])
    if keys:
        standing |= Q(idempotency_key__in=keys)
    stored = list(Submission.objects.filter(standing).defer("content"))
    by_number = {one.pk: one for one in stored}
    by_key = {_named(one): one for one in stored if one.idempotency_key}
    found: dict[uuid.UUID, Submission] = {}
    for one in submissions:
        known = by_number.get(one.pk) or (by_key.get(_named(one)) if one.idempotency_key else None)
        if known is not None and known.request_digest != one.request_digest:
            raise other_request(one.idempotency_key or str(one.pk))
        if known is not None:
            found[one.pk] = known
    return found


def _named(submission: Submission) -> tuple[int, bool, str | None]:
    return submission.organisation_id, submission.sandbox, submission.idempotency_key


def wait_for_it(received: Received) -> Submission:
    """Keep a request to be decided by the decision process; sent again under one key it is the same job."""
    submission = received.submission
    submission.content, submission.state = received.body, Submission.State.WAITING
    try:
        with transaction.atomic():
            submission.save(force_insert=True)
    except IntegrityError:
        found = earlier(submission)
        if found is None:
            raise
        return found
    return submission


def _no_json(error: Exception) -> BadInput:
    return BadInput(
        "declarations.body.not_json",
        got=(f"a body that is no JSON: {error}", f"un corps qui n'est pas du JSON : {error}"),
        expected=("a declaration, or an array of declarations", "une déclaration, ou un tableau de déclarations"),
        next_step=("Correct it, or send CSV with Content-Type: text/csv.", "Corrigez-le, ou envoyez du CSV avec Content-Type: text/csv."),
        place=Place(field="body"),
    )  # fmt: skip


def _empty() -> BadInput:
    return BadInput(
        "declarations.body.empty",
        got=("no declaration", "aucune déclaration"),
        expected=(f"one to {MOST} declarations", f"une à {MOST} déclarations"),
        next_step=("Send at least one.", "Envoyez-en au moins une."),
        place=Place(field="body"),
    )


def _no_declarant(organisation: Organisation) -> Refusal:
    return Refusal(
        "declarations.declarant.unknown",
        got=(f"{organisation}, an organisation without declarant id", f"{organisation}, une organisation sans identifiant de déclarant"),
        expected=("the key of an organisation that declares", "la clé d'une organisation qui déclare"),
        next_step=("Ask customs to set the organisation's declarant id.", "Demandez à la douane de renseigner l'identifiant de déclarant."),
        status=403,
    )  # fmt: skip


def other_request(key: str) -> Refusal:
    """Return the refusal of a request whose key stands for another."""
    return Refusal(
        "declarations.idempotency.other_request",
        got=(f"another request under the Idempotency-Key {key}", f"une autre requête sous l'Idempotency-Key {key}"),
        expected=("the same body as before, or a key of its own", "le même corps qu'auparavant, ou une clé propre"),
        next_step=("Make a new key for each new request.", "Créez une nouvelle clé pour chaque nouvelle requête."),
        status=422,
    )
