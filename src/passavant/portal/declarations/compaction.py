"""The journal copied into the lake, as runs; and the state folded anew, for the next declarations to be looked up in.

A run is made of the batches of one basis, in a row, and of what was cancelled meanwhile. Whatever it is stopped at, it goes on:
a run that the lake lists is taken over by its manifest, which names its batches; one that it does not list is made again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.db import transaction

from passavant import settings
from passavant.clearance.assembled import assemble
from passavant.clearance.settled import SETTLED, SETTLED_FILE
from passavant.dataset.key_columns import KeyColumns
from passavant.dataset.vault import Vault
from passavant.engines import Engine, open_duckdb
from passavant.lake import is_lake, publish, read_manifest, run_folders, run_tables, staged
from passavant.portal.declarations.arrow import unpacked
from passavant.portal.declarations.grounds import current_grounds, kept_grounds, lake
from passavant.portal.declarations.models import Batch, Compaction, Entry
from passavant.portal.declarations.signals import Settled, officers_settled, settled_kept
from passavant.portal.declarations.states import fold_state, newest_snapshot, prune, work_folder
from passavant.signals import CANCELLED, CANCELLED_FILE

__all__ = ["compact", "empty"]

#: Most goods items of a run, and seconds that a batch must be old: one that is being written has an older number than the next.
_MOST_ROWS, _MOST_BATCHES, _SETTLED = 500_000, 20_000, 5
_MOST_EVENTS, _AT_ONCE = 50_000, 500
#: Members of the manifest: numbers of batches, of cancellations, of what officers settled.
_NAMES = ("journal", "journal_cancelled", "journal_settled")


@dataclass(frozen=True)
class _Piece:
    """What becomes a run: batches of one basis, and what happened since: cancellations, and what officers settled."""

    batches: Sequence[Batch]
    cancelled: Sequence[Entry] = ()
    settled: Sequence[Settled] = ()

    @property
    def at(self) -> dt.datetime:
        return next(one.at for some in (self.batches, self.cancelled, self.settled) for one in some)

    @property
    def numbers(self) -> dict[str, list[int]]:
        """What the manifest says of them."""
        numbers = (
            [one.pk for one in self.batches],
            [one.pk for one in self.cancelled],
            [one.number for one in self.settled],
        )
        return dict(zip(_NAMES, numbers, strict=True))


def compact(*, settled: int = _SETTLED) -> int:
    """Copy what the journal holds into the lake; return how many runs were made.

    Args:
        settled: Seconds that a batch must be old.
    """
    _take_over()
    made = 0
    while piece := _next(settled):
        _compact(piece)
        made += 1
    if made:
        prune()
    return made


def empty(days: int) -> int:
    """Empty the batches that the lake has held for some days; return how many. What they held is read there."""
    before = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
    held = Batch.objects.filter(compaction__at__lt=before).exclude(decisions=b"")
    return held.update(items=b"", decisions=b"")


def _next(settled: int) -> _Piece | None:
    """Return the next batches of one basis, without what they hold; with the last of them what happened since.

    What is cancelled or settled was decided before, so that its batch is in an earlier run or in this one.
    """
    before = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=settled)
    waiting = Batch.objects.filter(compaction=None, sandbox=False, at__lt=before).order_by("pk")
    found: list[Batch] = []
    rows = 0
    for batch in waiting.only("pk", "basis", "rows", "at")[:_MOST_BATCHES]:
        rows += batch.rows
        if found and (batch.basis != found[0].basis or rows > _MOST_ROWS):
            return _Piece(found)
        found.append(batch)
    if not found and not is_lake(lake()):
        return None
    gone = Entry.objects.filter(kind=Entry.Kind.CANCELLED, compaction=None, sandbox=False, at__lt=before)
    piece = _Piece(found, list(gone.order_by("pk")[:_MOST_EVENTS]), officers_settled(before=before, most=_MOST_EVENTS))
    return piece if any(piece.numbers.values()) else None


def _compact(piece: _Piece) -> None:
    basis = piece.batches[0].basis if piece.batches else current_grounds(newest_snapshot()).basis
    engine = open_duckdb()
    events = {CANCELLED_FILE: _cancelled(piece.cancelled), SETTLED_FILE: _settled(piece.settled)}
    with tempfile.TemporaryDirectory(dir=work_folder()) as place:
        run = Path(place) / "run"
        run_id = _run_id(piece.at, basis, piece.numbers)
        with staged(run) as folder:
            items, decisions, parties = _contents(piece.batches)
            assemble(engine, folder, items, decisions, events, kept_grounds() / basis, run_id, piece.numbers)
        _keep_names(parties)
        publish(run, lake())
    _note(run_id, piece.numbers, engine)


def _note(run_id: str, numbers: dict[str, list[int]], engine: Engine) -> None:
    """Fold the state, and write that the batches are in the lake: from here on they are read there."""
    snapshot = fold_state(engine)
    with transaction.atomic():
        made = Compaction.objects.create(run_id=run_id, at=dt.datetime.now(dt.UTC), snapshot=snapshot)
        for some in _parts(numbers["journal"]):  # names are in the vault alone from here on
            Batch.objects.filter(pk__in=some).update(parties=b"", compaction=made)
        for some in _parts(numbers["journal_cancelled"]):
            Entry.objects.filter(pk__in=some).update(compaction=made)
        for some in _parts(numbers["journal_settled"]):
            settled_kept.send(None, numbers=some, compaction=made)


def _parts(some: Sequence[Any]) -> list[Sequence[Any]]:
    return [some[start : start + _AT_ONCE] for start in range(0, len(some), _AT_ONCE)]


def _take_over() -> None:
    """Write down the runs that the lake lists and no row knows: whoever made them was stopped before it wrote."""
    if not (lake() / "lake.json").exists():
        return
    known = set(Compaction.objects.values_list("run_id", flat=True))
    for folder in run_folders(lake()):
        told = {} if folder.name in known else read_manifest(folder)
        numbers = {name: told.get(name) or [] for name in _NAMES}
        batches = Batch.objects.filter(pk__in=numbers["journal"][:1], compaction=None)
        entries = Entry.objects.filter(pk__in=numbers["journal_cancelled"][:1], compaction=None)
        ended = officers_settled(numbers=numbers["journal_settled"][:1])
        first = batches.first() or entries.first() or next(iter(ended), None)
        # a database that was restored may have given the numbers to others: their runs are named by other times
        if first and folder.name == _run_id(first.at, str(told.get("basis")), numbers):
            _note(folder.name, numbers, open_duckdb())


def _contents(batches: Sequence[Batch]) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Return goods items, decisions and names; batches that two versions of Passavant wrote may differ in their columns."""
    parts: dict[str, list[pa.Table]] = {"items": [], "decisions": [], "parties": []}
    for batch in batches:
        whole = Batch.objects.get(pk=batch.pk)
        for name, tables in parts.items():
            tables.append(unpacked(getattr(whole, name)))
    if not batches:
        return (*_nothing(), pa.table({}))
    joined = (pa.concat_tables(tables, promote_options="default").combine_chunks() for tables in parts.values())
    items, decisions, parties = joined
    return items, decisions, parties


