"""A key checked: one query at most every few seconds for each key and process, none in between.

A key that was verified is remembered for :data:`REMEMBERED` seconds, so that 200 requests a second cost no query; a key revoked
in another process therefore stops within that time (5 seconds at most), in the same process at once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
import threading
import time
from dataclasses import dataclass

from django.db.models import Q

from passavant.portal.operators.callers import Caller
from passavant.portal.operators.models import ApiKey
from passavant.portal.operators.networks import allowed

__all__ = ["REMEMBERED", "digest_of", "forget", "verified"]

#: Seconds for which a verified key is remembered.
REMEMBERED = 4.0
_MOST = 1024
_FORM = re.compile(r"pvt_([a-z2-7]{12})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True)
class _Known:
    caller: Caller
    until: float


_known: dict[str, _Known] = {}
_lock = threading.Lock()


def digest_of(secret: str) -> str:
    """Return what is kept of a secret: it has 256 random bits, so one SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def verified(token: str, address: str) -> Caller | None:
    """Return who shows this key, or None: unknown, revoked, expired, or not from there.

    Args:
        token: ``pvt_<id>_<secret>``.
        address: Where the request comes from.
    """
    formed = _FORM.fullmatch(token)
    if formed is None:
        return None
    identifier, secret = formed.groups()
    caller = _remembered(identifier) or _looked_up(identifier)
    kept = caller.key.digest if caller else digest_of("")
    right = hmac.compare_digest(kept, digest_of(secret))
    if caller is None or not right or not _in_force(caller.key) or not allowed(address, caller.key.networks):
        return None
    _mark_used(caller.key)
    return caller


def forget(identifier: str) -> None:
    """Look a key up again at its next use."""
    with _lock:
        _known.pop(identifier, None)


def _remembered(identifier: str) -> Caller | None:
    found = _known.get(identifier)
    return found.caller if found and time.monotonic() < found.until else None


def _looked_up(identifier: str) -> Caller | None:
    until = time.monotonic() + REMEMBERED
    key = ApiKey.objects.select_related("organisation").filter(pk=identifier).first()
    if key is None:
        return None
    caller = Caller(key.organisation, key, key.organisation.declarant_id, frozenset(key.scopes), key.sandbox)
    with _lock:
        if len(_known) >= _MOST:
            _known.clear()
        _known[identifier] = _Known(caller, until)
    return caller


def _in_force(key: ApiKey) -> bool:
    return key.revoked_at is None and (key.expires_at is None or dt.datetime.now(dt.UTC) < key.expires_at)


def _mark_used(key: ApiKey) -> None:
    """Note the day of the last use, once a day."""
    today = dt.datetime.now(dt.UTC).date()
    if key.last_used is None or key.last_used < today:
        key.last_used = today
        ApiKey.objects.filter(Q(last_used__lt=today) | Q(last_used=None), pk=key.pk).update(last_used=today)
