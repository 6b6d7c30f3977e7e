"""Addresses of the rules, below the language."""

from __future__ import annotations

from django.urls import path

from passavant.portal.rulebook.views import back_test, change_rule, new_rule, rule, rules, version

__all__ = ["urlpatterns"]

urlpatterns = [
    path("rules/", rules, name="rules"),
    path("rules/write-new/", new_rule, name="rule_new"),  # a code has no dash
    path("rules/back-tests/<uuid:test>/", back_test, name="rule_back_test"),
    path("rules/<slug:code>/", rule, name="rule"),
    path("rules/<slug:code>/change/", change_rule, name="rule_change"),
    path("rules/<slug:code>/<int:number>/", version, name="rule_version"),
]
