"""Signatures as Standard Webhooks 1.0 has them, and how their secrets are kept.

``webhook-signature`` is ``v1,`` and the base64 of HMAC-SHA-256 over ``id.timestamp.body``; several, one for each secret in
force, are joined by spaces. A secret is kept encrypted (AES-GCM) under a key that follows from the deployment secret, bound to
its endpoint: it must be readable to sign.

>>> signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
"""

from __future__ import annotations

import base64
import hmac
import os
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

__all__ = ["Lost", "PREFIX", "locked", "new_secret", "signature", "unlocked"]

#: How a secret begins.
PREFIX = "whsec_"
_NONCE = 12


class Lost(Exception):
    """A secret that this deployment cannot read: it was kept under another deployment secret."""


def new_secret() -> str:
    """Return a new secret of 32 random bytes."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, identifier: str, timestamp: int, body: bytes) -> str:
    """Return one signature.

    Args:
        secret: ``whsec_…``.
        identifier: Of the delivery; it stays the same when it is sent again.
        timestamp: Seconds since 1970, of this attempt.
        body: As sent.
    """
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{identifier}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def locked(secret: str, owner: str) -> str:
    """Return a secret as it is kept: encrypted for its owner alone."""
    nonce = os.urandom(_NONCE)
    return base64.b64encode(nonce + AESGCM(_key()).encrypt(nonce, secret.encode(), owner.encode())).decode()


def unlocked(kept: str, owner: str) -> str:
    """Return the secret.

    Raises:
        Lost: it cannot be read.
    """
    raw = base64.b64decode(kept)
    try:
        return AESGCM(_key()).decrypt(raw[:_NONCE], raw[_NONCE:], owner.encode()).decode()
    except InvalidTag as error:
        raise Lost(owner) from error


def _key() -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), b"passavant webhook secrets", "sha256")
