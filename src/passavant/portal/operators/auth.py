"""Who may call a route of the API: by a key, or signed in; each authentication carries the permission of its route.

>>> from passavant.portal.operators.scopes import scope
>>> key_auth.needing(scope("declarations:read")).permission.name
'declarations:read'
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.security import APIKeyCookie, HttpBearer

from passavant.portal.operators.callers import Caller, Member
from passavant.portal.operators.networks import address_of
from passavant.portal.operators.refusals import forbidden, no_organisation, unauthorised
from passavant.portal.operators.verification import verified
from passavant.portal.people.models import Person
from passavant.portal.people.permissions import Predicate, anybody, signed_in

__all__ = ["caller_of", "KeyAuth", "SignedInAuth", "either", "key_auth", "person_of", "public", "session_auth"]

Route = TypeVar("Route", bound=Callable[..., Any])


class KeyAuth(HttpBearer):
    """``Authorization: Bearer pvt_<id>_<secret>``; the route finds a :class:`Caller` in ``request.auth``.

    Args:
        permission: What the caller needs.
    """

    def __init__(self, permission: Predicate) -> None:
        super().__init__()
        self.permission = permission

    def needing(self, permission: Predicate) -> KeyAuth:
        """Return the same with a permission."""
        return KeyAuth(permission)

    def __call__(self, request: HttpRequest) -> Any:
        """Return the caller; None where no key is shown, and note that one was wanted."""
        request.key_wanted = True  # type: ignore[attr-defined]  # read by the refusal, should nothing else let it in
        return super().__call__(request)

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """Return the caller, or refuse: 401 where the key is not valid, 403 where it may not do this."""
        caller = verified(token, address_of(request))
        if caller is None:
            raise unauthorised()
        if not self.permission(caller):
            raise forbidden(self.permission.name)
        return caller


class SignedInAuth(APIKeyCookie):
    """The session of a person signed in, with the token against forged requests; gives a :class:`Member`.

    Whoever has roles for several organisations names one: ``?organisation=<its number>``.

    Args:
        permission: What the person needs, in the roles for that organisation.
    """

    def __init__(self, permission: Predicate) -> None:
        from django.conf import settings

        self.param_name = settings.SESSION_COOKIE_NAME
        self.permission = permission
        super().__init__(csrf=True)

    def needing(self, permission: Predicate) -> SignedInAuth:
        """Return the same with a permission."""
        return SignedInAuth(permission)

    def __call__(self, request: HttpRequest) -> Member | None:
        """Return the member; None where nobody is signed in."""
        if not request.user.is_authenticated:
            return None
        try:
            self._get_key(request)
        except HttpError as error:  # the library's own refusal has another form
            raise forbidden("X-CSRFToken") from error
        return self.authenticate(request, None)

    def authenticate(self, request: HttpRequest, key: str | None) -> Member:
        """Return the member, or refuse with 403."""
        memberships = list(request.user.memberships.select_related("organisation"))  # type: ignore[union-attr]
        able = [
            one
            for one in {each.organisation_id: _member(request, memberships, each) for each in memberships}.values()
            if self.permission(one)
        ]
        if not able:
            raise forbidden(self.permission.name)
        asked = request.GET.get("organisation")
        named = [one for one in able if asked is None or str(one.organisation.pk) == asked]
        if len(named) != 1:
            raise no_organisation(", ".join(f"{one.organisation.pk} ({one.organisation})" for one in able))
        return named[0]


def _member(request: HttpRequest, memberships: list[Any], one: Any) -> Member:
    roles = frozenset(each.role for each in memberships if each.organisation_id == one.organisation_id)
    return Member(one.organisation, request.user, roles)  # type: ignore[arg-type]


#: Any valid key; routes say which scope: ``auth=key_auth.needing(scope("declarations:write"))``.
key_auth = KeyAuth(Predicate("any key", lambda who: isinstance(who, Caller)))
#: Anybody signed in; routes say in which role: ``auth=session_auth.needing(operator)``.
session_auth = SignedInAuth(signed_in)


def either(permission: Predicate) -> list[Any]:
    """Return both ways in, for a permission of keys or of people: ``scope("webhooks:manage") | operator``."""
    return [key_auth.needing(permission), session_auth.needing(permission)]


def person_of(request: HttpRequest) -> Person:
    """Return the person signed in behind a request that :data:`session_auth` let in."""
    member: Member = request.auth  # type: ignore[attr-defined]  # likewise
    return member.person


def caller_of(request: HttpRequest) -> Caller:
    """Return whose key a request came with that :data:`key_auth` let in."""
    caller: Caller = request.auth  # type: ignore[attr-defined]  # the library sets it
    return caller


def public(route: Route) -> Route:
    """Say that a route of the API is for anybody; every route says so or names its permission."""
    route.permission = anybody  # type: ignore[attr-defined]
    return route
