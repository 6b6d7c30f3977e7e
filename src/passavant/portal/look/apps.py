"""The app."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["LookConfig"]


class LookConfig(AppConfig):
    """Frame, parts and languages of the pages."""

    name = "passavant.portal.look"
    label = "look"

    def ready(self) -> None:
        """Listen to sign-ins: a person's pages come in the language of the account."""
        from passavant.portal.look import language  # noqa: F401  # registers itself
