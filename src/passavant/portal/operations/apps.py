"""The app."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["OperationsConfig"]


class OperationsConfig(AppConfig):
    """Health and metrics."""

    name = "passavant.portal.operations"
    label = "operations"

    def ready(self) -> None:
        """Tell what the database says, too."""
        from passavant.portal.operations.gauges import Work
        from passavant.portal.operations.metrics import REGISTRY

        REGISTRY.register(Work())
