"""The app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

__all__ = ["AnalysisConfig"]


class AnalysisConfig(AppConfig):
    """Dashboards over the lake."""

    name = "passavant.portal.analysis"
    label = "analysis"
