"""The journal written and read: batches of Arrow, and entries that point into them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from passavant.clearance.lookup import Found
from passavant.clearance.prepared import Cleared, Grounds
from passavant.portal.declarations.arrow import packed, unpacked
from passavant.portal.declarations.asked import Asked, Told
from passavant.portal.declarations.compacted import in_lake
from passavant.portal.declarations.models import Batch, Entry, Submission
from passavant.portal.declarations.rows import insert_batch, insert_entries
from passavant.portal.webhooks.services import announce_many

__all__ = ["append", "found_of", "found_of_many", "told_of", "with_decisions"]

_AT_ONCE = 1000


def append(
    asked: Sequence[Asked],
    entries: Sequence[Entry],
    cleared: Cleared | None,
    parties: pa.Table,
    grounds: Grounds,
    at: dt.datetime,
    *,
    sandbox: bool,
) -> None:
    """Append what was decided together; call it within the transaction that acknowledges it.

    Args:
        asked: The parts of submissions; those that are new are saved.
        entries: One for each decision.
        cleared: Items and decisions; None where nothing was decided.
        parties: Names for the vault.
        grounds: What was decided by.
        at: When.
        sandbox: Whether this is trial data.
    """
    new = [one.submission for one in asked if one.submission._state.adding]
    for submission in new:
        submission.state, submission.finished_at = Submission.State.FINISHED, at
    Submission.objects.bulk_create(new, batch_size=_AT_ONCE)
    for submission in {one.submission.pk: one.submission for one in asked if one.submission not in new}.values():
        submission.save(update_fields=["done", "decided", "refused", "refusals", "known"])
    if cleared is None:
        return
    decisions = _superseding(cleared.decisions, entries)
    batch = insert_batch(
        Batch(
            at=at,
            basis=grounds.basis,
            sandbox=sandbox,
            consignments=decisions.num_rows,
            rows=cleared.items.num_rows,
            items=packed(cleared.items),
            decisions=packed(decisions),
            parties=packed(parties.slice(0, 0) if sandbox else parties),
        )
    )
    _point(entries, decisions, batch, at)
    insert_entries(entries)
    announce_many([(_event(one), one.organisation_id, _announced(one), sandbox) for one in entries])


def found_of(entry: Entry) -> Found:
    """Return the decision and the goods items of an entry, as a run's look-up gives them.

    Args:
        entry: One with a batch.
    """
    return found_of_many([entry])[entry.pk]


def found_of_many(entries: Sequence[Entry]) -> dict[int, Found]:
    """Return the same for several entries, by their number; each batch is read once."""
    of_batch: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.batch_id is not None:
            of_batch[entry.batch_id].append(entry)
    found: dict[int, Found] = {}
    emptied: dict[str, list[Entry]] = defaultdict(list)
    batches = Batch.objects.filter(pk__in=of_batch).defer("parties").select_related("compaction")
    for batch in batches.iterator(chunk_size=10):
        if batch.decisions or batch.compaction is None:
            found |= _in_batch(batch, of_batch[batch.pk])
        else:
            emptied[batch.compaction.run_id] += of_batch[batch.pk]
    for run_id, own in emptied.items():
        found |= in_lake(own, run_id)
    return found


def told_of(submission: Submission, after: int, most: int) -> list[Told]:
    """Return what became of a submission's declarations, those after a place in it, from the journal."""
    told = [
        Told(one.record, "decided", one)
        for one in submission.entries.filter(record__gt=after).order_by("record")[:most]
    ]
    told += [
        Told(one["record"], "refused", errors=one["errors"], declaration_id=one["declaration_id"])
        for one in submission.refusals
        if one["record"] > after
    ]
    known = sorted(one for one in submission.known if one[0] > after)[:most]
    names = {name for _, name, _ in known}
    entries = Entry.objects.filter(sandbox=submission.sandbox, consignment_id__in=names)
    standing = {(one.consignment_id, one.version): one for one in entries}
    told += [Told(record, "known", standing[name, version]) for record, name, version in known]
    return with_decisions(sorted(told, key=lambda one: one.record)[:most])


def with_decisions(told: Sequence[Told]) -> list[Told]:
    """Return the same, each with its decision and goods items, which are read where they are not at hand."""
    lacking = {one.entry.pk: one.entry for one in told if one.entry and one.entry.batch_id and one.decision is None}
    found = found_of_many(list(lacking.values()))
    return [
        replace(one, decision=found[one.entry.pk].decision, items=found[one.entry.pk].items)
        if one.entry and one.entry.pk in lacking
        else one
        for one in told
    ]


def _in_batch(batch: Batch, entries: Sequence[Entry]) -> dict[int, Found]:
    places = pa.array([entry.place or 0 for entry in entries])
    decisions = unpacked(batch.decisions).take(places).to_pylist()
    items = unpacked(batch.items)
    names = pa.array(sorted({entry.consignment_id for entry in entries}))
    goods: dict[tuple[str, int], list[Mapping[str, Any]]] = defaultdict(list)
    for row in items.filter(pc.is_in(items["consignment_id"], names)).sort_by("item_no").to_pylist():
        goods[row["consignment_id"], row["version"]].append(row)
    return {
        entry.pk: Found(entry.consignment_id, decision, goods[entry.consignment_id, entry.version], ())
        for entry, decision in zip(entries, decisions, strict=True)
    }


def _superseding(decisions: pa.Table, entries: Sequence[Entry]) -> pa.Table:
    """Put into each decision the one that it takes the place of."""
    before = {(one.consignment_id, one.version): one.supersedes or None for one in entries}
    keys = zip(decisions["consignment_id"].to_pylist(), decisions["version"].to_pylist(), strict=True)
    values = pa.array([before[key] for key in keys], pa.string())
    return decisions.set_column(decisions.column_names.index("supersedes"), "supersedes", values)


def _point(entries: Sequence[Entry], decisions: pa.Table, batch: Batch, at: dt.datetime) -> None:
    """Give each entry its place in the batch, and what was decided."""
    columns = ["consignment_id", "version", "decision_id", "outcome", "lane", "category"]
    rows = {
        (row["consignment_id"], row["version"]): (place, row)
        for place, row in enumerate(decisions.select(columns).to_pylist())
    }
    for entry in entries:
        entry.place, row = rows[entry.consignment_id, entry.version]
        entry.batch, entry.at = batch, at
        entry.decision_id, entry.outcome, entry.lane = row["decision_id"], row["outcome"], row["lane"]
        entry.category = row["category"]


def _event(entry: Entry) -> str:
    return "declaration.amended" if entry.kind == Entry.Kind.AMENDED else "declaration.decided"


def _announced(entry: Entry) -> Mapping[str, Any]:
    return {
        "consignment_id": entry.consignment_id,
        "declaration_id": entry.declaration_id,
        "version": entry.version,
        "decision_id": entry.decision_id,
        "outcome": entry.outcome,
        "decided_at": entry.at.isoformat(),
    }
