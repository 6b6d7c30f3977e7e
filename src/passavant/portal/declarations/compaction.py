"""The journal copied into the lake."""

from __future__ import annotations

from pathlib import Path

from passavant.portal.declarations.grounds import lake
from passavant.portal.declarations.models import Compaction

__all__ = ["newest_snapshot"]


def newest_snapshot() -> Path | None:
    """Return the folder of the snapshot that the newest compaction left, None before the first."""
    last = Compaction.objects.order_by("-last").values_list("run_id", flat=True).first()
    return lake() / "runs" / last / "snapshot" if last else None
