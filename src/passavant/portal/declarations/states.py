"""The state that the next declarations are looked up in: folded from the lake after each compaction, the newest few kept."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from pathlib import Path

from django.db.models import Q

from passavant import settings
from passavant.clearance.history import earlier_cancellations, earlier_decisions
from passavant.engines import Engine
from passavant.lake import staged
from passavant.portal.declarations.grounds import kept_grounds, lake, policy_of_deployment, snapshots
from passavant.portal.declarations.models import Batch, Compaction
from passavant.signals import Origin, fold_history

__all__ = ["fold_state", "newest_snapshot", "prune", "work_folder"]

#: States kept, for the decision process takes up the newest after a while; and grounds, beside those of what is not in the lake yet.
_STATES, _GROUNDS = 5, 100
#: For so many days the words of trial decisions are those of the rules that took them; they never reach the lake.
_TRIAL_DAYS = 30


def newest_snapshot() -> Path | None:
    """Return the folder of the snapshot that the newest compaction left, None before the first."""
    last = Compaction.objects.order_by("-pk").values_list("snapshot", flat=True).first()
    return snapshots() / last if last else None


def fold_state(engine: Engine) -> str:
    """Fold every decision of the lake into a snapshot; return the name of its folder, which is its digest."""
    policy, key_id = policy_of_deployment(), settings.key_id(settings.secret())
    history, cancelled = earlier_decisions([lake()], Origin.of(policy, key_id)), earlier_cancellations([lake()])
    snapshots().mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=work_folder()))
    try:
        snapshot = fold_history(engine, history, policy, draft, key_id=key_id, cancelled=cancelled)
        target = snapshots() / snapshot.digest
        if not target.exists():
            with staged(target, durable=True) as folder:
                shutil.copytree(draft, folder, dirs_exist_ok=True)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target.name


def prune() -> int:
    """Remove states and grounds that nothing will be looked up in; return how many.

    What a decision was taken by stays: each run of the lake keeps a copy of its policy and rules, and the digest of the state.
    """
    newest = newest_snapshot()
    recent = dt.datetime.now(dt.UTC) - dt.timedelta(days=_TRIAL_DAYS)
    read_here = Batch.objects.filter(compaction=None).filter(Q(sandbox=False) | Q(at__gt=recent))
    waiting = set(read_here.values_list("basis", flat=True).distinct())
    old = _old(snapshots(), _STATES, {newest.name} if newest else set())
    old += _old(kept_grounds(), _GROUNDS, waiting)
    for folder in old:
        shutil.rmtree(folder, ignore_errors=True)
    return len(old)


def _old(place: Path, kept: int, needed: set[str]) -> list[Path]:
    """Return the folders but the newest and those that are needed; drafts and the empty state have names of their own."""
    if not place.is_dir():
        return []
    folders = [path for path in place.iterdir() if not path.name.startswith((".", "empty-"))]
    folders.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    return [path for path in folders[kept:] if path.name not in needed]


def work_folder() -> Path:
    """Return the folder of drafts."""
    folder = settings.home() / "work"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
