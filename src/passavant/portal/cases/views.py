"""The queue, the search and the page of a case."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from passavant.errors import BadInput, NotFound, PassavantError
from passavant.portal.cases.answering import exchange_of
from passavant.portal.cases.facts import explanation_of
from passavant.portal.cases.forms import FilterForm, NamesForm, SearchForm
from passavant.portal.cases.history import linked_parcels, sender_history
from passavant.portal.cases.models import Case
from passavant.portal.cases.onward import filters_of, written
from passavant.portal.cases.paging import CasePage
from passavant.portal.cases.permissions import acts_on_cases, reads_cases, sets_capacity
from passavant.portal.cases.queries import case_of, lane_counts, queue, search
from passavant.portal.cases.seen import seen_token
from passavant.portal.cases.shown import case_shown, grouped, reason_named
from passavant.portal.cases.words import ACTIONS
from passavant.portal.look.language import current
from passavant.portal.people.permissions import person_behind, requires

__all__ = ["case", "cases", "find", "wanted_case"]


@requires(reads_cases)
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """Show the queue: tabs by lane, filters in the address, first what is to be answered first."""
    form = FilterForm(request.GET)
    filters = filters_of(form)
    page = _page(lambda after: queue(filters, person_behind(request), after=after), request)
    lanes = lane_counts()
    shown = {
        "form": form, "search": SearchForm(), "page": page, "lanes": lanes, "lane": filters.get("lane", ""),
        "total": sum(one.open for one in lanes), "next": _next(request, page), "may_act": acts_on_cases(request.user),
        "sets_capacity": sets_capacity(request.user), "kept": written({**filters, "lane": ""}),
        "overdue": sum(one.overdue for one in lanes), "list": written(filters),
    }  # fmt: skip
    return render(request, "cases/queue.html", shown)


@requires(reads_cases)
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Show the cases that are searched for, closed ones too."""
    form = SearchForm(request.GET)
    wanted = form.cleaned_data["q"] if form.is_valid() else ""
    page = _page(lambda after: search(wanted, after=after), request)
    return render(
        request, "cases/search.html", {"form": form, "page": page, "wanted": wanted, "next": _next(request, page)}
    )


@requires(reads_cases)
@require_safe
def case(request: HttpRequest, number: int) -> HttpResponse:
    """Show a case: what was declared, what is due, every reason and its law, what stands beside it, what can be done."""
    one = wanted_case(number)
    try:
        facts: dict[str, Any] = case_shown(explanation_of(one), current())
    except PassavantError as error:  # the lake has lost the run: what the database holds is shown
        facts = {"problem": error}
    sender = sender_history(one.declarant_id, one.administration)
    shown: dict[str, Any] = {
        "case": one, "may_act": acts_on_cases(request.user), "seen": seen_token(one), "actions": list(ACTIONS),
        "own_proposal": bool(one.proposed and one.proposed.get("by") == getattr(request.user, "email", "")),
        "linked": linked_parcels(one), "sender": sender, "exchange": exchange_of(one),
        "quality": [(reason_named(code, current()), count) for code, count in sender.quality],
        "reason_rows": grouped(facts.get("reasons", ())),
        "newer": Case.objects.filter(consignment_id=one.consignment_id, version__gt=one.version).last(),
        "cancelled": one.events.filter(action="cancel").last(), "events": one.events.order_by("pk"), "results": one.results.order_by("pk"), "names_form": NamesForm(),
        **facts,
    }  # fmt: skip
    return render(request, "cases/case.html", shown)


def wanted_case(number: int) -> Case:
    """Return a case, or answer that there is none."""
    try:
        return case_of(number)
    except NotFound as error:
        raise Http404 from error


def _page(read: Any, request: HttpRequest) -> CasePage:
    try:
        page: CasePage = read(request.GET.get("after", ""))
    except BadInput:  # a cursor that somebody made up: the first page
        page = read("")
    return page


def _next(request: HttpRequest, page: CasePage) -> str:
    if not page.after:
        return ""
    asked = request.GET.copy()
    asked["after"] = page.after
    return f"?{asked.urlencode()}"
