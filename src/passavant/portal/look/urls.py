"""Addresses of the home page and of one's own account."""

from __future__ import annotations

from django.urls import path

from passavant.portal.look.views import account, home

__all__ = ["urlpatterns"]

urlpatterns = [
    path("", home, name="home"),
    path("account/", account, name="account"),
]
