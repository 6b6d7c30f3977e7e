"""Documents: their SHA-256, read once in pieces, so that a file of any size needs little memory."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from passavant.errors import BadInput, Place
from passavant.texts import Text
from passavant.texts.file_faults import fault_of

__all__ = ["document_sha256"]

_PIECE = 4 * 1024 * 1024


def document_sha256(path: Path, progress: Callable[[int], None] | None = None) -> bytes:
    """Return the SHA-256 of a file.

    Args:
        path: The file.
        progress: Called with the number of bytes of each piece read.

    Raises:
        BadInput: there is no such file, it cannot be read, or it changed while it was read.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            before = path.stat()
            while piece := file.read(_PIECE):
                digest.update(piece)
                if progress is not None:
                    progress(len(piece))
            after = path.stat()
    except OSError as error:
        raise _unreadable(path, fault_of(error)) from error
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise _changed(path)
    return digest.digest()


def _unreadable(path: Path, why: Text) -> BadInput:
    return BadInput(
        "sealing.document.unreadable",
        got=(f"the document cannot be read: {why.en}", f"le document ne peut être lu : {why.fr}"),
        expected=("a file that you may read", "un fichier que vous pouvez lire"),
        next_step=("Check the path and the permissions.", "Vérifiez le chemin et les droits."),
        place=Place(file=str(path)),
    )


def _changed(path: Path) -> BadInput:
    return BadInput(
        "sealing.document.changed",
        got=("the document changed while it was read", "le document a changé pendant sa lecture"),
        expected=("a file that nobody is writing", "un fichier que personne n'est en train d'écrire"),
        next_step=("Wait until it is finished, then try again.", "Attendez qu'il soit terminé, puis réessayez."),
        place=Place(file=str(path)),
    )
