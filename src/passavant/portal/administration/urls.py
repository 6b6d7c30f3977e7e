"""Addresses of the administration, below the language."""

from __future__ import annotations

from django.urls import path

from passavant.portal.administration import key_views as keys
from passavant.portal.administration import organisation_views as organisations
from passavant.portal.administration import people_views as people

__all__ = ["urlpatterns"]

urlpatterns = [
    path("administration/", people.people, name="administration"),
    path("administration/people/new/", people.invite, name="account_new"),
    path("administration/people/<int:number>/", people.person, name="person"),
    path("administration/people/<int:number>/role/", people.give, name="role_give"),
    path("administration/people/<int:number>/close/", people.close, name="account_close"),
    path("administration/people/<int:number>/open/", people.reopen, name="account_open"),
    path("administration/people/<int:number>/password/", people.password, name="account_new_password"),
    path("administration/roles/<int:number>/take/", people.take, name="role_take"),
    path("administration/organisations/", organisations.organisations, name="organisations"),
    path("administration/organisations/new/", organisations.add, name="organisation_new"),
    path("administration/organisations/<int:number>/", organisations.organisation, name="organisation"),
    path(
        "administration/organisations/<int:number>/declarant/", organisations.declarant, name="organisation_declarant"
    ),
    path("administration/organisations/<int:number>/quota/", organisations.quota, name="organisation_quota"),
    path("administration/keys/", keys.keys, name="keys"),
    path("administration/keys/new/", keys.make, name="key_new"),
    path("administration/keys/<slug:code>/revoke/", keys.revoke, name="key_revoke"),
]
