"""The two addresses of a sign-in through the provider: the way there, and the way back."""

from __future__ import annotations

from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.http import Http404, HttpRequest, HttpResponse

from passavant.portal.oidc.provider import AdministrationAdapter
from passavant.portal.people.permissions import anybody, requires

__all__ = ["callback", "login"]


@login_not_required  # type: ignore[untyped-decorator]  # allauth carries no types
@requires(anybody)
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Ask on GET, send to the provider on POST."""
    return _shown(OAuth2LoginView, request, provider_id)


@login_not_required  # type: ignore[untyped-decorator]  # allauth carries no types
@requires(anybody)
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take back whom the provider sends."""
    return _shown(OAuth2CallbackView, request, provider_id)


def _shown(view: type, request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        answer: HttpResponse = view.adapter_view(AdministrationAdapter(request, provider_id))(request)  # type: ignore[attr-defined]
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
    return answer
