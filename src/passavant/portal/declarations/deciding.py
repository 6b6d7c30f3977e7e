"""Declarations decided together: taken in, compared with what stands, cleared, and written to the journal in one transaction.

One bad declaration never holds up the others: what cannot be read is refused by itself, and what makes the clearance fail is
found by halving and refused too.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import IntegrityError, transaction

from passavant.clearance.prepared import Cleared, PreparedClearance
from passavant.dataset.live import LiveIntake, Taken
from passavant.portal.declarations import refusals
from passavant.portal.declarations.asked import Asked, Progress, Told, record_digest
from passavant.portal.declarations.journal import append
from passavant.portal.declarations.models import Entry
from passavant.portal.declarations.signals import decided

__all__ = ["decide"]

_log = logging.getLogger(__name__)
_TRIES = 3
#: Up to so many, every decision is put into words at once.
_FEW = 400


@dataclass
class _Declaration:
    """One record under way."""

    asked: Asked
    record: int
    declared: Any
    content: Any
    told: Told | None = None
    entry: Entry | None = None
    places: list[int] = field(default_factory=list)
    twin: _Declaration | None = None

    @property
    def declaration_id(self) -> str | None:
        return self.entry.declaration_id if self.entry else None

    def refuse(self, *errors: Mapping[str, Any], declaration_id: str | None = None) -> None:
        self.told = Told(self.record, "refused", errors=errors, declaration_id=declaration_id)


def decide(asked: Sequence[Asked], intake: LiveIntake, ready: PreparedClearance, *, sandbox: bool) -> list[list[Told]]:
    """Decide, and keep what was decided: what is returned is on the disk.

    Args:
        asked: Parts of submissions, all of trial data or none.
        intake: Made for the deployment's secret.
        ready: The clearance; every record's day must lie in its span.
        sandbox: Whether this is trial data.

    Returns:
        For each part, what became of its records, in order.
    """
    before = [Progress.of(one.submission) for one in asked]
    for attempt in range(_TRIES):
        try:
            return _decide(asked, intake, ready, sandbox)
        except IntegrityError:  # another process took a version between the look and the writing
            if attempt == _TRIES - 1:
                raise
        for one, progress in zip(asked, before, strict=True):
            progress.restore(one.submission)
    raise AssertionError


def _decide(asked: Sequence[Asked], intake: LiveIntake, ready: PreparedClearance, sandbox: bool) -> list[list[Told]]:
    every = [
        _Declaration(one, one.first + place, content, _completed(content, one))
        for one in asked
        for place, content in enumerate(one.records, 1)
    ]
    once = _without_twins(every)
    taken = intake.take([one.content for one in once], "")
    _refuse_unread(once, taken)
    _refuse_strangers(once, taken, ready)
    _compare_with_standing(once, sandbox)
    at = dt.datetime.now(dt.UTC)
    cleared = _cleared(once, taken, ready, at)
    decisions, items = _rows(cleared, once)
    found = _told(every, decisions, items)
    refusals.keep(asked, found)
    entries = [one.entry for one in once if one.entry]
    with transaction.atomic():
        append(asked, entries, cleared, taken.parties, ready.grounds, at, sandbox=sandbox)
        decided.send(Entry, entries=entries, decisions=decisions, items=items)
    return found


def _completed(declared: Any, asked: Asked) -> Any:
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
    items = declared.get("items")
    parts = [declared, *(item for item in (items if isinstance(items, list) else []) if isinstance(item, dict))]
    return any(part.get(name) not in (None, "") for part in parts)


def _without_twins(every: Sequence[_Declaration]) -> list[_Declaration]:
    """Return the declarations, of those that say the same the first alone: a request sent twice at once is decided once."""
    first: dict[tuple[str, str], _Declaration] = {}
    for one in every:
        kept = first.setdefault((one.asked.declarant_id, record_digest(one.declared)), one)
        one.twin = None if kept is one else kept
    return [one for one in every if one.twin is None]


def _refuse_unread(every: Sequence[_Declaration], taken: Taken) -> None:
    """Refuse the records of which a row could not be read."""
    found: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    names: dict[int, str | None] = {}
    for row in taken.rejected:
        found[row.source_row] += [error.as_record() for error in row.errors]
        names[row.source_row] = row.declaration_id
    for number, errors in found.items():
        every[number - 1].refuse(*errors, declaration_id=names[number])


def _refuse_strangers(every: Sequence[_Declaration], taken: Taken, ready: PreparedClearance) -> None:
    """Refuse declarations of another declarant or administration, and records that hold several; note the others' entries."""
    columns = ["source_row", "consignment_id", "administration", "declarant_id", "declaration_id", "version",
               "s10", "house_waybill", "order_id"]  # fmt: skip
    for place, row in enumerate(taken.items.select(columns).to_pylist()):
        one = every[row["source_row"] - 1]
        if one.told is not None:
            continue
        one.places.append(place)
        if row["declarant_id"] != one.asked.declarant_id:
            one.refuse(
                refusals.not_yours(row["declarant_id"], one.asked.declarant_id), declaration_id=row["declaration_id"]
            )
        elif row["administration"] != ready.grounds.policy.id:
            one.refuse(
                refusals.elsewhere(row["administration"], ready.grounds.policy.id), declaration_id=row["declaration_id"]
            )
        elif one.entry is None:
            one.entry = _entry(one, row)
        elif (one.entry.consignment_id, one.entry.version) != (row["consignment_id"], row["version"]):
            one.refuse(refusals.several(), declaration_id=row["declaration_id"])
    for one in every:
        if one.told is None and one.entry is None:  # its rows belong to a consignment that another record spoilt
            one.refuse(refusals.spoilt())
        if one.told is not None:
            one.entry = None


