"""Organisations: the list, one of them with its people, quotas and keys, and what changes it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from passavant.portal.administration import services, shown
from passavant.portal.administration.forms import DeclarantForm, OrganisationForm, QuotaForm
from passavant.portal.administration.queries import listed_keys, listed_organisations, listed_people
from passavant.portal.administration.steps import Step, ask
from passavant.portal.administration.tabs import home_crumbs, tabs
from passavant.portal.operators.services import set_quota
from passavant.portal.people.models import Organisation
from passavant.portal.people.permissions import administrator, person_behind, requires

__all__ = ["add", "declarant", "organisation", "organisations", "quota"]

_POSTED = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@requires(administrator)
def organisations(request: HttpRequest) -> HttpResponse:
    """List them."""
    told = {
        "tabs": tabs("organisations"), "head": shown.organisation_titles(), "numeric": (2, 3),
        "rows": shown.organisation_rows(listed_organisations()),
    }  # fmt: skip
    return render(request, "administration/organisations.html", told)


@require_safe
@requires(administrator)
def organisation(request: HttpRequest, number: int) -> HttpResponse:
    """Show one: its declarant, its people, how much it may send, its keys."""
    found = _found(number)
    told = {
        "organisation": found, "above": _crumbs(), "quotas": shown.quota_rows(found), "counts": (1, 2),
        "quota_titles": [_("Of which data?"), _("A minute"), _("A day (UTC)"), _("Set for")],
        "people": shown.people_rows(listed_people({}).filter(memberships__organisation=found).distinct()),
        "people_titles": shown.people_titles(), "key_titles": shown.key_titles(of_one=True),
        "keys": shown.key_rows(listed_keys(found), of_one=True),
    }  # fmt: skip
    return render(request, "administration/organisation.html", told)


@_POSTED
@requires(administrator)
def add(request: HttpRequest) -> HttpResponse:
    """Add an organisation."""
    step = Step(
        _("Add an organisation"),
        _("An office, an operator, an issuer of documents, a ministry: people have their roles for it. One that declares has a declarant too."),
        _("Add the organisation"), _crumbs(),
    )  # fmt: skip

    def do(given: dict[str, Any]) -> HttpResponse:
        made = services.add_organisation(
            given["name"], given["declarant_id"], by=person_behind(request), purpose=given["purpose"]
        )
        return _done(request, made, _("The organisation is added."))

    return ask(request, step, OrganisationForm(request.POST or None), do)


@_POSTED
@requires(administrator)
def declarant(request: HttpRequest, number: int) -> HttpResponse:
    """Say by which name an organisation's declarations call it."""
    found = _found(number)
    step = Step(
        _("Name the declarant of %(name)s") % {"name": found},
        _("Declarations that come by its keys bear this name; its people see what was declared under it."),
        _("Name the declarant"), _above(found),
        barred=_("It has a declarant already, and its declarations are found by it.") if found.declarant_id else "",
    )  # fmt: skip

    def do(given: dict[str, Any]) -> HttpResponse:
        services.name_declarant(found, given["declarant_id"], by=person_behind(request), purpose=given["purpose"])
        return _done(request, found, _("The declarant is named."))

    return ask(request, step, DeclarantForm(request.POST or None), do)


@_POSTED
@requires(administrator)
def quota(request: HttpRequest, number: int) -> HttpResponse:
    """Set how many declarations an organisation may send."""
    found = _found(number)
    step = Step(
        _("Set the quota of %(name)s") % {"name": found},
        _("It counts within a minute. What is beyond it is refused with the time to try again."),
        _("Set the quota"), _above(found),
    )  # fmt: skip

    def do(given: dict[str, Any]) -> HttpResponse:
        set_quota(
            found, given["per_minute"], given["per_day"], by=person_behind(request).email, sandbox=given["kind"] == "trial",
            purpose=given["purpose"],
        )  # fmt: skip
        return _done(request, found, _("The quota is set."))

    return ask(request, step, QuotaForm(request.POST or None), do)


def _found(number: int) -> Organisation:
    return get_object_or_404(Organisation, pk=number)


def _crumbs() -> list[tuple[str, str]]:
    return [*home_crumbs(), (_("Organisations"), reverse("organisations"))]


def _above(found: Organisation) -> list[tuple[str, str]]:
    return [*_crumbs(), (found.name, reverse("organisation", args=[found.pk]))]


def _done(request: HttpRequest, found: Organisation, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("organisation", found.pk)
