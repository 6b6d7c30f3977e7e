"""Who may call an operation of the API from a session; whoever may not is answered with a problem document."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from ninja.security import SessionAuth

from passavant.errors import PassavantError
from passavant.portal.people.models import Person
from passavant.portal.people.permissions import Predicate

__all__ = ["Refused", "person_of", "session"]


class Refused(PassavantError):
    """Somebody is not let in.

    Attributes:
        status: 401 where nobody is signed in, 403 where the one who is may not.
    """

    def __init__(self, status: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.status = status


class session(SessionAuth):  # noqa: N801  # reads as a word: auth=session(auditor | supervisor)
    """Let an operation be called by signed-in people who have a permission; what changes something wants the CSRF token.

    Args:
        permission: Theirs; a test may ask for it.
    """

    def __init__(self, permission: Predicate) -> None:
        super().__init__(csrf=True)
        self.permission = permission

    def authenticate(self, request: HttpRequest, key: str | None) -> Person:
        """Return the person.

        Raises:
            Refused: nobody is signed in, or the person may not.
        """
        if not request.user.is_authenticated:
            raise _nobody()
        person = request.user
        if not self.permission(person):
            raise _may_not()
        return person


def person_of(request: HttpRequest) -> Person:
    """Return the person that :class:`session` let in."""
    return cast(Person, request.user)


def _nobody() -> Refused:
    return Refused(
        401,
        "portal.access.nobody",
        got=("a request without a session", "une requête sans session"),
        expected=("the session of somebody who may", "la session d'une personne habilitée"),
        next_step=("Sign in at /accounts/login/.", "Ouvrez une session à /accounts/login/."),
    )


def _may_not() -> Refused:
    return Refused(
        403,
        "portal.access.refused",
        got=("an account without the permission", "un compte sans l'habilitation"),
        expected=("one whose role allows it", "un compte dont le rôle le permet"),
        next_step=("Ask an administrator for the role.", "Demandez le rôle à un administrateur."),
    )
