"""The app."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["PeopleConfig"]


class PeopleConfig(AppConfig):
    """Accounts and roles."""

    name = "passavant.portal.people"
    label = "people"

    def ready(self) -> None:
        """Listen to sign-ins."""
        from passavant.portal.people import signals  # noqa: F401  # registers itself
