"""The app."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["OperatorsConfig"]


class OperatorsConfig(AppConfig):
    """API keys and quotas."""

    name = "passavant.portal.operators"
    label = "operators"
