"""A result folder appears whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from passavant.errors import BadInput, Place
from passavant.texts.file_faults import fault_of

__all__ = ["staged"]


@contextmanager
def staged(target: Path, *, replace: bool = False) -> Iterator[Path]:
    """Give a folder beside ``target`` to write into, and rename it to ``target`` when the block ends well.

    When the block fails, nothing is left behind and an earlier ``target`` stays as it was.

    Args:
        target: The folder to make.
        replace: Allow an earlier run (a folder with a ``manifest.json``) to be replaced.

    Raises:
        BadInput: ``target`` exists and may not be replaced, or its parent cannot be written.
    """
    target = target.absolute()
    _check(target, replace)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise _refusal(
            target, f"cannot be written: {fault_of(error).en}", f"ne peut être écrit : {fault_of(error).fr}"
        ) from error
    try:
        yield folder
        _swap(folder, target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _check(target: Path, replace: bool) -> None:
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return
    if not (replace and (target / "manifest.json").is_file()):
        raise _refusal(target, "exists already", "existe déjà")


def _swap(folder: Path, target: Path) -> None:
    folder.chmod(0o755)
    if target.exists():
        aside = Path(tempfile.mkdtemp(prefix=f".{target.name}-old-", dir=target.parent))
        os.rename(target, aside / "old")  # noqa: PTH104  # the plain system call, atomic on one file system
        os.rename(folder, target)  # noqa: PTH104
        shutil.rmtree(aside, ignore_errors=True)
    else:
        os.rename(folder, target)  # noqa: PTH104


def _refusal(target: Path, got: str, got_fr: str) -> BadInput:
    return BadInput(
        "lake.folder.refused",
        got=(f"{target} {got}", f"{target} {got_fr}"),
        expected=("a folder that does not exist yet", "un dossier qui n'existe pas encore"),
        next_step=(
            "Name another folder with -o, or replace an earlier run with --replace.",
            "Indiquez un autre dossier avec -o, ou remplacez un traitement antérieur avec --replace.",
        ),
        place=Place(file=str(target)),
    )
