"""What allauth may do here: accounts are made by an administrator, nobody signs up."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

__all__ = ["NoSignUp"]


class NoSignUp(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    """No registration by strangers."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False."""
        return False

    def get_login_stages(self) -> list[str]:
        """Return allauth's stages, with a second factor that an identity provider may have asked for already."""
        ours = {"allauth.mfa.stages.AuthenticateStage": "passavant.portal.oidc.stages.OurFactorUnlessTheirs"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]
