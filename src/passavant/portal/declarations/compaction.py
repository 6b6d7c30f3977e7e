"""The journal copied into the lake, as runs; and the state folded anew, for the next declarations to be looked up in.

A run is made of the batches of one basis, in a row. Whatever it is stopped at, it goes on: a run that the lake lists is taken
over by its manifest, which names its batches; one that it does not list is made again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
from django.db import transaction

from passavant import settings
from passavant.clearance.assembled import assemble
from passavant.clearance.history import earlier_decisions
from passavant.dataset.vault import Vault
from passavant.engines import Engine, open_duckdb
from passavant.lake import publish, read_manifest, run_folders, staged
from passavant.portal.declarations.arrow import unpacked
from passavant.portal.declarations.grounds import kept_grounds, lake, policy_of_deployment, snapshots
from passavant.portal.declarations.models import Batch, Compaction
from passavant.signals import Origin, fold_history

__all__ = ["compact", "empty", "newest_snapshot"]

#: Most goods items of a run, and seconds that a batch must be old: one that is being written has an older number than the next.
_MOST_ROWS, _MOST_BATCHES, _SETTLED = 500_000, 20_000, 5
_AT_ONCE = 500


def newest_snapshot() -> Path | None:
    """Return the folder of the snapshot that the newest compaction left, None before the first."""
    last = Compaction.objects.order_by("-pk").values_list("snapshot", flat=True).first()
    return snapshots() / last if last else None


def compact(*, settled: int = _SETTLED) -> int:
    """Copy what the journal holds into the lake; return how many runs were made.

    Args:
        settled: Seconds that a batch must be old.
    """
    _take_over()
    made = 0
    while batches := _next(settled):
        _compact(batches)
        made += 1
    return made


def empty(days: int) -> int:
    """Empty the batches that the lake has held for some days; return how many. What they held is read there."""
    before = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
    held = Batch.objects.filter(compaction__at__lt=before).exclude(decisions=b"")
    return held.update(items=b"", decisions=b"")


def _next(settled: int) -> list[Batch]:
    """Return the next batches of one basis, without what they hold."""
    before = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=settled)
    waiting = Batch.objects.filter(compaction=None, sandbox=False, at__lt=before).order_by("pk")
    found: list[Batch] = []
    rows = 0
    for batch in waiting.only("pk", "basis", "rows", "at")[:_MOST_BATCHES]:
        rows += batch.rows
        if found and (batch.basis != found[0].basis or rows > _MOST_ROWS):
            break
        found.append(batch)
    return found


def _compact(batches: Sequence[Batch]) -> None:
    numbers = [batch.pk for batch in batches]
    engine = open_duckdb()
    with tempfile.TemporaryDirectory(dir=_work()) as place:
        run = Path(place) / "run"
        run_id = _run_id(batches[0], numbers)
        with staged(run) as folder:
            items, decisions, parties = _contents(batches)
            kept = kept_grounds() / batches[0].basis
            assemble(engine, folder, items, decisions, kept, run_id, {"journal": numbers})
        _keep_names(parties)
        publish(run, lake())
    _note(run_id, numbers, engine)


def _note(run_id: str, numbers: Sequence[int], engine: Engine) -> None:
    """Fold the state, and write that the batches are in the lake: from here on they are read there."""
    snapshot = _folded(engine)
    with transaction.atomic():
        made = Compaction.objects.create(run_id=run_id, at=dt.datetime.now(dt.UTC), snapshot=snapshot)
        for start in range(0, len(numbers), _AT_ONCE):  # names are in the vault alone from here on
            Batch.objects.filter(pk__in=numbers[start : start + _AT_ONCE]).update(parties=b"", compaction=made)


def _take_over() -> None:
    """Write down the runs that the lake lists and no row knows: whoever made them was stopped before it wrote."""
    if not (lake() / "lake.json").exists():
        return
    known = set(Compaction.objects.values_list("run_id", flat=True))
    for folder in run_folders(lake()):
        numbers: list[int] = [] if folder.name in known else read_manifest(folder).get("journal") or []
        batches = Batch.objects.filter(pk__in=numbers[:1], compaction=None)
        # a database that was restored may have given the numbers to others: their runs are named by other times
        if numbers and any(_run_id(batch, numbers) == folder.name for batch in batches):
            _note(folder.name, numbers, open_duckdb())


def _contents(batches: Sequence[Batch]) -> tuple[pa.Table, pa.Table, pa.Table]:
    parts: dict[str, list[pa.Table]] = {"items": [], "decisions": [], "parties": []}
    for batch in batches:
        whole = Batch.objects.get(pk=batch.pk)
        for name, tables in parts.items():
            tables.append(unpacked(getattr(whole, name)))
    items, decisions, parties = (pa.concat_tables(tables).combine_chunks() for tables in parts.values())
    return items, decisions, parties


def _keep_names(parties: pa.Table) -> None:
    vault = Vault(settings.home() / "parties")
    try:
        vault.write_batch(parties)
        vault.finish()
    except BaseException:
        vault.abort()
        raise


def _folded(engine: Engine) -> str:
    """Fold every decision of the lake into a snapshot; return the name of its folder, which is its digest."""
    policy, key_id = policy_of_deployment(), settings.key_id(settings.secret())
    history = earlier_decisions([lake()], Origin.of(policy, key_id))
    snapshots().mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=_work()))
    try:
        snapshot = fold_history(engine, history, policy, draft, key_id=key_id)
        target = snapshots() / snapshot.digest
        if not target.exists():
            with staged(target) as folder:
                shutil.copytree(draft, folder, dirs_exist_ok=True)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target.name


def _run_id(first: Batch, numbers: Sequence[int]) -> str:
    named = hashlib.sha256(json.dumps(list(numbers)).encode()).hexdigest()
    return f"{first.at:%Y%m%dT%H%M%SZ}-{first.basis[:8]}-{named[:8]}"


def _work() -> Path:
    folder = settings.home() / "work"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
