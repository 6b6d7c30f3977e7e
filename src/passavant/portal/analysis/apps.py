"""The app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

__all__ = ["AnalysisConfig"]


class AnalysisConfig(AppConfig):
    """Dashboards over the lake."""

    name = "passavant.portal.analysis"
    label = "analysis"

    def ready(self) -> None:
        """Enter the pages in the navigation."""
        from passavant.portal.analysis.permissions import readers
        from passavant.portal.look.navigation import enter

        enter(_("Analysis"), "analysis", readers, order=30, hint=_("Volumes, revenue, lanes, reasons, quality by declarant and what inspections found."))  # fmt: skip
