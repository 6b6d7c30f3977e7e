"""Who may reach what: every address names its permission, and each role is let in or refused as it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from passavant.portal.people.permissions import Predicate
from passavant.portal.people.roles import Role


def _routes(resolver: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern, before + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield before + str(pattern.pattern), pattern.callback


#: Views of libraries guard themselves: sign-in pages of allauth, and the API, whose operations have tests of their own.
_GUARDED_BY_LIBRARY = ("allauth.", "ninja.")
ROUTES = {
    route: view
    for route, view in _routes(get_resolver())
    if not getattr(view, "__module__", "").startswith(_GUARDED_BY_LIBRARY)
    and not route.startswith(("en/accounts/", "api/"))
}
#: What stands for the parameters of an address, by name.
_EXAMPLES = {
    "name": "EU",
    "file": "licences.txt",
    "provider_id": "none",
    "number": "1",
    "action": "release",
    "digest": "0",
    "code": "none",
    "test": "00000000-0000-0000-0000-000000000001",
}


def _address(route: str) -> str:
    """Return an address of a route."""
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda parameter: _EXAMPLES[parameter[1]], route)


@pytest.mark.parametrize("route", sorted(ROUTES))
def test_every_address_names_its_permission(route: str) -> None:
    permission = getattr(ROUTES[route], "permission", None)

    assert isinstance(permission, Predicate), f"{route}: decorate its view with @requires(…)"


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("route", sorted(ROUTES))
def test_each_role_is_let_in_or_refused_as_the_permission_says(
    route: str, role: Role, person: Any, client: Client
) -> None:
    somebody = person("ada", role)
    client.force_login(somebody)
    allowed = ROUTES[route].permission(somebody)

    answered = client.get(_address(route)).status_code

    assert (403 == answered) != allowed
    assert 302 != answered


@pytest.mark.parametrize("route", sorted(ROUTES))
def test_a_stranger_reaches_what_is_public_and_signs_in_for_the_rest(route: str, db: None, client: Client) -> None:
    answer = client.get(_address(route))

    if ROUTES[route].permission.public:
        assert answer.status_code not in (302, 403)
    else:
        assert 302 == answer.status_code
        assert answer.headers["Location"].startswith("/en/accounts/login/")


def test_a_closed_account_has_no_permission(person: Any) -> None:
    somebody = person("ada", Role.ADMINISTRATOR)
    before = ROUTES["metrics"].permission(somebody)
    somebody.is_active = False

    assert (True, False) == (before, ROUTES["metrics"].permission(somebody))
