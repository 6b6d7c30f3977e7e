"""What allauth finds below the language: nothing, since a provider knows one address alone (see ``addresses``)."""

from __future__ import annotations

from django.urls import URLPattern

__all__ = ["urlpatterns"]

urlpatterns: list[URLPattern] = []
