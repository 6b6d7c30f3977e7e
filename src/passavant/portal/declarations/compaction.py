"""The journal copied into the lake, as runs; and the state folded anew, for the next declarations to be looked up in.

A run is made of the batches of one basis, in a row. Whatever it is stopped at, it goes on: a run that the lake lists is taken
over by its manifest, which names its batches; one that it does not list is made again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.db import transaction
from django.db.models import Max

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

__all__ = ["compact", "compacted_up_to", "newest_snapshot"]

#: Most goods items of a run, and seconds that a batch must be old: one that is being written has an older number than the next.
_MOST_ROWS, _SETTLED = 500_000, 5


def newest_snapshot() -> Path | None:
    """Return the folder of the snapshot that the newest compaction left, None before the first."""
    last = Compaction.objects.order_by("-last").values_list("snapshot", flat=True).first()
    return snapshots() / last if last else None


def compacted_up_to() -> int:
    """Return the number of the last batch that the lake holds, 0 before the first."""
    return Compaction.objects.aggregate(last=Max("last"))["last"] or 0


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


def _next(settled: int) -> list[Batch]:
    """Return the next batches of one basis, without what they hold."""
    before = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=settled)
    waiting = Batch.objects.filter(pk__gt=compacted_up_to(), sandbox=False, at__lt=before).order_by("pk")
    found: list[Batch] = []
    rows = 0
    for batch in waiting.only("pk", "basis", "rows", "at")[:20_000]:
        rows += batch.rows
        if found and (batch.basis != found[0].basis or rows > _MOST_ROWS):
            break
        found.append(batch)
    return found


def _compact(batches: Sequence[Batch]) -> None:
    first, last = batches[0], batches[-1]
    engine = open_duckdb()
    with tempfile.TemporaryDirectory(dir=_work()) as place:
        run = Path(place) / "run"
        run_id = _run_id(first, last)
        with staged(run) as folder:
            items, decisions, parties = _contents(batches)
            journal = {"first": first.pk, "last": last.pk}
            assemble(engine, folder, items, decisions, kept_grounds() / first.basis, run_id, {"journal": journal})
        _keep_names(parties)
        publish(run, lake())
    _note(run_id, first.pk, last.pk, engine)


def _note(run_id: str, first: int, last: int, engine: Engine) -> None:
    """Fold the state, and write that the batches are in the lake: from here on they are read there."""
    snapshot = _folded(engine)
    with transaction.atomic():
        Compaction.objects.create(run_id=run_id, first=first, last=last, at=dt.datetime.now(dt.UTC), snapshot=snapshot)
        Batch.objects.filter(pk__gte=first, pk__lte=last).update(parties=b"")  # names are in the vault alone


def _take_over() -> None:
    """Write down the runs that the lake lists and no row knows: whoever made them was stopped before it wrote."""
    if not (lake() / "lake.json").exists():
        return
    known, last = set(Compaction.objects.values_list("run_id", flat=True)), compacted_up_to()
    for folder in run_folders(lake()):
        journal: dict[str, Any] = {} if folder.name in known else read_manifest(folder).get("journal") or {}
        if journal and journal["first"] > last:
            _note(folder.name, journal["first"], journal["last"], open_duckdb())
            last = journal["last"]


def _contents(batches: Sequence[Batch]) -> tuple[pa.Table, pa.Table, pa.Table]:
    parts: dict[str, list[pa.Table]] = {"items": [], "decisions": [], "parties": []}
    numbers = [batch.pk for batch in batches]
    for batch in Batch.objects.filter(pk__in=numbers).order_by("pk").iterator(chunk_size=100):
        for name, tables in parts.items():
            tables.append(unpacked(getattr(batch, name)))
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


def _run_id(first: Batch, last: Batch) -> str:
    named = hashlib.sha256(f"{first.pk}-{last.pk}".encode()).hexdigest()
    return f"{first.at:%Y%m%dT%H%M%SZ}-{first.basis[:8]}-{named[:8]}"


def _work() -> Path:
    folder = settings.home() / "work"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
