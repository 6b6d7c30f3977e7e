"""The app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

__all__ = ["AdministrationConfig"]


class AdministrationConfig(AppConfig):
    """Accounts, organisations and keys, for administrators."""

    name = "passavant.portal.administration"
    label = "administration"

    def ready(self) -> None:
        """Enter the pages in the navigation."""
        from passavant.portal.look.navigation import enter
        from passavant.portal.people.permissions import administrator

        hint = _("Who has an account and in which roles, organisations and their quotas, keys of the API.")
        enter(_("Administration"), "administration", administrator, order=60, hint=hint)
