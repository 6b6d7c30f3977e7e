"""Addresses of the public pages, below the language."""

from __future__ import annotations

from django.urls import path

from passavant.portal.public.seal_views import seals
from passavant.portal.public.views import landed_cost, policies, policy

__all__ = ["urlpatterns"]

urlpatterns = [
    path("landed-cost/", landed_cost, name="landed_cost"),
    path("policies/", policies, name="policies"),
    path("policies/<slug:name>/", policy, name="policy"),
    path("seals/", seals, name="seals"),
]
