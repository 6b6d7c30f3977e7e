"""Addresses of the page that checks documents: it finds its files and the look-up beside itself, and chooses its language."""

from __future__ import annotations

from django.urls import path

from passavant.portal.public.seal_views import check_page, look_up, page_asset

__all__ = ["urlpatterns"]

urlpatterns = [
    path("", check_page, name="seal_check"),
    path("static/seal/<str:file>", page_asset, name="seal_asset"),
    path("api/v1/seals", look_up, name="seal_look_up"),
]
