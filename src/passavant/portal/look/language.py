"""The two languages: the address of a page in the other one, and the language of the account once somebody signed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.translation import activate, get_language

__all__ = ["KeepLanguage", "Version", "current", "in_language", "remember", "versions", "without_language"]

_NAMES = {"en": "English", "fr": "Français"}
#: A year, in seconds.
_YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Version:
    """A page in one of the languages."""

    code: str
    name: str
    address: str
    here: bool


def current() -> str:
    """Return the language of the answer in the making: ``en`` or ``fr``."""
    return "fr" if (get_language() or "en").startswith("fr") else "en"


def without_language(path: str) -> str:
    """Return a path without the language that it begins with.

    >>> without_language("/fr/accounts/2fa/"), without_language("/health"), without_language("/en")
    ('/accounts/2fa/', '/health', '/')
    """
    for code in _NAMES:
        if path == f"/{code}" or path.startswith(f"/{code}/"):
            return path[len(code) + 1 :] or "/"
    return path


def in_language(path: str, code: str) -> str:
    """Return the address of the same page in a language; of a page that has no languages, the home page.

    >>> in_language("/en/policies/EU/?on=2026-07-01", "fr"), in_language("/metrics", "fr")
    ('/fr/policies/EU/?on=2026-07-01', '/fr/')
    """
    bare = without_language(path)
    return f"/{code}{bare}" if bare != path else f"/{code}/"


def versions(path: str) -> list[Version]:
    """Return a page in every language."""
    return [Version(code, name, in_language(path, code), code == current()) for code, name in _NAMES.items()]


def remember(response: HttpResponse, code: str) -> None:
    """Let a browser ask for a language from now on, where an address names none."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=_YEAR,
        secure=bool(settings.LANGUAGE_COOKIE_SECURE),
        samesite="Lax",
        httponly=True,
    )


@receiver(user_logged_in)
def on_sign_in(sender: Any, request: HttpRequest | None, user: Any, **_: Any) -> None:
    """Note the language of the account, for the answer to this request."""
    if request is not None:
        request.META[_SIGNED_IN] = user.language
        activate(user.language)  # what is said of the sign-in stands on the next page, which is in this language


_SIGNED_IN = "passavant.language"


class KeepLanguage:
    """Middleware that sends whoever just signed in on in the language of the account, and lets the browser remember it.

    Args:
        answer: What comes behind it.
    """

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        response = self._answer(request)
        code = request.META.get(_SIGNED_IN)
        if code:
            remember(response, code)
            place = response.headers.get("Location", "")
            if without_language(place) != place:
                response.headers["Location"] = in_language(place, code)
        return response