def _entry(one: _Declaration, row: Mapping[str, Any]) -> Entry:
    submission = one.asked.submission
    return Entry(
        submission=submission, record=one.record, organisation_id=submission.organisation_id, sandbox=submission.sandbox,
        consignment_id=row["consignment_id"], declaration_id=row["declaration_id"], version=row["version"],
        digest=record_digest(one.declared), s10=row["s10"] or "", house_waybill=row["house_waybill"] or "",
        order_id=row["order_id"] or "",
    )  # fmt: skip


def _compare_with_standing(every: Sequence[_Declaration], sandbox: bool) -> None:
    """Refuse a version that says something else than it did, or comes after a later one; know again what was decided."""
    names = {one.entry.consignment_id for one in every if one.entry}
    standing: dict[str, dict[int, Entry]] = defaultdict(dict)
    for entry in Entry.objects.filter(sandbox=sandbox, consignment_id__in=names):
        standing[entry.consignment_id][entry.version] = entry
    for one in every:
        if one.entry is None:
            continue
        versions = standing[one.entry.consignment_id]
        newest = max(versions, default=0)
        same = versions.get(one.entry.version)
        if same is not None and same.digest == one.entry.digest:
            one.told, one.entry = Told(one.record, "known", entry=same), None
        elif same is not None or one.entry.version < newest:
            one.refuse(refusals.taken_version(one.entry.version, newest), declaration_id=one.entry.declaration_id)
            one.entry = None
        else:
            one.entry.kind = Entry.Kind.AMENDED if newest else Entry.Kind.LODGED
            one.entry.supersedes = versions[newest].decision_id if newest else ""
            versions[one.entry.version] = one.entry


def _cleared(every: Sequence[_Declaration], taken: Taken, ready: PreparedClearance, at: dt.datetime) -> Cleared | None:
    """Clear what stands; whatever makes the clearance fail is refused, and the rest cleared without it."""
    wanted = [one for one in every if one.entry]
    if not wanted:
        return None
    items = _own_rows(taken.items, wanted)
    try:
        return ready.run(items, at)
    except Exception:  # noqa: BLE001  # whatever it is, the other declarations must not wait for it
        _log.exception("a batch of %s declarations cannot be cleared; looking for the one", len(wanted))
    parts = list(_halved(wanted, taken.items, ready, at))
    if not parts:
        return None
    return Cleared(pa.concat_tables([one.items for one in parts]), pa.concat_tables([one.decisions for one in parts]))


