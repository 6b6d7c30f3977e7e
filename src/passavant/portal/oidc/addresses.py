"""The two addresses of a sign-in through the provider, by allauth's names; outside the languages: a provider knows one alone."""

from __future__ import annotations

from django.urls import path

from passavant.portal.oidc.views import callback, login

__all__ = ["urlpatterns"]

urlpatterns = [
    path("oidc/<slug:provider_id>/login/", login, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", callback, name="openid_connect_callback"),
]
