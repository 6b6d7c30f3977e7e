"""Declarations under way: completed, looked over before they are taken in and after, each refused by itself."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from passavant.clearance.prepared import PreparedClearance
from passavant.dataset.live import Taken
from passavant.portal.declarations import refusals
from passavant.portal.declarations.asked import Asked, Told, record_digest
from passavant.portal.declarations.models import Entry
from passavant.portal.declarations.submitting import items_in

__all__ = ["Declaration", "completed", "refuse_at_sight", "refuse_others", "refuse_unread", "without_twins"]

#: Most characters of what the journal is searched by.
_LONGEST = {
    name: int(getattr(Entry._meta.get_field(name), "max_length", 0))
    for name in ("consignment_id", "declaration_id", "s10", "house_waybill", "order_id")
}


@dataclass
class Declaration:
    """One record under way.

    Attributes:
        asked: The request that it came in.
        record: Its place there, from 1.
        declared: What was sent.
        content: The same, completed.
        told: What became of it, once that is known.
        entry: Its entry in the journal, once it is one.
        places: Its rows among those taken in.
        twin: One that says the same and came before.
    """

    asked: Asked
    record: int
    declared: Any
    content: Any
    told: Told | None = None
    entry: Entry | None = None
    places: list[int] = field(default_factory=list)
    twin: Declaration | None = None

    @property
    def declaration_id(self) -> str | None:
        """Its number, where it could be read."""
        return self.entry.declaration_id if self.entry else None

    def refuse(self, *errors: Mapping[str, Any], declaration_id: str | None = None) -> None:
        """Refuse it."""
        self.told = Told(self.record, "refused", errors=errors, declaration_id=declaration_id)


def completed(declared: Any, asked: Asked) -> Any:
    """Fill in the declarant, and the time of receipt as that of lodging, where the record and its items leave them out."""
    if not isinstance(declared, dict):
        return declared
    found = dict(declared)
    if not _says(declared, "declarant_id"):
        found["declarant_id"] = asked.declarant_id
    if not _says(declared, "lodged_at") and not _says(declared, "accepted_at"):
        found["lodged_at"] = f"{asked.submission.received_at:%Y-%m-%dT%H:%M:%S.%fZ}"
    return found


def _says(declared: Mapping[str, Any], name: str) -> bool:
    return any(part.get(name) not in (None, "") for part in _parts(declared))


def without_twins(every: Sequence[Declaration]) -> list[Declaration]:
    """Return the declarations, of those that say the same the first alone: a request sent twice at once is decided once."""
    first: dict[tuple[str, str], Declaration] = {}
    for one in every:
        kept = first.setdefault((one.asked.declarant_id, record_digest(one.declared)), one)
        one.twin = None if kept is one else kept
    return [one for one in every if one.twin is None]


def refuse_at_sight(every: Sequence[Declaration]) -> list[Declaration]:
    """Refuse what must not be taken in with the others; return the rest.

    A declaration of somebody else would spoil that one's own; one with too many items, or with text that cannot be written,
    would hold up everybody.
    """
    for one in every:
        error = _fault_at_sight(one)
        if error is not None:
            one.refuse(error)
    return [one for one in every if one.told is None]


def _fault_at_sight(one: Declaration) -> Mapping[str, Any] | None:
    count = items_in(one.declared)
    if count > refusals.MOST_ITEMS:
        return refusals.too_many_items(count)
    try:
        json.dumps(one.declared, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return refusals.not_text()
    strangers = [
        name
        for part in _parts(one.content)
        if (name := part.get("declarant_id")) not in (None, "", one.asked.declarant_id)
    ]
    return refusals.not_yours(str(strangers[0]), one.asked.declarant_id) if strangers else None


def _parts(content: Any) -> list[Mapping[str, Any]]:
    """Return a record and the goods items in it."""
    if not isinstance(content, dict):
        return []
    items = content.get("items")
    return [content, *(item for item in (items if isinstance(items, list) else []) if isinstance(item, dict))]


def refuse_unread(every: Sequence[Declaration], taken: Taken) -> None:
    """Refuse the records of which a row could not be read."""
    found: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    names: dict[int, str | None] = {}
    for row in taken.rejected:
        found[row.source_row] += [error.as_record() for error in row.errors]
        names[row.source_row] = row.declaration_id
    for number, errors in found.items():
        every[number - 1].refuse(*errors, declaration_id=names[number])


def refuse_others(every: Sequence[Declaration], taken: Taken, ready: PreparedClearance) -> None:
    """Refuse declarations to others, of days that are not ready, with identifiers too long, and records that hold several.

    The entries of the others are noted.
    """
    covered = ready.covers(taken.items).to_pylist()
    columns = ["source_row", "consignment_id", "administration", "declarant_id", "declaration_id", "version",
               "s10", "house_waybill", "order_id"]  # fmt: skip
    for place, row in enumerate(taken.items.select(columns).to_pylist()):
        one = every[row["source_row"] - 1]
        if one.told is not None:
            continue
        one.places.append(place)
        error = _fault_of(row, one, ready, covered[place])
        if error is not None:
            one.refuse(error, declaration_id=row["declaration_id"])
        elif one.entry is None:
            one.entry = _entry(one, row)
        elif (one.entry.consignment_id, one.entry.version) != (row["consignment_id"], row["version"]):
            one.refuse(refusals.several(), declaration_id=row["declaration_id"])
    for one in every:
        if one.told is None and one.entry is None:  # its rows belong to a consignment that another record spoilt
            one.refuse(refusals.spoilt())
        if one.told is not None:
            one.entry = None


def _fault_of(row: Mapping[str, Any], one: Declaration, ready: PreparedClearance, covered: bool) -> Any:
    if row["declarant_id"] != one.asked.declarant_id:
        return refusals.not_yours(row["declarant_id"], one.asked.declarant_id)
    if row["administration"] != ready.grounds.policy.id:
        return refusals.elsewhere(row["administration"], ready.grounds.policy.id)
    if not covered:
        return refusals.other_day()
    for name in ("declaration_id", "consignment_id"):
        if len(row[name]) > (limit := _LONGEST[name]):
            return refusals.too_long("declaration_id", limit)
    return None


def _fitting(row: Mapping[str, Any], name: str) -> str:
    """Return a number by which the entry is found; one longer than any is nobody's, and not kept for that."""
    value = row[name] or ""
    return value if len(value) <= _LONGEST[name] else ""


def _entry(one: Declaration, row: Mapping[str, Any]) -> Entry:
    submission = one.asked.submission
    return Entry(
        submission=submission, record=one.record, organisation_id=submission.organisation_id, sandbox=submission.sandbox,
        consignment_id=row["consignment_id"], declaration_id=row["declaration_id"], version=row["version"],
        digest=record_digest(one.declared), **{name: _fitting(row, name) for name in ("s10", "house_waybill", "order_id")},
    )  # fmt: skip
