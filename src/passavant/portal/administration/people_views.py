"""Accounts: the list, one person, and what changes them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from passavant.portal.administration import services, shown
from passavant.portal.administration.forms import InviteForm, PeopleFilter, ReasonForm, RoleForm
from passavant.portal.administration.queries import listed_people
from passavant.portal.administration.steps import Step, ask, show_secret
from passavant.portal.administration.tabs import home_crumbs, tabs
from passavant.portal.people.models import Membership, Person
from passavant.portal.people.permissions import administrator, person_behind, requires
from passavant.portal.people.roles import Role

__all__ = ["close", "give", "invite", "password", "people", "person", "reopen", "take"]

_POSTED = require_http_methods(["GET", "HEAD", "POST"])
_PAGE = 50


@require_safe
@requires(administrator)
def people(request: HttpRequest) -> HttpResponse:
    """List the accounts, by filters in the address."""
    form = PeopleFilter(request.GET)
    found = listed_people(form.cleaned_data if form.is_valid() else {})
    page = Paginator(found, _PAGE).get_page(request.GET.get("page"))
    told = {
        "form": form, "page": page, "tabs": tabs("administration"), "total": page.paginator.count,
        "head": shown.people_titles(), "rows": shown.people_rows(page), "whole": shown.WHOLE_OF_PEOPLE,
    }  # fmt: skip
    return render(request, "administration/people.html", told)


@require_safe
@requires(administrator)
def person(request: HttpRequest, number: int) -> HttpResponse:
    """Show an account and its roles, and what can be done."""
    found = _found(number)
    told = {
        "person": found, "rows": shown.person_rows(found), "own": found.pk == person_behind(request).pk, "above": home_crumbs(),
        "memberships": [(one, Role(one.role).label) for one in found.memberships.all()],
    }  # fmt: skip
    return render(request, "administration/person.html", told)


@_POSTED
@requires(administrator)
def invite(request: HttpRequest) -> HttpResponse:
    """Make an account with its first role; show its first password once."""
    step = Step(
        _("Make an account"),
        _("The person signs in with the e-mail address and a first password, which the next page shows once. Customs' own people then set up a second factor."),
        _("Make the account"),
        home_crumbs(),
    )  # fmt: skip

    def do(given: dict[str, Any]) -> HttpResponse:
        made, secret = services.invite(
            given["email"], given["name"], Role(given["role"]), given["organisation"], given["language"],
            by=person_behind(request), purpose=given["purpose"],
        )  # fmt: skip
        return _secret(request, made, secret)

    return ask(request, step, InviteForm(request.POST or None), do)


@_POSTED
@requires(administrator)
def password(request: HttpRequest, number: int) -> HttpResponse:
    """Give somebody who lost the password a new first one."""
    found = _found(number)
    step = Step(
        _("Give %(name)s a new password") % {"name": found},
        _("The old password no longer counts, and whoever is signed in with it is signed out. The second factor stays. Make sure that it is this person who asks."),
        _("Give a new password"), _above(found), "warning", _barred(request, found),
    )  # fmt: skip

    def do(given: dict[str, Any]) -> HttpResponse:
        secret = services.first_password(found, by=person_behind(request), purpose=given["purpose"])
        return _secret(request, found, secret)

    return ask(request, step, ReasonForm(request.POST or None), do)


@_POSTED
@requires(administrator)
def give(request: HttpRequest, number: int) -> HttpResponse:
    """Give somebody a role."""
    found = _found(number)
    step = Step(
        _("Give %(name)s a role") % {"name": found},
        _("A role counts at once, for the organisation that it is given for."),
        _("Give the role"), _above(found), barred=_barred(request, found),
    )  # fmt: skip

    def do(given: dict[str, Any]) -> HttpResponse:
        services.give_role(
            found, Role(given["role"]), given["organisation"], by=person_behind(request), purpose=given["purpose"]
        )
        return _done(request, found, _("The role is given and recorded."))

    return ask(request, step, RoleForm(request.POST or None), do)


@_POSTED
@requires(administrator)
def take(request: HttpRequest, number: int) -> HttpResponse:
    """Take a role back."""
    membership = get_object_or_404(Membership.objects.select_related("person", "organisation"), pk=number)
    found = membership.person
    named = {"role": Role(membership.role).label, "organisation": membership.organisation, "name": found}
    step = Step(
        _("Take a role back"),
        _("%(name)s loses at once the role “%(role)s” for %(organisation)s. What was done in that role stays in the trail.") % named,
        _("Take the role back"), _above(found), "warning", _barred(request, found),
    )  # fmt: skip

    def do(given: dict[str, Any]) -> HttpResponse:
        services.take_role(membership, by=person_behind(request), purpose=given["purpose"])
        return _done(request, found, _("The role is taken back and recorded."))

    return ask(request, step, ReasonForm(request.POST or None), do)


@_POSTED
@requires(administrator)
def close(request: HttpRequest, number: int) -> HttpResponse:
    """Close an account."""
    found = _found(number)
    step = Step(
        _("Close the account of %(name)s") % {"name": found},
        _("The person can no longer sign in, and is signed out at once. What the person did stays in the trail; the account can be opened again."),
        _("Close the account"), _above(found), "warning", _barred(request, found),
    )  # fmt: skip

    def do(given: dict[str, Any]) -> HttpResponse:
        services.close_account(found, by=person_behind(request), purpose=given["purpose"])
        return _done(request, found, _("The account is closed."))

    return ask(request, step, ReasonForm(request.POST or None), do)


@_POSTED
@requires(administrator)
def reopen(request: HttpRequest, number: int) -> HttpResponse:
    """Open a closed account again."""
    found = _found(number)
    step = Step(
        _("Open the account of %(name)s again") % {"name": found},
        _("The person can sign in again, with the roles shown on the page of the account."),
        _("Open the account"), _above(found),
    )  # fmt: skip

    def do(given: dict[str, Any]) -> HttpResponse:
        services.open_account(found, by=person_behind(request), purpose=given["purpose"])
        return _done(request, found, _("The account is open again."))

    return ask(request, step, ReasonForm(request.POST or None), do)


def _found(number: int) -> Person:
    return get_object_or_404(listed_people({}), pk=number)


def _above(found: Person) -> list[tuple[str, str]]:
    return [*home_crumbs(), (str(found), reverse("person", args=[found.pk]))]


def _barred(request: HttpRequest, found: Person) -> str:
    own = found.pk == person_behind(request).pk
    return _("This is your own account: another administrator changes it.") if own else ""


def _done(request: HttpRequest, found: Person, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("person", found.pk)


def _secret(request: HttpRequest, found: Person, secret: str) -> HttpResponse:
    return show_secret(
        request, _("The first password of %(name)s") % {"name": found}, secret, [(_("E-mail address"), found.email)],
        _("Give it to the person by a way of its own, not by the e-mail address it belongs to. The person changes it after signing in."),
        _above(found),
    )  # fmt: skip
