"""Addresses of operators' own declarations, below the language."""

from __future__ import annotations

from django.urls import path

from passavant.portal.declarations.pages import own_declaration, own_declarations

__all__ = ["urlpatterns"]

urlpatterns = [
    path("declarations/", own_declarations, name="own_declarations"),
    path("declarations/<int:number>/", own_declaration, name="own_declaration"),
]
