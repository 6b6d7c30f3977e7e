"""What the page of a version lets its reader do: each step is one service, and its refusal is shown where it was asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from passavant.errors import BadInput
from passavant.portal.people.permissions import Predicate, person_behind
from passavant.portal.rulebook import services
from passavant.portal.rulebook.forms import ReasonForm, TestForm, put_error
from passavant.portal.rulebook.models import Version
from passavant.portal.rulebook.permissions import approvers, authors
from passavant.portal.rulebook.testing import ask

__all__ = ["act"]

_Step = Callable[[HttpRequest, Version, Any], HttpResponse]


def act(request: HttpRequest, version: Version, shown: dict[str, Any]) -> HttpResponse | None:
    """Do the step that a form asks for; None where it is refused, the form with its errors then stands in ``shown``.

    Raises:
        PermissionDenied: the step is not for this person.
    """
    name = request.POST.get("step", "")
    if name not in _STEPS:
        raise PermissionDenied
    permission, kind, step = _STEPS[name]
    if not permission(request.user):
        raise PermissionDenied
    form = kind(request.POST)
    shown["test_form" if kind is TestForm else "reason_form"] = form
    if not form.is_valid():
        return None
    try:
        return step(request, version, form.cleaned_data)
    except BadInput as error:
        put_error(form, error)
        return None


def _test(request: HttpRequest, version: Version, told: Any) -> HttpResponse:
    return redirect("rule_back_test", test=ask(version, told["days"], by=person_behind(request)).pk)


def _propose(request: HttpRequest, version: Version, told: Any) -> HttpResponse:
    services.propose_activation(version, told["reason"], by=person_behind(request))
    messages.success(request, _("Proposed. Another analyst or a supervisor now decides."))
    return redirect("rule_version", code=version.rule_id, number=version.number)


def _retire(request: HttpRequest, version: Version, told: Any) -> HttpResponse:
    services.propose_retirement(version, told["reason"], by=person_behind(request))
    messages.success(request, _("Proposed. Another analyst or a supervisor now decides."))
    return redirect("rule_version", code=version.rule_id, number=version.number)


def _approve(request: HttpRequest, version: Version, told: Any) -> HttpResponse:
    return _decide(request, version, told, approved=True)


def _refuse(request: HttpRequest, version: Version, told: Any) -> HttpResponse:
    return _decide(request, version, told, approved=False)


def _decide(request: HttpRequest, version: Version, told: Any, *, approved: bool) -> HttpResponse:
    proposal = services.open_proposal(version.rule)
    if proposal is None or proposal.version_id != version.pk:
        raise PermissionDenied
    services.decide(proposal, approved, told["reason"], by=person_behind(request))
    messages.success(request, _("Approved: it takes effect now.") if approved else _("Refused: nothing changes."))
    return redirect("rule", code=version.rule_id)


_STEPS: dict[str, tuple[Predicate, type[forms.Form], _Step]] = {
    "test": (authors, TestForm, _test),
    "propose": (authors, ReasonForm, _propose),
    "retire": (approvers, ReasonForm, _retire),
    "approve": (approvers, ReasonForm, _approve),
    "refuse": (approvers, ReasonForm, _refuse),
}
