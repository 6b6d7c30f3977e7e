"""The app."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["OperationsConfig"]


class OperationsConfig(AppConfig):
    """Health and metrics."""

    name = "passavant.portal.operations"
    label = "operations"
