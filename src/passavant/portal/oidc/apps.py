"""The app."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["OidcConfig"]


class OidcConfig(AppConfig):
    """Sign-in through an identity provider."""

    name = "passavant.portal.oidc"
    label = "oidc"
