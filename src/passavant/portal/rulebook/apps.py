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
        from passavant.portal.rulebook.waiting import count_proposals, waits

        hint = _("What analysts look for: drafts, back-tests, what is in force and who approved it.")
        enter(_("Rules"), "rules", readers, order=40, hint=hint, count=count_proposals, waits=waits)
