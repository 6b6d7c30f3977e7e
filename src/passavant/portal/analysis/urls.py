"""Addresses of the dashboards, below the language."""

from __future__ import annotations

from django.urls import path

from passavant.portal.analysis.integrity_page import integrity
from passavant.portal.analysis.views import overview, reasons, results, senders

__all__ = ["urlpatterns"]

urlpatterns = [
    path("analysis/", overview, name="analysis"),
    path("analysis/reasons/", reasons, name="analysis_reasons"),
    path("analysis/senders/", senders, name="analysis_senders"),
    path("analysis/results/", results, name="analysis_results"),
    path("analysis/integrity/", integrity, name="analysis_integrity"),
]
