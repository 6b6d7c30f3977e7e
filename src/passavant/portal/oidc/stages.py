"""The second factor after a sign-in through the provider: the provider's own where its word is trusted, else ours."""

from __future__ import annotations

from typing import Any

from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest

from passavant.portal.oidc.configuration import trusts_second_factor
from passavant.portal.oidc.tokens import has_second_factor

__all__ = ["OurFactorUnlessTheirs", "had_second_factor"]

_KEY = "second_factor_of"


class OurFactorUnlessTheirs(AuthenticateStage):  # type: ignore[misc]  # allauth carries no types
    """Ask for ours, unless the provider says that it asked for one and is trusted in that."""

    def _should_handle(self, request: HttpRequest) -> bool:
        login = (self.login.signal_kwargs or {}).get("sociallogin")
        if login is not None and trusts_second_factor() and has_second_factor(_claims(login)):
            request.session[_KEY] = self.login.user.pk
            return False
        return bool(super()._should_handle(request))


def had_second_factor(request: HttpRequest) -> bool:
    """Return whether the session's person showed a second factor to the provider, and that counts."""
    return request.user.is_authenticated and request.session.get(_KEY) == request.user.pk


def _claims(login: Any) -> dict[str, Any]:
    return dict(login.account.extra_data.get("id_token") or {})
