"""Addresses of the portal."""

from __future__ import annotations

from django.urls import path

from passavant.portal.operations.views import health, metrics

__all__ = ["urlpatterns"]

urlpatterns = [
    path("health", health, name="health"),
    path("metrics", metrics, name="metrics"),
]
