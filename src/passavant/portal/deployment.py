"""What a process needs before Django starts: its settings module, and a key derived from the deployment secret."""

from __future__ import annotations

import hmac
import os

from passavant import settings
from passavant.errors import BadInput, Place

__all__ = ["KEY", "SETTINGS", "prepare"]

#: Name of the settings module.
SETTINGS = "passavant.portal.settings"
#: Environment variable that hands the portal's key to the settings.
KEY = "PASSAVANT_PORTAL_KEY"


def prepare(*, demonstration: bool = False) -> None:
    """Set Django up in this process; a second call changes nothing.

    The key that signs sessions follows from the deployment secret, so every worker and every restart has the same.

    Args:
        demonstration: Whether the published secret of the demonstration may be used.

    Raises:
        BadInput: the secret is the published one, and this is no demonstration.
    """
    import django

    secret = settings.secret()
    if secret == settings.DEMO_SECRET and not demonstration:
        raise _published()
    os.environ[KEY] = hmac.digest(secret, b"passavant portal", "sha256").hex()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    django.setup()
    from django.conf import settings as portal

    portal.STATIC_ROOT.mkdir(parents=True, exist_ok=True)


def _published() -> BadInput:
    return BadInput(
        "portal.secret.published",
        got=("the secret of the demonstration, which everybody knows", "le secret de la démonstration, que chacun connaît"),
        expected=("a secret of this deployment's own", "un secret propre à ce déploiement"),
        next_step=("Unset PASSAVANT_SECRET to have one made, or set a long random text.", "Retirez PASSAVANT_SECRET pour qu'un secret soit créé, ou donnez-lui un long texte aléatoire."),
        place=Place(field="PASSAVANT_SECRET"),
    )  # fmt: skip
