"""The token by which a provider says who somebody is: its signature, for whom, by whom, until when, for which sign-in."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import jwt

__all__ = ["BadToken", "claims_of", "has_second_factor", "nonce_of"]

#: Public-key signatures alone: none, and no shared secret, can be passed off as one.
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
_LEEWAY = 60
#: What says that there were two factors: ``mfa`` in ``amr`` (RFC 8176), or one of these in ``acr``.
_STRONG = frozenset(
    {
        "mfa",
        "http://schemas.openid.net/pape/policies/2007/06/multi-factor",
        "http://schemas.microsoft.com/claims/multipleauthn",
        "https://refeds.org/profile/mfa",
        "http://eidas.europa.eu/LoA/substantial",
        "http://eidas.europa.eu/LoA/high",
    }
)


class BadToken(Exception):
    """A token that proves nothing, and why."""


def nonce_of(verifier: str) -> str:
    """Return the nonce of a sign-in: it follows from its PKCE secret, which the session keeps and nobody else has seen."""
    digest = hashlib.sha256(b"passavant nonce " + verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def claims_of(token: str, keys: Mapping[str, Any], *, issuer: str, client: str, nonce: str) -> dict[str, Any]:
    """Return what a token says once all of it is checked.

    Args:
        token: As the provider gave it.
        keys: The provider's published keys (a JWK set).
        issuer: The provider.
        client: Whom the token must be for: this portal.
        nonce: That of this sign-in.

    Raises:
        BadToken: something does not hold.
    """
    try:
        header = jwt.get_unverified_header(token)
        claims: dict[str, Any] = jwt.decode(
            token, _key(keys, header.get("kid")), algorithms=_ALGORITHMS, audience=client, issuer=issuer, leeway=_LEEWAY,
            options={"require": ["exp", "iat", "iss", "aud", "sub", "nonce"]},
        )  # fmt: skip
    except (jwt.PyJWTError, TypeError, ValueError) as error:
        raise BadToken(str(error)) from error
    if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise BadToken("another sign-in's nonce")
    if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != client:
        raise BadToken("a token for several, given to another")
    return claims


def has_second_factor(claims: Mapping[str, Any]) -> bool:
    """Return whether the provider says that it asked for two factors."""
    methods, level = claims.get("amr"), claims.get("acr")
    said = {*(methods if isinstance(methods, list) else []), *([level] if isinstance(level, str) else [])}
    return any(isinstance(one, str) and one in _STRONG for one in said)


def _key(keys: Mapping[str, Any], kid: str | None) -> jwt.PyJWK:
    published = [key for key in jwt.PyJWKSet.from_dict(dict(keys)).keys if key.public_key_use in (None, "sig")]
    fitting = [key for key in published if kid in (None, key.key_id)]
    if len(fitting) != 1:
        raise BadToken(f"{len(fitting)} published keys for the key {kid}")
    return fitting[0]
