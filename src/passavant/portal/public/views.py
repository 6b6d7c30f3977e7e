"""The public pages: what a shopper pays, and the law."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from passavant.errors import NotFound, PassavantError
from passavant.portal.look.language import current
from passavant.portal.people.permissions import anybody, requires
from passavant.portal.public import policies as law
from passavant.portal.public.forms import DayForm, QuestionForm, with_defaults
from passavant.portal.public.limits import may_ask
from passavant.portal.public.services import landed_cost as ask

__all__ = ["QUESTIONS_A_MINUTE", "landed_cost", "policies", "policy"]

#: Questions that one address may ask in a minute: each costs a run of the clearance.
QUESTIONS_A_MINUTE = 12


@require_safe
@requires(anybody)
def landed_cost(request: HttpRequest) -> HttpResponse:
    """Show the form and, once something is asked, what is due; the address holds the question."""
    form = QuestionForm(with_defaults(request.GET)) if "value" in request.GET else QuestionForm()
    shown: dict[str, Any] = {"form": form}
    status = 200
    if form.is_bound and form.is_valid():
        if may_ask(request, "landed_cost", QUESTIONS_A_MINUTE):
            shown |= _answer(form)
        else:
            shown["too_many"], status = True, 429
    answer = render(request, "public/landed_cost.html", shown, status=status)
    if status == 429:
        answer.headers["Retry-After"] = "60"
    return answer


def _answer(form: QuestionForm) -> dict[str, Any]:
    try:
        found = ask(form.question())
    except PassavantError as error:
        return {"problem": error}
    names = {
        "duty": _("Duty"),
        "vat": _("VAT at the border"),
        "fees": _("Fees"),
        "vendor_vat": _("VAT collected by the seller"),
    }
    return {
        "answer": found,
        "rows": [(names[one.kind], one, [rule.record(current()) for rule in one.rules]) for one in found.amounts],
        "others": [told.record(current()) for told in found.others],
        "law": law.one_policy(found.question.policy).file.title.text.say(current()),
    }


@require_safe
@requires(anybody)
def policies(request: HttpRequest) -> HttpResponse:
    """List the law of each destination."""
    return render(request, "public/policies.html", {"policies": law.policies(current())})


@require_safe
@requires(anybody)
def policy(request: HttpRequest, name: str) -> HttpResponse:
    """Show what one of them says on a day."""
    form = DayForm(request.GET if "on" in request.GET else {"on": ""})
    try:
        found = law.one_policy(name)
    except NotFound as error:
        raise Http404 from error
    shown: dict[str, Any] = {"form": form, "policy": found, "title": found.file.title.text.say(current())}
    if form.is_valid():
        on = form.cleaned_data["on"]
        form.initial["on"] = on
        content = law.content_of(found, on, current())
        shown |= {"on": on, "content": content, "dated": law.dated_parameters(found, on, current())}
        shown["sections"] = [
            (_section(section), rules)
            for section in law.SECTIONS
            if (rules := [rule for rule in content["rules"] if rule["section"] == section])
        ]
        shown["form"] = DayForm({"on": on.isoformat()})
    return render(request, "public/policy.html", shown)


def _section(name: str) -> str:
    return {
        "exclusion": _("Goods that lose relief"),
        "scheme": _("Schemes in which the seller collects"),
        "duty": _("Duty"),
        "fee": _("Fees"),
        "vat": _("VAT"),
        "waiver": _("Small amounts that are not collected"),
        "requirement": _("What must be declared, and what may not enter"),
    }[name]
