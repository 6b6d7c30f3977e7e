"""The trail sealed every day by the worker, where a log and a key are at hand; how that went is in the trail."""

from __future__ import annotations

import os

from passavant import settings
from passavant.errors import PassavantError
from passavant.portal.jobs.periodic import every
from passavant.portal.trail.models import LogEntry
from passavant.portal.trail.sealing import seal_trail
from passavant.portal.trail.services import record

__all__ = ["is_configured", "seal_daily"]

_DAY, _HOUR = 86_400, 3_600
_FAILED, _SEALED = "passavant.trail.seal_failed", "passavant.trail.sealed"


def is_configured() -> bool:
    """Return whether there is a log (``PASSAVANT_LOG``, else this machine's) and an issuer's key to sign with."""
    from passavant.sealing.desk import local_folder
    from passavant.sealing.keys import ISSUER, key_names

    log = os.environ.get("PASSAVANT_LOG") or (local_folder() / "log.sqlite").is_file()
    key = os.environ.get("PASSAVANT_ISSUER_KEY") or key_names(ISSUER)
    return bool(log and key)


@every("trail.seal", _DAY, retry=_HOUR)
def seal_daily() -> None:
    """Seal the trail's head as ``passavant trail seal`` does; nobody is there to ask for a passphrase.

    ``PASSAVANT_ISSUER`` names the key where there are several, ``PASSAVANT_KEY_PASSPHRASE`` opens it.

    Raises:
        PassavantError: it could not be sealed. The trail says so, once for each reason; it is tried again in an hour.
    """
    from passavant.sealing.desk import open_desk
    from passavant.sealing.keys import ISSUER, load_key

    if not is_configured():
        return
    try:
        key = load_key(ISSUER, os.environ.get("PASSAVANT_ISSUER") or None)
        seal_trail(settings.home() / "trail", key, open_desk(None))
    except PassavantError as error:
        _record_failure(error.code)
        raise


def _record_failure(code: str) -> None:
    last = LogEntry.objects.filter(action__in=[_FAILED, _SEALED]).order_by("-sequence").first()
    if last is None or (last.action, last.object_id) != (_FAILED, code):
        record(_FAILED, actor="passavant", object_type="error", object_id=code)
