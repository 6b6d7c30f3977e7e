"""Small files read whole with a limit, and files written so that a crash leaves the old one or the new one."""

from __future__ import annotations

import errno
import os
import secrets
from pathlib import Path

from passavant.errors import BadInput, Both, Place
from passavant.lake import sync
from passavant.texts.file_faults import fault_of

__all__ = ["make_folder", "place_new", "read_small", "sweep_drafts", "write_durably"]

_MOST_BYTES = 1 << 20


def read_small(path: Path) -> bytes:
    """Return the bytes of a file of at most 1 MiB: keys, certificates, checkpoints, policies.

    Raises:
        BadInput: it cannot be read, or is larger.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise _refused(path, fault_of(error)) from error
    if len(data) > _MOST_BYTES:
        raise _refused(path, ("more than 1 MiB", "plus de 1 Mio"))
    return data


def write_durably(file: Path, data: bytes, drafts: Path | None = None) -> None:
    """Write a file so that whoever looks sees the old one or the new one, also after a power cut.

    Args:
        file: The file.
        data: Its new bytes.
        drafts: Folder on the same disk where the bytes are written first (else the file's own).

    Raises:
        OSError: the folder is absent or cannot be written; the old file stands.
    """
    draft = (drafts or file.parent) / f".{file.name[:100]}.{secrets.token_hex(4)}.new"
    try:
        with draft.open("xb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    sync(file.parent)


def place_new(draft: Path, file: Path) -> None:
    """Give a finished draft its name, durably; whoever looks sees nothing or the whole file, also after a power cut.

    Raises:
        FileExistsError: the name is taken; the file that has it stands, and the draft is gone.
        OSError: the folder cannot be written.
    """
    try:
        with draft.open("rb") as data:
            os.fsync(data.fileno())
        _name_new(draft, file)
    finally:
        draft.unlink(missing_ok=True)
    sync(file.parent)


def _name_new(draft: Path, file: Path) -> None:
    try:
        os.link(draft, file)
    except FileExistsError:
        raise
    except OSError:  # a file system without links (FAT): two at the same moment are then not told apart
        if file.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(file)) from None
        draft.rename(file)


def sweep_drafts(drafts: Path) -> None:
    """Delete what killed processes left in a folder of drafts, in which nobody else writes now."""
    for draft in drafts.glob(".*.new"):
        draft.unlink(missing_ok=True)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it; each has its name after a power cut too.

    Raises:
        OSError: one cannot be made.
    """
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync(folder.parent)


def _refused(path: Path, got: Both) -> BadInput:
    return BadInput(
        "sealing.file.unreadable",
        got=got,
        expected=("a small file that this user may read", "un petit fichier que cet utilisateur peut lire"),
        next_step=("Check the path and the permissions.", "Vérifiez le chemin et les droits."),
        place=Place(file=str(path)),
    )