def _halved(
    wanted: Sequence[_Declaration], items: pa.Table, ready: PreparedClearance, at: dt.datetime
) -> Iterable[Cleared]:
    try:
        yield ready.run(_own_rows(items, wanted), at)
    except Exception as error:  # noqa: BLE001
        if len(wanted) == 1:
            _log.exception("the declaration %s cannot be cleared", wanted[0].entry)
            wanted[0].refuse(refusals.fault(type(error).__name__), declaration_id=wanted[0].declaration_id)
            wanted[0].entry = None
            return
        middle = len(wanted) // 2
        yield from _halved(wanted[:middle], items, ready, at)
        yield from _halved(wanted[middle:], items, ready, at)


def _own_rows(items: pa.Table, wanted: Sequence[_Declaration]) -> pa.Table:
    """Return the rows of some declarations, each saying which submission it came in, and its place there."""
    places = np.array([place for one in wanted for place in one.places], np.int64)
    files = [str(one.asked.submission.pk) for one in wanted for _ in one.places]
    records = [one.record for one in wanted for _ in one.places]
    rows = items.take(pa.array(places))
    for name, values in (("source_file", pa.array(files, pa.string())), ("source_row", pa.array(records, pa.int64()))):
        rows = rows.set_column(rows.column_names.index(name), rows.schema.field(name), values)
    return rows


_Decisions = dict[tuple[str, int], Mapping[str, Any]]
_Items = dict[tuple[str, int], list[Mapping[str, Any]]]


def _rows(cleared: Cleared | None, once: Sequence[_Declaration]) -> tuple[_Decisions, _Items]:
    """Return decisions, each with the one that it takes the place of, and their goods items.

    Of many declarations, which nobody waits for, only of those that are not released: cases are opened for these.
    """
    if cleared is None:
        return {}, {}
    decided, goods = cleared.decisions, cleared.items
    if decided.num_rows > _FEW:
        decided = decided.filter(pc.not_equal(decided["outcome"], "release"))
        goods = goods.filter(pc.is_in(goods["consignment_id"], decided["consignment_id"].combine_chunks()))
    before = {(one.entry.consignment_id, one.entry.version): one.entry.supersedes or None for one in once if one.entry}
    items: _Items = defaultdict(list)
    for row in goods.to_pylist():
        items[_key(row)].append(row)
    return {_key(row): row | {"supersedes": before[_key(row)]} for row in decided.to_pylist()}, items


def _told(every: Sequence[_Declaration], decisions: _Decisions, items: _Items) -> list[list[Told]]:
    """Return what became of each record, part by part."""
    parts: dict[int, list[Told]] = defaultdict(list)
    for one in every:
        if one.entry is not None:
            key = (one.entry.consignment_id, one.entry.version)
            one.told = Told(
                one.record,
                "decided",
                one.entry,
                decision=decisions.get(key),
                items=items.get(key, ()),
            )
        if one.twin is not None:
            one.told = _of_twin(one.record, one.twin)
        assert one.told is not None  # noqa: S101  # every record was refused, known or decided
        parts[id(one.asked)].append(one.told)
    order = list(dict.fromkeys(id(one.asked) for one in every))
    return [parts[key] for key in order]


def _of_twin(record: int, twin: _Declaration) -> Told:
    assert twin.told is not None  # noqa: S101  # it comes before
    if twin.told.status == "refused":
        return replace(twin.told, record=record)
    return replace(twin.told, record=record, status="known")


def _key(row: Mapping[str, Any]) -> tuple[str, int]:
    return row["consignment_id"], row["version"]
