"""A result folder appears whole or not at all."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from passavant.errors import BadInput, Place
from passavant.texts.file_faults import fault_of

__all__ = ["staged", "sync"]


@contextmanager
def staged(target: Path, *, replace: bool = False, durable: bool = False) -> Iterator[Path]:
    """Give a folder beside ``target`` to write into, and rename it to ``target`` when the block ends well.

    When the block fails, nothing is left behind and an earlier ``target`` stays as it was.

    Args:
        target: The folder to make.
        replace: Allow an earlier run (a folder whose ``manifest.json`` has our run_id and schema_version) to be replaced.
        durable: Have everything on the disk before the block is left: for what takes the place of its source.

    Raises:
        BadInput: ``target`` exists and may not be replaced, or its parent cannot be written.
    """
    target = target.absolute()
    _check(target, replace)
    try:
        folder = target.parent / f".{target.name}-{secrets.token_hex(8)}"
        folder.mkdir(parents=True)  # unlike tempfile's, with the rights that the umask gives any new folder
    except OSError as error:
        why = fault_of(error)
        unwritable = (f"cannot be written: {why.en}", f"ne peut être écrit : {why.fr}")
        raise _refusal(target, *unwritable, replaceable=False) from error
    try:
        yield folder
        if durable:
            sync_tree(folder)
        _swap(folder, target)
        if durable:
            sync(target.parent)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Have a folder and all that lies in it on the disk."""
    for path in (*folder.rglob("*"), folder):
        sync(path)


def _check(target: Path, replace: bool) -> None:
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return
    if not replace:
        raise _refusal(target, "exists already", "existe déjà")
    if not _is_run(target):
        kind = ("is not a Passavant run; left alone", "n'est pas un traitement de Passavant ; laissé intact")
        raise _refusal(target, *kind, replaceable=False)


def _is_run(folder: Path) -> bool:
    """Return whether our manifest lies in a folder: many other programs write a ``manifest.json`` too."""
    try:
        content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return (
        isinstance(content, dict)
        and isinstance(content.get("run_id"), str)
        and isinstance(content.get("schema_version"), int)
    )


def _swap(folder: Path, target: Path) -> None:
    if target.exists():
        aside = Path(tempfile.mkdtemp(prefix=f".{target.name}-old-", dir=target.parent))
        os.rename(target, aside / "old")  # noqa: PTH104  # the plain system call, atomic on one file system
        try:
            os.rename(folder, target)  # noqa: PTH104
        except OSError:
            os.rename(aside / "old", target)  # noqa: PTH104
            raise
        finally:
            if target.exists():
                shutil.rmtree(aside, ignore_errors=True)
    else:
        os.rename(folder, target)  # noqa: PTH104


def _refusal(target: Path, got: str, got_fr: str, *, replaceable: bool = True) -> BadInput:
    next_step = ("Name another folder with -o.", "Indiquez un autre dossier avec -o.")
    if replaceable:
        next_step = (
            "Name another folder with -o, or replace an earlier run with --replace.",
            "Indiquez un autre dossier avec -o, ou remplacez un traitement antérieur avec --replace.",
        )
    return BadInput(
        "lake.folder.refused",
        got=(f"{target} {got}", f"{target} {got_fr}"),
        expected=("a folder that does not exist yet", "un dossier qui n'existe pas encore"),
        next_step=next_step,
        place=Place(file=str(target)),
    )
