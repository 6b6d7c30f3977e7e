"""The app."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["WebhooksConfig"]


class WebhooksConfig(AppConfig):
    """Endpoints and deliveries."""

    name = "passavant.portal.webhooks"
    label = "webhooks"
