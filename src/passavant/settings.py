"""What the environment decides: home folder, language, administration and the deployment secret.

Everything is read when asked for, never at import, so that a test or a service can set it first.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from passavant.errors import BadInput

__all__ = ["DEMO_SECRET", "home", "key_id", "language", "secret"]

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
        BadInput: the secret is shorter than 16 bytes.
    """
    named = os.environ.get("PASSAVANT_SECRET")
    value = named.encode() if named else _stored_secret(home() / "secrets" / "deployment")
    if len(value) < _MINIMUM_SECRET:
        raise BadInput(
            "settings.secret.short",
            got=(f"a deployment secret of {len(value)} bytes", f"un secret de déploiement de {len(value)} octets"),
            expected=(f"at least {_MINIMUM_SECRET} bytes", f"au moins {_MINIMUM_SECRET} octets"),
            next_step=(
                "Set PASSAVANT_SECRET to a long random text, or unset it to have one made.",
                "Donnez à PASSAVANT_SECRET un long texte aléatoire, ou retirez-le pour qu'un secret soit créé.",
            ),
        )
    return value


def key_id(value: bytes) -> str:
    """Name a secret without revealing it: the first 8 hexadecimal digits of HMAC-SHA-256(secret, "key-id")."""
    import hmac

    return hmac.digest(value, b"passavant key-id", "sha256").hex()[:8]


def _stored_secret(path: Path) -> bytes:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass  # another process made it between the two lines
        else:
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_hex(32))
    return path.read_text().strip().encode()
