"""The app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

__all__ = ["JobsConfig"]


class JobsConfig(AppConfig):
    """Background work."""

    name = "passavant.portal.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Read each app's ``tasks`` module, where it names its kinds of job and its periodic functions."""
        autodiscover_modules("tasks")
