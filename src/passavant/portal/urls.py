"""Addresses of the portal."""

from __future__ import annotations

from django.urls import include, path

from passavant.portal.api.root import api
from passavant.portal.operations.views import health, metrics

__all__ = ["urlpatterns"]

urlpatterns = [
    path("health", health, name="health"),
    path("metrics", metrics, name="metrics"),
    path("api/", api.urls),
    path("accounts/", include("allauth.urls")),
]
