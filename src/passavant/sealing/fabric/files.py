"""Small files read whole: certificates, keys, checkpoints."""

from __future__ import annotations

from pathlib import Path

from passavant.errors import BadInput, Both, Place
from passavant.texts.file_faults import fault_of

__all__ = ["read_small"]

_MOST_BYTES = 1 << 20


def read_small(path: Path) -> bytes:
    """Return the bytes of a file of at most 1 MiB.

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


def _refused(path: Path, got: Both) -> BadInput:
    return BadInput(
        "sealing.fabric.unreadable",
        got=got,
        expected=("a small file that this user may read", "un petit fichier que cet utilisateur peut lire"),
        next_step=("Check the path and the permissions.", "Vérifiez le chemin et les droits."),
        place=Place(file=str(path)),
    )
