"""The provider that the environment names; Django's settings ask here, so nothing of Django is imported."""

from __future__ import annotations

import os
import urllib.parse
from typing import Any

from passavant.errors import BadInput, Place

__all__ = ["PROVIDER", "form_targets", "providers", "trusts_second_factor"]

#: As addresses name the provider: ``/accounts/oidc/administration/login/``.
PROVIDER = "administration"
_HERE = {"localhost", "127.0.0.1", "::1"}


def providers() -> dict[str, Any]:
    """Return allauth's setting of providers: the one of ``PASSAVANT_OIDC_…``, or none.

    ``_ISSUER`` is its address, ``_CLIENT_ID`` and ``_CLIENT_SECRET`` are what it knows the portal by, ``_NAME`` what people read.

    Raises:
        BadInput: the address is not https (but on this machine), or the client's name or secret is missing.
    """
    issuer = _value("ISSUER").rstrip("/")
    app = {
        "provider_id": PROVIDER,
        "name": _value("NAME") or "OpenID Connect",
        "client_id": _required("CLIENT_ID") if issuer else "",
        "secret": _required("CLIENT_SECRET") if issuer else "",
        "settings": {"server_url": _checked(issuer), "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [app] if issuer else []}}


def form_targets() -> list[str]:
    """Return where the sign-in form may lead besides here: a browser follows no redirect that the page's policy does not name.

    ``PASSAVANT_OIDC_SIGN_IN`` names it where the provider's sign-in page has another host than its issuer.
    """
    address = urllib.parse.urlsplit(_value("SIGN_IN") or _value("ISSUER"))
    return [f"{address.scheme}://{address.netloc}"] if address.netloc else []


def trusts_second_factor() -> bool:
    """Return whether the provider's word on a second factor counts: ``PASSAVANT_OIDC_MFA=trust``."""
    return _value("MFA") == "trust"


def _value(name: str) -> str:
    return os.environ.get(f"PASSAVANT_OIDC_{name}", "").strip()


def _required(name: str) -> str:
    value = _value(name)
    if not value:
        raise BadInput(
            "portal.oidc.missing",
            got=(f"an identity provider without PASSAVANT_OIDC_{name}", f"un fournisseur d'identité sans PASSAVANT_OIDC_{name}"),
            expected=("what the provider knows this portal by", "ce par quoi le fournisseur connaît ce portail"),
            next_step=("Register the portal with the provider and set it.", "Enregistrez le portail auprès du fournisseur et définissez-la."),
            place=Place(field=f"PASSAVANT_OIDC_{name}"),
        )  # fmt: skip
    return value


def _checked(issuer: str) -> str:
    address = urllib.parse.urlsplit(issuer)
    if issuer and address.scheme != "https" and not (address.scheme == "http" and address.hostname in _HERE):
        raise BadInput(
            "portal.oidc.plain",
            got=(f"the identity provider {issuer}", f"le fournisseur d'identité {issuer}"),
            expected=("an address with https", "une adresse en https"),
            next_step=("Name it as its own documentation does.", "Indiquez-la comme sa documentation le fait."),
            place=Place(field="PASSAVANT_OIDC_ISSUER", value=issuer),
        )
    return issuer
