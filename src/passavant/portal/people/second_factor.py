"""A second factor for customs' own people: until they have one, they reach nothing but the page where they set it up."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from passavant.portal.look.language import without_language
from passavant.portal.oidc.stages import had_second_factor

__all__ = ["RequireSecondFactor"]

#: What one reaches without: signing in and out, setting the factor up, the language, what the page is made of, health.
_OPEN = ("/accounts/", "/static/", "/health")


class RequireSecondFactor:
    """Middleware that sends whoever needs a second factor and has none to the page where it is set up.

    Args:
        answer: What comes behind it.
    """

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or send there."""
        person = request.user
        wanting = (
            person.is_authenticated
            and not without_language(request.path).startswith(_OPEN)
            and person.needs_second_factor
            and not is_mfa_enabled(person)
            and not had_second_factor(request)
        )
        return redirect("mfa_index") if wanting else self._answer(request)