def _nothing() -> tuple[pa.Table, pa.Table]:
    """Return no goods items and no decisions, in the columns of the lake's newest run: what was cancelled lies in one."""
    run = run_folders(lake())[-1]
    items, decisions = (pq.read_schema(run_tables(run, kind)[0]).empty_table() for kind in ("items", "decisions"))
    return items, decisions


def _cancelled(entries: Sequence[Entry]) -> pa.Table:
    """Return cancellations as the lake lists them."""
    columns = [[getattr(one, name) for one in entries] for name in ("version", "at", "supersedes")]
    return pa.table([*_named(entries), *columns], schema=CANCELLED)


def _settled(some: Sequence[Settled]) -> pa.Table:
    """Return what officers settled as the lake lists it."""
    columns = [[getattr(one, name) for one in some] for name in ("version", "settled", "at")]
    return pa.table([*_named(some), *columns], schema=SETTLED)


def _named(some: Sequence[Entry] | Sequence[Settled]) -> tuple[pa.Array, pa.Array]:
    """Return numbers and ids of consignments."""
    names = pa.array([one.consignment_id for one in some], pa.string())
    return pa.array(KeyColumns(settings.secret(), frozenset()).draws(names)), names


def _keep_names(parties: pa.Table) -> None:
    vault = Vault(settings.home() / "parties")
    try:
        vault.write_batch(parties)
        vault.finish()
    except BaseException:
        vault.abort()
        raise


def _run_id(at: dt.datetime, basis: str, numbers: dict[str, list[int]]) -> str:
    said = numbers if any(numbers[name] for name in _NAMES[1:]) else numbers["journal"]
    named = hashlib.sha256(json.dumps(said).encode()).hexdigest()
    return f"{at:%Y%m%dT%H%M%SZ}-{basis[:8]}-{named[:8]}"
