"""The app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

__all__ = ["DeclarationsConfig"]


class DeclarationsConfig(AppConfig):
    """Submissions, the journal, its compaction."""

    name = "passavant.portal.declarations"
    label = "declarations"

    def ready(self) -> None:
        """Enter the operators' page in the navigation."""
        from passavant.portal.look.navigation import enter
        from passavant.portal.people.permissions import operator

        hint = _("What your organisation declared, the answers, and what customs asks of you.")
        enter(_("Your declarations"), "own_declarations", operator, order=20, hint=hint)
