"""Earlier runs: one OUT, a folder of OUTs, or the lake with its list of published runs."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from passavant.errors import BadInput, Place
from passavant.lake.manifest import read_manifest
from passavant.lake.staging import staged, sync

__all__ = ["is_lake", "publish", "run_folders"]

_LIST = "lake.json"
_LOCK = ".lake.lock"
#: When it started, and the first digits of its basis and of its inputs' digest.
_RUN_ID = re.compile("[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}-[0-9a-f]{8}")


def is_lake(place: Path) -> bool:
    """Return whether a folder is a lake, with at least one published run."""
    return (place / _LIST).is_file()


def run_folders(place: Path) -> list[Path]:
    """Return the run folders of an OUT, of a lake, or directly inside a folder.

    Raises:
        BadInput: there is no finished run, or the lake's list cannot be used.
    """
    if (place / "manifest.json").is_file():
        return [place]
    if (place / _LIST).is_file():
        return [place / "runs" / name for name in _listed(place / _LIST)]
    found = sorted(path.parent for path in place.glob("*/manifest.json"))
    if not found:
        raise BadInput(
            "lake.history.empty",
            got=(f"{place} holds no finished run", f"{place} ne contient aucun traitement terminé"),
            expected=(
                "an earlier OUT, a folder of them, or a lake",
                "un OUT antérieur, un dossier d'OUT, ou un entrepôt de données",
            ),
            next_step=("Check the path.", "Vérifiez le chemin."),
            place=Place(file=str(place)),
        )
    return found


def publish(run: Path, lake: Path) -> Path:
    """Copy a finished run into the lake and add it to the lake's list; publishing twice changes nothing.

    Returns:
        The folder of the run in the lake.

    Raises:
        BadInput: the folder holds no finished run.
        BadInput: its manifest names a run that cannot be a folder of the lake.
    """
    run_id = _checked(str(read_manifest(run).get("run_id")), run / "manifest.json")
    target = lake / "runs" / run_id
    lake.mkdir(parents=True, exist_ok=True)
    with _locked(lake):
        if not target.exists():
            with staged(target, durable=True) as folder:
                shutil.copytree(run, folder, dirs_exist_ok=True)
        _list(lake, run_id)
    return target


@contextmanager
def _locked(lake: Path) -> Iterator[None]:
    """Let one process at a time change the lake's list; the lock goes with the process."""
    with (lake / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _list(lake: Path, run_id: str) -> None:
    listing = lake / _LIST
    runs = _listed(listing) if listing.exists() else []
    if run_id in runs:
        return
    beside = lake / f".{_LIST}.new"
    with beside.open("w", encoding="utf-8") as file:
        file.write(json.dumps({"runs": [*runs, run_id]}, indent=2) + "\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(listing)
    sync(lake)


def _listed(listing: Path) -> list[str]:
    """Return the runs a lake lists.

    Raises:
        BadInput: the list is damaged, or names something that no run is called.
    """
    try:
        names = json.loads(listing.read_text(encoding="utf-8"))["runs"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(
            "lake.list.damaged",
            got=("a list of runs that cannot be read", "une liste de traitements illisible"),
            expected=(
                '{"runs": […]} as `passavant clear --publish` writes it',
                '{"runs": […]} tel qu\'écrit par --publish',
            ),
            next_step=("Restore the file from a copy.", "Restaurez le fichier depuis une copie."),
            place=Place(file=str(listing)),
        ) from error
    return [_checked(str(name), listing) for name in names]


def _checked(run_id: str, place: Path) -> str:
    """Return a run id that may be a folder's name: it comes from a file that anybody may have written."""
    if _RUN_ID.fullmatch(run_id):
        return run_id
    raise BadInput(
        "lake.run.id",
        got=("a run id that no run has", "un identifiant qui n'est pas celui d'un traitement"),
        expected=(
            "an id such as 20260915T101500Z-0123abcd-4567cdef",
            "un identifiant tel que 20260915T101500Z-0123abcd-4567cdef",
        ),
        next_step=("Clear the input again, then publish.", "Relancez le dédouanement, puis publiez."),
        place=Place(file=str(place), field="run_id", value=run_id),
    )
