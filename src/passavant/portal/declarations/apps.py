"""The app."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["DeclarationsConfig"]


class DeclarationsConfig(AppConfig):
    """Submissions, the journal, its compaction."""

    name = "passavant.portal.declarations"
    label = "declarations"
