"""Earlier decisions, checked before anything is built on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from passavant.errors import BadInput, Both, Place
from passavant.lake import file_sha256, read_manifest, run_folders
from passavant.signals import CANCELLED, HISTORY_COLUMNS, Origin, cancelled_files

__all__ = ["earlier_cancellations", "earlier_decisions"]


def earlier_decisions(places: Sequence[Path], origin: Origin) -> list[Path]:
    """Return every ``decisions*.parquet`` of earlier runs; a run that is named twice counts once.

    Args:
        places: OUTs, folders of them, or lakes.
        origin: What the earlier runs must share with this one.

    Raises:
        BadInput: a place holds no finished run.
        BadInput: a run is of another policy, threshold currency or secret; or a file of it was altered or is damaged.
    """
    return [path for folder in _runs(places) for path in _decisions(folder, origin)]


def earlier_cancellations(places: Sequence[Path]) -> list[Path]:
    """Return the lists of cancellations of the same runs.

    Raises:
        BadInput: as in :func:`earlier_decisions`.
    """
    found = cancelled_files(_runs(places))
    for path in found:
        _check(path, read_manifest(path.parent).get("files", {}).get(path.name, {}), CANCELLED.names)
    return found


def _runs(places: Sequence[Path]) -> list[Path]:
    return list({folder.resolve(): folder for place in places for folder in run_folders(place)}.values())


def _decisions(folder: Path, origin: Origin) -> list[Path]:
    manifest = read_manifest(folder)
    policy, digests = manifest.get("policy", {}), manifest.get("digests", {})
    found = {
        "policy": policy.get("id"),
        "threshold_currency": policy.get("threshold_currency"),
        "key_id": digests.get("key_id"),
    }
    origin.check(found, folder / "manifest.json")
    paths = sorted(folder.glob("decisions*.parquet"))
    for path in paths:
        _check(path, manifest.get("files", {}).get(path.name, {}), HISTORY_COLUMNS)
    return paths


def _check(path: Path, listed: Mapping[str, Any], columns: Sequence[str]) -> None:
    """Refuse a file that is not the one its run wrote, or that an older version wrote with fewer columns."""
    import pyarrow.parquet as pq
    from pyarrow import ArrowInvalid

    if file_sha256(path) != listed.get("sha256"):
        raise _unusable(
            path, ("the file is not the one its run wrote", "le fichier n'est pas celui que son traitement a écrit")
        )
    try:
        missing = sorted(set(columns) - set(pq.read_schema(path).names))
    except (ArrowInvalid, OSError) as error:
        raise _unusable(path, ("no readable Parquet file", "un fichier Parquet illisible")) from error
    if missing:
        raise _unusable(path, (f"no column {missing[0]}", f"pas de colonne {missing[0]}"))


def _unusable(path: Path, got: Both) -> BadInput:
    return BadInput(
        "clearance.history.unusable",
        got=got,
        expected=(
            "decisions as `passavant clear` wrote them",
            "des décisions telles que `passavant clear` les a écrites",
        ),
        next_step=(
            "Restore the run from a copy or clear its input again, or leave it out of --history.",
            "Restaurez ce traitement depuis une copie, relancez-le, ou retirez-le de --history.",
        ),
        place=Place(file=str(path)),
    )
