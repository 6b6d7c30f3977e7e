"""A run folder made of what was decided elsewhere, a few at a time: the same files as ``passavant clear`` writes.

What decided is kept by its basis (:func:`keep_grounds`), so that a run can be made of decisions whose law has changed since.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from passavant import __version__
from passavant.clearance.decide import SCHEMA_VERSION
from passavant.clearance.flags import ReasonBook
from passavant.clearance.pipeline import reason_book
from passavant.clearance.prepared import Grounds
from passavant.clearance.provenance import keep_policy, keep_rules
from passavant.clearance.rules import starter_rules
from passavant.clearance.simplified import write_simplified
from passavant.clearance.summary import summarise
from passavant.engines import Engine
from passavant.errors import BadInput
from passavant.lake import file_sha256, staged, write_manifest

__all__ = ["assemble", "keep_grounds", "manifest_of_grounds"]

_PARQUET: dict[str, Any] = {"compression": "zstd", "compression_level": 1, "row_group_size": 122_880}
_KEPT = "grounds.json"


def keep_grounds(grounds: Grounds, place: Path) -> Path:
    """Keep what decides in a folder of its own under a place, named by its basis; kept twice, it is the same.

    Args:
        grounds: The grounds.
        place: Folder of all that were kept.
    """
    target = place / grounds.basis
    if (target / _KEPT).exists():
        return target
    try:
        _write_grounds(grounds, target)
    except BadInput:
        if not (target / _KEPT).exists():  # another process may have been faster
            raise
    return target


def _write_grounds(grounds: Grounds, target: Path) -> None:
    book = reason_book(grounds.policy, grounds.rules)
    with staged(target, durable=True) as folder:
        told = {
            "policy": keep_policy(grounds.policy, folder),
            "rules": keep_rules(grounds.rule_files or (starter_rules(),), folder),
            "digests": grounds.digests,
            "basis": grounds.basis,
            "reason_bits": list(book.reasons),
            "reason_params": book.params,
            "stratum_ppm": grounds.stratum_ppm,
        }
        (folder / _KEPT).write_text(json.dumps(told, indent=2, sort_keys=True) + "\n")


def manifest_of_grounds(kept: Path) -> dict[str, Any]:
    """Return what :func:`keep_grounds` kept as a run's manifest tells it, so that the law can be quoted."""
    told: dict[str, Any] = json.loads((kept / _KEPT).read_text())
    names = [told["policy"]["file"], *(rule["file"] for rule in told["rules"])]
    return told | {"files": {name: {"sha256": file_sha256(kept / name)} for name in names}}


def assemble(
    engine: Engine,
    folder: Path,
    items: pa.Table,
    decisions: pa.Table,
    events: Mapping[str, pa.Table],
    kept: Path,
    run_id: str,
    more: Mapping[str, Any],
) -> dict[str, Any]:
    """Write a run.

    Args:
        engine: Session to use.
        folder: Where to; exists and is empty.
        items: Goods items, as a run's ``items``.
        decisions: Decisions, all of one basis.
        events: What happened since the run before, by the name of its file: what was cancelled, what officers settled.
        kept: What decided, from :func:`keep_grounds`.
        run_id: How the run is called.
        more: What else the manifest says.

    Returns:
        The manifest.
    """
    pq.write_table(items, folder / "items.parquet", **_PARQUET)
    pq.write_table(decisions, folder / "decisions.parquet", **_PARQUET)
    for name, table in events.items():
        if table.num_rows:
            pq.write_table(table, folder / name, **_PARQUET)
    paths = folder / "items.parquet", folder / "decisions.parquet"
    write_simplified(engine, *paths, folder / "simplified.jsonl")
    told = json.loads((kept / _KEPT).read_text())
    shutil.copyfile(kept / "policy.yaml", folder / "policy.yaml")
    shutil.copytree(kept / "rules", folder / "rules")
    now = dt.datetime.now(dt.UTC).isoformat()
    manifest: dict[str, Any] = {
        "run_id": run_id,
        "passavant": __version__,
        "schema_version": SCHEMA_VERSION,
        **told,
        "mapping": None,
        "simulated": False,
        "inputs": [{"file": "journal", "sha256": file_sha256(paths[0]), "rows": items.num_rows}],
        "rows_in": items.num_rows,
        "item_rows": items.num_rows,
        "rejected_rows": 0,
        "events": {name.removesuffix(".parquet"): table.num_rows for name, table in events.items()},
        "notices": [],
        "not_supplied": [],
        **summarise(engine, folder, ReasonBook.of_codes(told["reason_bits"])),
        "started_at": now,
        "finished_at": now,
        **more,
    }
    return write_manifest(folder, manifest)
