"""Every route of the API names its permission, and lets in or refuses each caller as it says."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from django.test import Client

from passavant.portal.api.root import api
from passavant.portal.operators.auth import KeyAuth, SignedInAuth
from passavant.portal.operators.scopes import SCOPES
from passavant.portal.people.models import Organisation
from passavant.portal.people.permissions import Predicate
from passavant.portal.people.roles import DECIDING, Role
from passavant.portal.people.services import give_role


class Route(NamedTuple):
    method: str
    path: str
    by_key: Predicate | None
    by_session: Predicate | None
    open_to_all: bool


def _of(operation: Any, method: str, path: str) -> Route:
    ways = operation.auth_callbacks
    return Route(
        method,
        path,
        next((way.permission for way in ways if isinstance(way, KeyAuth)), None),
        next((way.permission for way in ways if isinstance(way, SignedInAuth)), None),
        getattr(getattr(operation.view_func, "permission", None), "public", False),
    )


ROUTES = {
    f"{method} {bound.prefix}{path}": _of(operation, method, bound.prefix + path)
    for bound in api._get_bound_routers()
    for path, view in bound.path_operations.items()
    for operation in view.operations
    for method in operation.methods
}
_SHOWN = sorted(ROUTES)
#: What a key looks like to a permission.
_KEY: dict[str, Any] = {"is_authenticated": True, "is_active": True, "roles": ()}


def _call(client: Client, route: Route, **more: Any) -> int:
    path = re.sub(r"\{uuid\w*:[^}]*\}", str(UUID(int=1)), route.path)
    address = "/api/" + re.sub(r"\{[^}]*\}", "1", path).lstrip("/")
    body = {} if route.method == "GET" else {"data": "[]", "content_type": "application/json"}
    return int(client.generic(route.method, address, **body, **more).status_code)


@pytest.mark.parametrize("name", _SHOWN)
def test_every_route_names_its_permission(name: str) -> None:
    route = ROUTES[name]

    assert route.open_to_all != (route.by_key is not None or route.by_session is not None), (
        f"{name}: give it auth=key_auth.needing(…), session_auth.needing(…) or either(…), or decorate it with @public"
    )


@pytest.mark.parametrize("name", _SHOWN)
def test_a_stranger_reaches_what_is_public_alone(name: str, db: None, client: Client) -> None:
    route = ROUTES[name]

    assert route.open_to_all == (401 != _call(client, route))


@pytest.mark.parametrize("scope", list(SCOPES))
@pytest.mark.parametrize("name", _SHOWN)
def test_a_key_is_let_in_or_refused_by_its_scopes(name: str, scope: str, bearer: Any, client: Client) -> None:
    route = ROUTES[name]
    status = _call(client, route, headers=bearer(scope))

    if route.by_key is not None:
        assert route.by_key(SimpleNamespace(**_KEY, scopes={scope})) == (403 != status)
    else:
        assert route.open_to_all == (401 != status)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", _SHOWN)
def test_a_role_is_let_in_or_refused_as_the_permission_says(
    name: str, role: Role, person: Any, post: Organisation, client: Client
) -> None:
    route, somebody = ROUTES[name], person("ada", role)
    if role not in DECIDING:  # the others are for an organisation that does not declare
        somebody.memberships.all().delete()
        give_role(somebody, role, post, by="test")
    client.force_login(somebody)
    status = _call(client, route)

    if route.by_session is not None:
        assert route.by_session(somebody) == (403 != status)
    else:
        assert route.open_to_all == (401 != status)
