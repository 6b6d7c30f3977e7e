"""The last handler: a fault of Passavant itself is said in words, and its trace is kept for the report."""

from __future__ import annotations

import datetime as dt
import os
import platform
import traceback
from pathlib import Path

from passavant import __version__
from passavant.cli.show import echo
from passavant.settings import home
from passavant.texts import pick

__all__ = ["EXIT_CODE", "report_crash"]

#: Exit status of an internal fault (EX_SOFTWARE of sysexits.h).
EXIT_CODE = 70


def report_crash(error: BaseException) -> None:
    """Say that the program is at fault, and write the trace to ``$PASSAVANT_HOME/crash-*.txt``, readable by its owner only."""
    trace = "".join(traceback.format_exception(error))
    if os.environ.get("PASSAVANT_DEBUG") == "1":
        echo(trace, err=True)
    path = _written(f"passavant {__version__}, Python {platform.python_version()}, {platform.platform()}\n\n{trace}")
    kept = path or pick("nowhere: the home folder cannot be written", "nulle part : le dossier d'état n'est pas accessible en écriture")  # fmt: skip
    echo(
        pick(
            f"This is a fault of Passavant, not of your data or your command ({type(error).__name__}).\n"
            f"Expected: an answer, or a message that says what to correct.\n"
            f"Next step: please report it with the version ({__version__}), the command and this trace: {kept}\n"
            "Read the trace before you send it: it may quote data. PASSAVANT_DEBUG=1 shows it at once.",
            f"C'est un défaut de Passavant, non de vos données ni de votre commande ({type(error).__name__}).\n"
            f"Attendu : une réponse, ou un message disant quoi corriger.\n"
            f"À faire : merci de le signaler avec la version ({__version__}), la commande et cette trace : {kept}\n"
            "Relisez la trace avant de l'envoyer : elle peut citer des données. PASSAVANT_DEBUG=1 l'affiche aussitôt.",
        ),
        err=True,
    )


def _written(text: str) -> Path | None:
    path = home() / f"crash-{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S}-{os.getpid()}.txt"
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except OSError:
        return None
    return path
