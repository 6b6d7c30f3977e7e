"""One writer at a time: a lock on a log's folder that goes with the process."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import IO

from passavant.errors import BadInput, Place

__all__ = ["ExclusiveLock"]


class ExclusiveLock:
    """A lock that a second process is refused, not made to wait for: two writers would fork the log.

    Args:
        file: The lock file; made if absent.

    Raises:
        BadInput: another process holds it.
    """

    def __init__(self, file: Path) -> None:
        self._file: IO[str] = file.open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.seek(0)
            holder = self._file.read(20).strip()
            self._file.close()
            raise _held(file, holder) from error
        self._file.truncate(0)
        self._file.write(f"{os.getpid()}\n")
        self._file.flush()

    def release(self) -> None:
        """Give it back."""
        self._file.close()


def _held(file: Path, holder: str) -> BadInput:
    return BadInput(
        "sealing.log.locked",
        got=(f"process {holder} writes here already", f"le processus {holder} écrit déjà ici"),
        expected=("one writer at a time", "un seul processus en écriture à la fois"),
        next_step=(
            "Seals: send them to that server with --log URL. Anything else: stop it first.",
            "Scellés : adressez-les à ce serveur avec --log URL. Pour le reste : arrêtez-le d'abord.",
        ),
        place=Place(file=str(file)),
    )
