"""The app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

__all__ = ["RulebookConfig"]


class RulebookConfig(AppConfig):
    """Analysts' rules."""

    name = "passavant.portal.rulebook"
    label = "rulebook"

    def ready(self) -> None:
        """Enter the pages in the navigation."""
        from passavant.portal.look.navigation import enter
        from passavant.portal.rulebook.permissions import readers

        enter(_("Rules"), "rules", readers, order=40, hint=_("What analysts look for: drafts, back-tests, what is in force and who approved it."))  # fmt: skip
