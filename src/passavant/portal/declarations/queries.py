"""Looking up submissions and declarations: a caller sees its own organisation's, of its own kind of data."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from passavant.dataset.barcodes import read_scan
from passavant.errors import NotFound
from passavant.portal.declarations.answers import answer_of
from passavant.portal.declarations.journal import told_of
from passavant.portal.declarations.models import Entry, Submission
from passavant.portal.declarations.standing import standings, that_stand
from passavant.portal.operators.callers import Caller

__all__ = ["PAGE", "own_entries", "own_entry", "own_submission", "page_of", "scanned", "submission_page"]

#: Declarations of a submission shown at a time.
PAGE = 500
_MOST_FOUND = 50


def own_entries(caller: Caller) -> QuerySet[Entry]:
    """Return the declarations that a caller may see."""
    return Entry.objects.filter(organisation=caller.organisation, sandbox=caller.sandbox)


def own_entry(caller: Caller, wanted: str, version: int | None) -> Entry:
    """Return a declaration by consignment id or declaration number: the newest version, or the one asked for.

    Raises:
        NotFound: the caller has none of that name.
    """
    found = own_entries(caller).filter(Q(consignment_id=wanted) | Q(declaration_id=wanted))
    if version is not None:
        found = found.filter(version=version)
    entry = found.select_related("batch", "organisation").order_by("-version").first()
    if entry is None:
        raise _unknown(wanted)
    return entry


def own_submission(caller: Caller, wanted: uuid.UUID) -> Submission:
    """Return a request of the caller's.

    Raises:
        NotFound: there is none.
    """
    found = Submission.objects.filter(pk=wanted, organisation=caller.organisation, sandbox=caller.sandbox).first()
    if found is None:
        raise _unknown(str(wanted))
    return found


def submission_page(submission: Submission, after: int) -> dict[str, Any]:
    """Return how far a request is, and what became of its records after a place."""
    told = told_of(submission, after, PAGE)
    return {
        "submission": submission.pk,
        "sandbox": submission.sandbox,
        "state": submission.state,
        "total": submission.declarations,
        "done": submission.done,
        "decided": submission.decided,
        "refused": submission.refused,
        "fault": submission.fault,
        "ignored": submission.ignored,
        "declarations": [answer_of(one) for one in told],
        "next": told[-1].record if len(told) == PAGE else None,
    }


def page_of(caller: Caller, outcome: str | None, state: str | None, before: int | None, limit: int) -> dict[str, Any]:
    """Return a page of a caller's declarations, the newest first."""
    found = own_entries(caller).order_by("-pk")
    if state is not None:
        found = that_stand(found, state, [caller.organisation.pk])
    if outcome is not None:
        found = found.filter(outcome=outcome)
    if before is not None:
        found = found.filter(pk__lt=before)
    rows: Sequence[Entry] = list(found[: limit + 1])
    return {
        "declarations": _short(rows[:limit]),
        "next": rows[limit - 1].pk if len(rows) > limit else None,
    }


def scanned(caller: Caller, code: str, host: str) -> dict[str, Any]:
    """Return what a bar code says, and the declarations that it stands for.

    Raises:
        BadInput: the code cannot be read.
    """
    read = read_scan(code, own_hosts=[host])
    named = (
        Q(s10=read.value) | Q(house_waybill=read.value) | Q(order_id=read.value)
        | Q(declaration_id=read.value) | Q(consignment_id=read.value)
    )  # fmt: skip
    found = own_entries(caller).filter(named).order_by("-pk")[:_MOST_FOUND]
    note = read.note
    return {
        "kind": read.kind,
        "value": read.value,
        "note": {"en": note.en, "fr": note.fr} if note else None,
        "declarations": _short(list(found)),
    }


def _short(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    return [
        {
            "id": entry.pk,
            "consignment_id": entry.consignment_id,
            "declaration_id": entry.declaration_id,
            "version": entry.version,
            "event": entry.kind,
            "outcome": entry.outcome or None,
            "state": standing,
            "category": entry.category,
            "at": entry.at.isoformat(),
        }
        for entry, standing in zip(entries, standings(entries), strict=True)
    ]


def _unknown(wanted: str) -> NotFound:
    return NotFound(
        "declarations.unknown",
        got=(f"{wanted}, which is none of your organisation's", f"{wanted}, qui n'est pas de votre organisation"),
        expected=("a declaration or a request that it sent", "une déclaration ou une requête qu'elle a envoyée"),
        next_step=("Check the number; sandbox keys see trial data alone.", "Vérifiez le numéro ; les clés d'essai ne voient que les données d'essai."),
    )  # fmt: skip
