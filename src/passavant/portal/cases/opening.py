"""Cases opened and closed by what declarants do: in the transaction that acknowledges it, or for a run of the lake."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F

from passavant.portal.cases.due import answer_by
from passavant.portal.cases.models import OPEN, Case, CaseEvent, State
from passavant.portal.declarations.models import Entry
from passavant.portal.people.roles import Role

__all__ = ["close_cancelled", "close_superseded", "made_case", "open_cases"]

_AT_ONCE = 500
_Key = tuple[str, int]


def open_cases(
    entries: Sequence[Entry],
    decisions: Mapping[_Key, Mapping[str, Any]],
    items: Mapping[_Key, Sequence[Mapping[str, Any]]],
) -> None:
    """Open a case for each declaration that is not released by itself; a newer version closes the case of an older one.

    Call it within the transaction that acknowledges them. Trial data opens none.

    Args:
        entries: As the journal holds them, saved.
        decisions: Their decisions, by consignment id and version.
        items: Their goods items, likewise.
    """
    real = [entry for entry in entries if not entry.sandbox and entry.decision_id]
    close_superseded(entry.consignment_id for entry in real if entry.version > 1)
    made = []
    for entry in real:
        if entry.outcome == "release":
            continue
        key = (entry.consignment_id, entry.version)
        case = made_case(decisions[key], items.get(key, ()), entry.at)
        case.entry, case.organisation_id = entry, entry.organisation_id
        made.append(case)
    # a published run may have opened the same case before: that must not keep a declaration from being acknowledged
    Case.objects.bulk_create(made, batch_size=_AT_ONCE, ignore_conflicts=True)


def close_superseded(consignments: Iterable[str]) -> None:
    """Close the open cases of older versions of some consignments."""
    _close(consignments, State.SUPERSEDED)


def close_cancelled(consignment_id: str, by: str, reason: str = "") -> None:
    """Close the open case of a consignment whose declarant cancelled it; its history says who, and why.

    Args:
        consignment_id: Which.
        by: Who cancelled.
        reason: Why, in the declarant's words.
    """
    longest = int(CaseEvent._meta.get_field("note").max_length or 0)
    with transaction.atomic():
        for case in Case.objects.filter(consignment_id=consignment_id, state__in=OPEN):
            CaseEvent.objects.create(
                case=case, at=dt.datetime.now(dt.UTC), action="cancel", by=by, role=Role.OPERATOR.value,
                note=reason[:longest],
            )  # fmt: skip
        _close([consignment_id], State.CANCELLED, {"cancelled_by": by})


def _close(consignments: Iterable[str], state: State, note: Mapping[str, str] | None = None) -> None:
    wanted = list(consignments)
    if wanted:
        Case.objects.filter(consignment_id__in=wanted, state__in=OPEN).update(
            state=state, closed_at=dt.datetime.now(dt.UTC), revision=F("revision") + 1, proposed=note
        )


def made_case(decision: Mapping[str, Any], items: Sequence[Mapping[str, Any]], at: dt.datetime) -> Case:
    """Return a case that is not saved yet.

    Args:
        decision: The decision.
        items: Its goods items.
        at: Since when it waits.
    """
    first: Mapping[str, Any] = items[0] if items else {}
    parts = [decision[name] for name in ("duty_minor", "vat_minor", "fees_minor")]
    codes = dict.fromkeys(str(row["hs_code"]) for row in items if row["hs_code"])
    texts = dict.fromkeys(str(row["description"]) for row in items if row["description"])
    case = Case(
        consignment_id=decision["consignment_id"], version=decision["version"],
        administration=decision["administration"], declarant_id=decision["declarant_id"],
        declaration_id=decision["declaration_id"], decision_id=decision["decision_id"] or "",
        advised=decision["outcome"], lane=decision["lane"], category=decision["category"],
        reasons=list(dict.fromkeys(one["code"] for one in decision["reasons"] or ())),
        party_key=decision["party_key"], law_on=decision["law_on"],
        s10=first.get("s10") or "", house_waybill=first.get("house_waybill") or "", order_id=first.get("order_id") or "",
        hs_codes="".join(f" {code}" for code in codes)[:500], description="; ".join(texts)[:1000],
        value_minor=decision["customs_value_minor"], due_minor=None if None in parts else sum(parts),
        currency=decision["currency_due"], opened_at=at, due_at=answer_by(decision["lane"], at),
    )  # fmt: skip
    for field in ("s10", "house_waybill", "order_id"):  # one longer than any is nobody's
        if len(getattr(case, field)) > int(getattr(Case._meta.get_field(field), "max_length", 0)):
            setattr(case, field, "")
    return case
