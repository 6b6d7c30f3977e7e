"""The home page, and the page of one's own account."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from passavant.portal.look.account import LanguageForm, choose_language, roles_of
from passavant.portal.look.language import in_language, remember
from passavant.portal.look.navigation import places_for, waiting_for
from passavant.portal.people.permissions import anybody, issuer, national_contact, person_behind, requires, signed_in

__all__ = ["account", "home"]


@require_safe
@requires(anybody)
def home(request: HttpRequest) -> HttpResponse:
    """Show what this is and where the reader may go."""
    shown = places_for(request.user)
    mine, public = [one for one in shown if not one.public], [one for one in shown if one.public]
    told = {"mine": mine, "public": public, "waiting": waiting_for(request.user)}
    return render(
        request, "look/home.html", told | {"issues": issuer(request.user), "contact": national_contact(request.user)}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(signed_in)
def account(request: HttpRequest) -> HttpResponse:
    """Show whose account it is; let its language be chosen."""
    form = LanguageForm(request.POST or None, initial={"language": person_behind(request).language})
    if form.is_valid():
        code = choose_language(request.user, form.cleaned_data["language"])
        answer = redirect(in_language(request.path, code))
        remember(answer, code)
        return answer
    return render(request, "look/account.html", {"form": form, "roles": roles_of(request.user)})
