"""The console's services, by the names that other apps use.

``open_cases`` and ``close_cancelled`` belong into the transaction that acknowledges a declaration or its cancellation;
``open_from_run`` opens the cases of a published run.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from passavant.errors import BadInput, PassavantError, Place
from passavant.portal.api.problems import Refusal
from passavant.portal.cases import refusals
from passavant.portal.cases.acting import Seen, act, approve, reject, take, take_next, withdraw
from passavant.portal.cases.carrying_out import role_of
from passavant.portal.cases.facts import explanation_of, names_of, party_keys
from passavant.portal.cases.inspections import Finding, record_result, results_table
from passavant.portal.cases.models import Capacity, Case, State
from passavant.portal.cases.opening import close_cancelled, open_cases
from passavant.portal.cases.queries import LANES, case_of
from passavant.portal.cases.runs import open_from_run
from passavant.portal.people.models import Person
from passavant.portal.trail.services import record

__all__ = [
    "Done", "Finding", "Seen", "act", "act_on_many", "approve", "close_cancelled", "open_cases", "open_from_run", "read_names",
    "record_result", "reject", "results_table", "set_capacity", "take", "take_next", "withdraw",
]  # fmt: skip

#: Most cases that are acted on at once.
MOST_AT_ONCE = 200


@dataclass(frozen=True)
class Done:
    """What became of one of several cases: done, waiting for a second person, or refused and why."""

    case: Case
    result: str
    error: PassavantError | None = None


def act_on_many(
    chosen: Sequence[tuple[int, int]],
    action: str,
    by: Person,
    reason: str,
    note: str,
    since: dt.datetime,
    question: str = "",
) -> list[Done]:
    """Act on several cases, one by one: what changed meanwhile is left, the others are done.

    Args:
        chosen: Number and revision of each, as the page showed them.
        action: What is done.
        by: Who.
        reason: One for all.
        note: Likewise.
        since: When the page was shown.
        question: What is asked of the declarants.
    """
    if len(chosen) > MOST_AT_ONCE:
        raise BadInput(
            "cases.many",
            got=(f"{len(chosen)} cases", f"{len(chosen)} dossiers"),
            expected=(f"at most {MOST_AT_ONCE}", f"{MOST_AT_ONCE} au plus"),
            next_step=("Choose fewer.", "Choisissez-en moins."),
            place=Place(field="case"),
        )
    found = []
    for number, revision in chosen:
        try:
            case = act(number, action, by, reason, note, seen=Seen(revision, since), question=question)
        except Refusal as error:
            found.append(Done(case_of(number), "left", error))
        else:
            found.append(Done(case, "proposed" if case.state == State.SECOND else "done"))
    return found


def read_names(case: Case, by: Person, purpose: str) -> list[dict[str, object]]:
    """Return the names of a case's parties, after recording who reads them and why.

    Raises:
        BadInput: no purpose is stated.
    """
    stated = " ".join(purpose.split())
    if len(stated) < len("why"):
        raise refusals.no_purpose()
    keys = party_keys(explanation_of(case))
    with transaction.atomic():
        rows = names_of(case, keys, reader=by.email, purpose=stated)
        record(
            "passavant.case.names_read", actor=by.email, role=role_of(by), object_type="consignment",
            object_id=case.consignment_id, purpose=stated[:500], data={"keys": len(keys), "rows": len(rows)},
        )  # fmt: skip
    return rows


@transaction.atomic
def set_capacity(given: Iterable[tuple[str, int]], by: Person) -> None:
    """Say how many cases of each lane a day holds."""
    for lane, per_day in given:
        if lane in LANES:
            Capacity.objects.update_or_create(lane=lane, defaults={"per_day": per_day})
            record("passavant.case.capacity_set", actor=by.email, role=role_of(by), object_type="lane", object_id=lane, data={"per_day": per_day})  # fmt: skip
