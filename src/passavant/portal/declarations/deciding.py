"""Declarations decided together: taken in, compared with what stands, cleared, and written to the journal in one transaction.

One bad declaration never holds up the others: what cannot be read is refused by itself, and what makes the clearance fail is
found by halving and refused too.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import IntegrityError, transaction

from passavant.clearance.prepared import Cleared, PreparedClearance
from passavant.dataset.live import LiveIntake, Taken
from passavant.portal.declarations import refusals
from passavant.portal.declarations.asked import Asked, Progress, Told
from passavant.portal.declarations.journal import append
from passavant.portal.declarations.models import Entry
from passavant.portal.declarations.rows import MANY
from passavant.portal.declarations.signals import CONTROLLED, decided, under_control
from passavant.portal.declarations.under_way import (
    Declaration,
    completed,
    refuse_at_sight,
    refuse_others,
    refuse_unread,
    without_twins,
)

__all__ = ["decide"]

_log = logging.getLogger(__name__)
_TRIES = 3
#: Up to so many, every decision is put into words at once; their entries have numbers, see :mod:`.rows`.
_FEW = MANY


def decide(asked: Sequence[Asked], intake: LiveIntake, ready: PreparedClearance, *, sandbox: bool) -> list[list[Told]]:
    """Decide, and keep what was decided: what is returned is on the disk.

    Args:
        asked: Parts of submissions, all of trial data or none.
        intake: Made for the deployment's secret.
        ready: The clearance; what does not lie in its span is refused.
        sandbox: Whether this is trial data.

    Returns:
        For each part, what became of its records, in order.
    """
    before = [Progress.of(one.submission) for one in asked]
    for attempt in range(_TRIES):
        try:
            return _decide(asked, intake, ready, sandbox)
        except BaseException as error:  # raised again, or tried again
            for one, progress in zip(asked, before, strict=True):
                progress.restore(one.submission)
            # another process took a version, or an officer the consignment, between the look and the writing
            if not isinstance(error, IntegrityError | _HeldMeanwhile) or attempt == _TRIES - 1:
                raise
    raise AssertionError


def _decide(asked: Sequence[Asked], intake: LiveIntake, ready: PreparedClearance, sandbox: bool) -> list[list[Told]]:
    every = [
        Declaration(one, number, content, completed(content, one))
        for one in asked
        for number, content in zip(one.numbers or range(1, len(one.records) + 1), one.records, strict=True)
    ]
    once = refuse_at_sight(without_twins(every))
    taken, once = _taken(once, intake)
    refuse_unread(once, taken)
    refuse_others(once, taken, ready)
    _compare_with_standing(once, sandbox)
    at = dt.datetime.now(dt.UTC)
    cleared = _cleared(once, taken, ready, at)
    decisions, items = _rows(cleared, once)
    found = _told(every, decisions, items)
    refusals.keep(asked, found)
    entries = [one.entry for one in once if one.entry]
    with transaction.atomic():
        if not sandbox:
            _refuse_held({one.consignment_id for one in entries if one.kind == Entry.Kind.AMENDED})
        append(asked, entries, cleared, taken.parties, ready.grounds, at, sandbox=sandbox)
        decided.send(Entry, entries=entries, decisions=decisions, items=items)
    return found


class _HeldMeanwhile(Exception):
    """An officer took a consignment under control while its amendment was being decided."""


def _refuse_held(amended: Set[str]) -> None:
    """Look again, now that nobody else can act on them until this transaction ends."""
    if amended and under_control(amended, lock=True):
        raise _HeldMeanwhile


def _taken(once: Sequence[Declaration], intake: LiveIntake) -> tuple[Taken, list[Declaration]]:
    """Take in what can be; a record that makes the intake itself fail is found by halving, and refused."""
    try:
        return intake.take([one.content for one in once], ""), list(once)
    except Exception as error:  # noqa: BLE001  # whatever it is, the other declarations are taken in
        _log.exception("%s declarations cannot be taken in together", len(once))
        good = _without_poison(once, intake, error)
        return intake.take([one.content for one in good], ""), good


def _without_poison(some: Sequence[Declaration], intake: LiveIntake, error: Exception) -> list[Declaration]:
    if len(some) == 1:
        some[0].refuse(refusals.fault(type(error).__name__))
        return []
    good: list[Declaration] = []
    for half in (some[: len(some) // 2], some[len(some) // 2 :]):
        try:
            intake.take([one.content for one in half], "")
            good += half
        except Exception as found:  # noqa: BLE001  # likewise, in a half of them
            good += _without_poison(half, intake, found)
    return good


def _compare_with_standing(every: Sequence[Declaration], sandbox: bool) -> None:
    """Refuse a version that says something else than it did, or comes after a later one; know again what was decided."""
    names = {one.entry.consignment_id for one in every if one.entry}
    standing: dict[str, dict[int, Entry]] = defaultdict(dict)
    held = set() if sandbox else under_control(names)
    for entry in Entry.objects.filter(sandbox=sandbox, consignment_id__in=names).select_related("batch"):
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
        elif newest and (one.entry.consignment_id in held or versions[newest].outcome in CONTROLLED):
            one.refuse(refusals.controlled(), declaration_id=one.entry.declaration_id)
            one.entry = None
        else:
            one.entry.kind = Entry.Kind.AMENDED if newest else Entry.Kind.LODGED
            one.entry.supersedes = (versions[newest].decision_id or versions[newest].supersedes) if newest else ""
            versions[one.entry.version] = one.entry


def _cleared(every: Sequence[Declaration], taken: Taken, ready: PreparedClearance, at: dt.datetime) -> Cleared | None:
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
    wanted: Sequence[Declaration], items: pa.Table, ready: PreparedClearance, at: dt.datetime
) -> Iterable[Cleared]:
    try:
        yield ready.run(_own_rows(items, wanted), at)
    except Exception as error:  # noqa: BLE001  # it is named in the refusal and in the log
        if len(wanted) == 1:
            _log.exception("the declaration %s cannot be cleared", wanted[0].entry)
            wanted[0].refuse(refusals.fault(type(error).__name__), declaration_id=wanted[0].declaration_id)
            wanted[0].entry = None
            return
        middle = len(wanted) // 2
        yield from _halved(wanted[:middle], items, ready, at)
        yield from _halved(wanted[middle:], items, ready, at)


def _own_rows(items: pa.Table, wanted: Sequence[Declaration]) -> pa.Table:
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


def _rows(cleared: Cleared | None, once: Sequence[Declaration]) -> tuple[_Decisions, _Items]:
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


def _told(every: Sequence[Declaration], decisions: _Decisions, items: _Items) -> list[list[Told]]:
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


def _of_twin(record: int, twin: Declaration) -> Told:
    assert twin.told is not None  # noqa: S101  # it comes before
    if twin.told.status == "refused":
        return replace(twin.told, record=record)
    return replace(twin.told, record=record, status="known")


def _key(row: Mapping[str, Any]) -> tuple[str, int]:
    return row["consignment_id"], row["version"]
