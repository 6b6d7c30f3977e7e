"""A decision carried out: the state it gives, its event, its entry in the trail, its announcement; all in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from passavant.portal.cases.addresses import answers_path, requests_path
from passavant.portal.cases.models import Case, CaseEvent, State
from passavant.portal.people.models import Person
from passavant.portal.people.roles import Role
from passavant.portal.trail.services import record
from passavant.portal.webhooks.services import announce

__all__ = ["carry_out", "note_event", "record_of", "role_of", "save_changed"]

_NEXT: Mapping[str, State] = {
    "release": State.RELEASED,
    "request_information": State.INFORMATION,
    "screen": State.SCREENING,
    "control": State.CONTROL,
    "refuse": State.REFUSED,
}
_TRAIL = {
    "release": "passavant.case.released",
    "request_information": "passavant.case.information_requested",
    "screen": "passavant.case.screened",
    "control": "passavant.case.controlled",
    "refuse": "passavant.case.refused",
}
_ANNOUNCED = {
    "release": "consignment.released",
    "request_information": "consignment.information_requested",
    "refuse": "consignment.refused",
}
_ENDS = (State.RELEASED, State.REFUSED)


def role_of(person: Person) -> str:
    """Return the role in which a person acts on cases."""
    return Role.OFFICER.value if Role.OFFICER in person.roles else Role.SUPERVISOR.value


def note_event(
    case: Case, action: str, by: Person, reason: str = "", note: str = "", data: Mapping[str, Any] | None = None
) -> None:
    """Add an event to a case."""
    _event(case, action, by.email, role_of(by), reason, note, data or {})


def _event(
    case: Case, action: str, by: str, role: str, reason: str, note: str, data: Mapping[str, Any], at: Any = None
) -> None:
    CaseEvent.objects.create(
        case=case, at=at or timezone.now(), action=action, by=by, role=role, reason=reason, note=note, data=dict(data)
    )


def carry_out(
    case: Case,
    action: str,
    by: str,
    role: str,
    reason: str,
    note: str,
    seconds: int,
    *,
    second: str,
    question: str = "",
) -> None:
    """Do what was decided: the new state, the event, the trail, and a word to whom it concerns."""
    now = timezone.now()
    case.state = _NEXT[action]
    case.closed_at = now if case.state in _ENDS else None
    save_changed(case, "state", "proposed", "closed_at")
    more = {name: text for name, text in (("second", second), ("question", question)) if text}
    _event(case, action, by, role, reason, note, more, now)
    told = {
        "advised": case.advised, "lane": case.lane, "declarant": case.declarant_id, "second": second,
        "seconds_since_opened": seconds, "reason": reason, "version": case.version,
    }  # fmt: skip
    record_of(_TRAIL[action], case, by, role, note or reason, told)
    _tell(case, action, reason)


def _tell(case: Case, action: str, reason: str) -> None:
    event = _ANNOUNCED.get(action)
    if event is None or case.organisation is None:
        return
    told: dict[str, Any] = {
        "consignment_id": case.consignment_id, "declaration_id": case.declaration_id, "version": case.version,
        "decision_id": case.decision_id,
    }  # fmt: skip
    if action == "request_information":
        told["asked"] = reason
        told["requests_url"] = requests_path(case.consignment_id)
        told["answers_url"] = answers_path(case.consignment_id)
    announce(event, case.organisation, told)


def save_changed(case: Case, *fields: str) -> None:
    """Save a case under its next revision."""
    case.revision += 1
    case.save(update_fields=[*fields, "revision"])


def record_of(action: str, case: Case, actor: str, role: str, purpose: str, data: Mapping[str, Any]) -> None:
    """Record something about a case in the trail."""
    record(
        action, actor=actor, role=role, object_type="consignment", object_id=case.consignment_id, purpose=purpose,
        data=data,
    )  # fmt: skip
