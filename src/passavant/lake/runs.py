"""Earlier runs: one OUT, a folder of OUTs, or the lake with its list of published runs."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from passavant.errors import BadInput, Place
from passavant.lake.manifest import read_manifest
from passavant.lake.staging import staged

__all__ = ["decision_files", "publish", "run_folders"]

_LIST = "lake.json"


def run_folders(place: Path) -> list[Path]:
    """Return the run folders of an OUT, of a lake, or directly inside a folder.

    Raises:
        BadInput: there is no finished run.
    """
    if (place / "manifest.json").is_file():
        return [place]
    if (place / _LIST).is_file():
        return [place / "runs" / name for name in json.loads((place / _LIST).read_text())["runs"]]
    found = sorted(path.parent for path in place.glob("*/manifest.json"))
    if not found:
        raise BadInput(
            "lake.history.empty",
            got=(f"{place} holds no finished run", f"{place} ne contient aucun traitement terminé"),
            expected=("an earlier OUT, a folder of them, or a lake", "un OUT antérieur, un dossier d'OUT, ou un lac"),
            next_step=("Check --history.", "Vérifiez --history."),
            place=Place(file=str(place)),
        )
    return found


def decision_files(places: Iterable[Path]) -> list[Path]:
    """Return every ``decisions*.parquet`` of earlier runs."""
    return [
        path for place in places for folder in run_folders(place) for path in sorted(folder.glob("decisions*.parquet"))
    ]


def publish(run: Path, lake: Path) -> Path:
    """Copy a finished run into the lake and add it to the lake's list; publishing twice changes nothing.

    Returns:
        The folder of the run in the lake.
    """
    run_id = str(read_manifest(run)["run_id"])
    target = lake / "runs" / run_id
    if not target.exists():
        with staged(target) as folder:
            shutil.copytree(run, folder, dirs_exist_ok=True)
    listing = lake / _LIST
    runs = json.loads(listing.read_text())["runs"] if listing.exists() else []
    if run_id not in runs:
        beside = lake / f".{_LIST}.{os.getpid()}"
        beside.write_text(json.dumps({"runs": [*runs, run_id]}, indent=2) + "\n")
        beside.replace(listing)
    return target
