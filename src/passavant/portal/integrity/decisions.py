"""Officers' decisions as the trail tells them: what was advised, what was decided, by whom, with whom, when, how fast."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from passavant.portal.trail.models import LogEntry

__all__ = ["APPROVED", "DECIDED", "Decision", "decisions_between"]

#: The outcome that each action of an officer gives; a refusal weighs as a control.
DECIDED = {
    "passavant.case.released": "release",
    "passavant.case.information_requested": "request_information",
    "passavant.case.screened": "screen",
    "passavant.case.controlled": "control",
    "passavant.case.refused": "control",
}
APPROVED = "passavant.case.approved"
_ORDER = {
    name: rank for rank, name in enumerate(("release", "request_information", "screen", "control", "do_not_load"))
}


@dataclass(frozen=True)
class Decision:
    """One decision.

    Attributes:
        person: Who decided: an e-mail address.
        consignment: Its id.
        at: When.
        advised: The outcome that the machine advised; empty where the trail does not say.
        decided: The outcome given.
        declarant: Whose consignment it is.
        second: Another person who approved; empty when the person was alone.
        seconds: From opening the case to deciding it; None where the trail does not say.
    """

    person: str
    consignment: str
    at: dt.datetime
    advised: str
    decided: str
    declarant: str
    second: str
    seconds: int | None

    @property
    def is_override(self) -> bool:
        """Whether it lies below the advice."""
        return _ORDER[self.decided] < _ORDER.get(self.advised, 0)


def decisions_between(start: dt.datetime, end: dt.datetime) -> list[Decision]:
    """Return the decisions from ``start`` to before ``end``, oldest first."""
    told = LogEntry.objects.filter(
        at__gte=start, at__lt=end, action__in=[*DECIDED, APPROVED], object_type="consignment"
    )
    approvals: dict[str, list[str]] = defaultdict(list)
    entries = []
    for entry in told.order_by("sequence").iterator(chunk_size=2000):
        if entry.action == APPROVED:
            approvals[entry.object_id].append(entry.actor)
        else:
            entries.append(entry)
    return [_decision(entry, approvals.get(entry.object_id, [])) for entry in entries]


def _decision(entry: LogEntry, approvers: list[str]) -> Decision:
    data = entry.data
    named = [str(data.get("second") or ""), *approvers]
    seconds = data.get("seconds_since_opened")
    return Decision(
        person=entry.actor,
        consignment=entry.object_id,
        at=entry.at,
        advised=str(data.get("advised") or ""),
        decided=DECIDED[entry.action],
        declarant=str(data.get("declarant") or ""),
        second=next((one for one in named if one and one != entry.actor), ""),
        seconds=seconds if isinstance(seconds, int) else None,
    )
