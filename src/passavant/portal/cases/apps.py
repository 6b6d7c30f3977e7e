"""The app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

__all__ = ["CasesConfig"]


class CasesConfig(AppConfig):
    """Cases, actions, results of inspections."""

    name = "passavant.portal.cases"
    label = "cases"

    def ready(self) -> None:
        """Enter the pages in the navigation, and listen to the journal."""
        import passavant.portal.cases.receivers  # noqa: F401
        from passavant.portal.cases.permissions import reads_cases
        from passavant.portal.cases.waiting import count_proposals, waits
        from passavant.portal.look.navigation import enter

        hint = _("Consignments that wait for an officer, by lane and age; what was found, what was done.")
        enter(_("Cases"), "cases", reads_cases, order=10, hint=hint, count=count_proposals, waits=waits)
