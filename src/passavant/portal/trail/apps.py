"""The app."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["TrailConfig"]


class TrailConfig(AppConfig):
    """The audit trail."""

    name = "passavant.portal.trail"
    label = "trail"
