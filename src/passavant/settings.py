"""What the environment decides: home folder, language, administration and the deployment secret.

Everything is read when asked for, never at import, so that a test or a service can set it first.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from passavant.errors import BadInput, Place

__all__ = ["DEMO_SECRET", "home", "key_id", "language", "secret", "unwritable_home"]

#: The published secret of the demonstration. Keys made with it protect nobody: `serve` refuses it elsewhere.
DEMO_SECRET = b"passavant-demo-secret-published-on-purpose"

_MINIMUM_SECRET = 16


def home() -> Path:
    """Return the folder that holds Passavant's state: ``$PASSAVANT_HOME``, else ``~/.local/share/passavant``."""
    named = os.environ.get("PASSAVANT_HOME")
    return Path(named).expanduser() if named else Path.home() / ".local" / "share" / "passavant"


def language() -> str:
    """Return ``en`` or ``fr``: ``$PASSAVANT_LANG``, else the locale, else English."""
    for name in ("PASSAVANT_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "fr" if value.lower().startswith("fr") else "en"
    return "en"


def secret() -> bytes:
    """Return the deployment secret that keys parties and draws the random stratum.

    ``$PASSAVANT_SECRET`` wins; else ``secrets/deployment`` in the home folder, made once with mode 0600.

    Raises:
        BadInput: the secret is shorter than 16 bytes, or its file is open to others or cannot be read or made.
    """
    named = os.environ.get("PASSAVANT_SECRET")
    file = home() / "secrets" / "deployment"
    value = named.encode() if named else _stored_secret(file)
    if len(value) < _MINIMUM_SECRET:
        raise _short(len(value), None if named else file)
    return value


def unwritable_home(error: OSError) -> BadInput:
    """Return the error of a home folder, or a folder in it, that cannot be used."""
    where, why = error.filename or home(), error.strerror or str(error)
    return BadInput(
        "settings.home.unwritable",
        got=(f"{where} cannot be used: {why}", f"{where} est inutilisable : {why}"),
        expected=(
            "a folder for Passavant's state that you may read and write",
            "un dossier accessible en lecture et en écriture pour l'état de Passavant",
        ),
        next_step=(
            "Set PASSAVANT_HOME to a folder of yours, or correct the permissions.",
            "Donnez à PASSAVANT_HOME un dossier qui vous appartient, ou corrigez les droits.",
        ),
        place=Place(field="PASSAVANT_HOME", value=str(home())),
    )


def key_id(value: bytes) -> str:
    """Name a secret without revealing it: the first 8 hexadecimal digits of HMAC-SHA-256(secret, "key-id")."""
    import hmac

    return hmac.digest(value, b"passavant key-id", "sha256").hex()[:8]


def _stored_secret(path: Path) -> bytes:
    try:
        _make_secret(path)
        mode = path.stat().st_mode & 0o777
        value = path.read_bytes().strip()
    except OSError as error:
        raise unwritable_home(error) from error
    if mode & 0o077:
        raise _open_to_others(path, mode)
    return value


def _make_secret(path: Path) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{secrets.token_hex(8)}.new")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)  # whole or not at all: another process may be reading
    except FileExistsError:
        return  # another process was first
    finally:
        draft.unlink(missing_ok=True)


def _short(size: int, file: Path | None) -> BadInput:
    named = (
        "Set PASSAVANT_SECRET to a long random text, or unset it to have one made.",
        "Donnez à PASSAVANT_SECRET un long texte aléatoire, ou retirez-le pour qu'un secret soit créé.",
    )
    stored = (
        "Restore the file from a backup; or remove it to have a new secret made, with which earlier keys do not match.",
        "Restaurez le fichier d'une sauvegarde ; ou supprimez-le : un nouveau secret est créé, les clés antérieures ne correspondent plus.",
    )
    return BadInput(
        "settings.secret.short",
        got=(f"a deployment secret of {size} bytes", f"un secret de déploiement de {size} octets"),
        expected=(f"at least {_MINIMUM_SECRET} bytes", f"au moins {_MINIMUM_SECRET} octets"),
        next_step=stored if file else named,
        place=Place(file=str(file)) if file else Place(field="PASSAVANT_SECRET"),
    )


def _open_to_others(path: Path, mode: int) -> BadInput:
    return BadInput(
        "settings.secret.open",
        got=(f"a secret that others may read (mode {mode:04o})", f"un secret lisible par d'autres (mode {mode:04o})"),
        expected=("a file of its owner alone, mode 0600", "un fichier réservé à son propriétaire, mode 0600"),
        next_step=(f"Run: chmod 600 {path}", f"Exécutez : chmod 600 {path}"),
        place=Place(file=str(path)),
    )
