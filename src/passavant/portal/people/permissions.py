"""Permissions: small named predicates over a person, combined with ``|`` and ``&``; every view names one.

>>> (officer | analyst).name
'officer | analyst'
>>> anybody.name, anybody.public
('anybody', True)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from passavant.portal.people.models import Person
from passavant.portal.people.roles import Role

__all__ = [
    "Predicate",
    "administrator",
    "analyst",
    "anybody",
    "auditor",
    "has_role",
    "image_analyst",
    "issuer",
    "national_contact",
    "officer",
    "operator",
    "person_behind",
    "policy_unit",
    "requires",
    "signed_in",
    "supervisor",
]

View = TypeVar("View", bound=Callable[..., HttpResponse])


@dataclass(frozen=True)
class Predicate:
    """A permission.

    Attributes:
        name: As the documentation and the matrix of permissions name it.
        holds: Whether a person (or an anonymous visitor) has it.
        public: Whether no account is needed.
    """

    name: str
    holds: Callable[[Any], bool] = field(repr=False)
    public: bool = False

    def __call__(self, person: Any) -> bool:
        """Return whether a person has it."""
        return self.holds(person)

    def __or__(self, other: Predicate) -> Predicate:
        return Predicate(
            f"{self.name} | {other.name}", lambda who: self(who) or other(who), self.public or other.public
        )

    def __and__(self, other: Predicate) -> Predicate:
        return Predicate(
            f"{self.name} & {other.name}", lambda who: self(who) and other(who), self.public and other.public
        )


def has_role(role: Role) -> Predicate:
    """Return the permission of those who have a role."""
    return Predicate(role.value, lambda who: bool(who.is_authenticated and who.is_active and role in who.roles))


#: No account is needed.
anybody = Predicate("anybody", lambda _who: True, public=True)
#: Any account will do.
signed_in = Predicate("signed_in", lambda who: bool(who.is_authenticated and who.is_active))
officer, supervisor, analyst = has_role(Role.OFFICER), has_role(Role.SUPERVISOR), has_role(Role.ANALYST)
policy_unit, image_analyst = has_role(Role.POLICY), has_role(Role.IMAGE_ANALYST)
operator, issuer = has_role(Role.OPERATOR), has_role(Role.ISSUER)
national_contact, auditor = has_role(Role.NATIONAL_CONTACT), has_role(Role.AUDITOR)
administrator = has_role(Role.ADMINISTRATOR)


def person_behind(request: HttpRequest) -> Person:
    """Return the person that :func:`requires` let in."""
    return cast(Person, request.user)


def requires(permission: Predicate) -> Callable[[View], View]:
    """Let a view be reached by those who have a permission; others sign in, or are refused.

    The view keeps it as ``permission``: a test walks all addresses and fails on a view without one.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if permission(request.user):
                return view(request, *args, **kwargs)
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            raise PermissionDenied

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate
