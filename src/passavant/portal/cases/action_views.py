"""Forms by which officers act on one case; what cannot be done is told on the page of the case as it then stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from passavant.errors import PassavantError
from passavant.portal.cases import services
from passavant.portal.cases.forms import ActionForm, CapacityForm, NamesForm, ResultForm, SecondForm, WithdrawForm
from passavant.portal.cases.models import Case, State
from passavant.portal.cases.onward import case_address, kept_list, queue_address, say_done
from passavant.portal.cases.permissions import acts_on_cases, sets_capacity
from passavant.portal.cases.queries import lane_counts
from passavant.portal.cases.rules import needs_second
from passavant.portal.cases.seen import read_seen, seen_token
from passavant.portal.cases.views import wanted_case
from passavant.portal.cases.words import ACTIONS, DONE
from passavant.portal.look.language import current
from passavant.portal.look.told import told_in_line
from passavant.portal.people.permissions import person_behind, requires

__all__ = ["act", "capacity", "names", "result", "second", "take", "take_next", "withdraw"]


@requires(acts_on_cases)
@require_POST
def take(request: HttpRequest, number: int) -> HttpResponse:
    """Assign a case to whoever asks."""
    return _done(
        request, number, lambda: services.take(number, person_behind(request)), _("The case is yours."), ends=False
    )


@requires(acts_on_cases)
@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    """Assign the most urgent case that nobody has, and show it."""
    case = services.take_next(person_behind(request), request.POST.get("lane", ""))
    if case is None:
        messages.info(request, _("No new case waits."))
        return redirect(queue_address(kept_list(request)))
    return redirect(case_address("case", kept_list(request), case.pk))


@requires(acts_on_cases)
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, number: int, action: str) -> HttpResponse:
    """Ask for the reason, then do it or propose it."""
    if action not in ACTIONS:
        raise Http404
    case = wanted_case(number)
    if request.method != "POST":
        form = ActionForm(action, initial={"seen": request.GET.get("seen") or seen_token(case)})
        return _act_page(request, case, action, form)
    form = ActionForm(action, request.POST)
    if not form.is_valid():
        return _act_page(request, case, action, form)
    given = form.cleaned_data

    def doing() -> Case:
        seen = read_seen(number, given["seen"])
        return services.act(
            number, action, person_behind(request), given["reason"], given["note"], seen=seen,
            question=given.get("question", ""),
        )  # fmt: skip

    proposed = needs_second(case, action)
    done = _("Proposed: a second person decides.") if proposed else DONE[action].say(current())
    return _done(request, number, doing, done)


@requires(acts_on_cases)
@require_http_methods(["GET", "HEAD", "POST"])
def second(request: HttpRequest, number: int) -> HttpResponse:
    """Show what is proposed, and take the answer of a second person."""
    case = wanted_case(number)
    form = SecondForm(request.POST or None, initial={"seen": request.GET.get("seen") or seen_token(case)})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data

        def doing() -> Case:
            seen = read_seen(number, given["seen"])
            if given["answer"] == "approve":
                return services.approve(number, person_behind(request), seen=seen, note=given["note"])
            return services.reject(number, person_behind(request), given["note"], seen=seen)

        said = str((case.proposed or {}).get("action", "")) if given["answer"] == "approve" else "reject"
        return _done(request, number, doing, DONE[said].say(current()) if said in DONE else "")
    waits = case.state == State.SECOND and case.proposed
    return render(
        request, "cases/second.html", {"case": case, "form": form, "proposed": case.proposed if waits else None}
    )


@requires(acts_on_cases)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Let people take back what they proposed, and say why."""
    case = wanted_case(number)
    form = WithdrawForm(request.POST or None, initial={"seen": request.GET.get("seen") or seen_token(case)})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data

        def doing() -> Case:
            seen = read_seen(number, given["seen"])
            return services.withdraw(number, person_behind(request), given["note"], seen=seen)

        return _done(request, number, doing, _("The proposal is taken back: the case stands as before."))
    own = case.state == State.SECOND and case.proposed and case.proposed["by"] == person_behind(request).email
    shown = {"case": case, "form": form, "proposed": case.proposed if own else None}
    return render(request, "cases/withdraw.html", shown)


@requires(acts_on_cases)
@require_http_methods(["GET", "HEAD", "POST"])
def result(request: HttpRequest, number: int) -> HttpResponse:
    """Record what an inspection found."""
    case = wanted_case(number)
    form = ResultForm(case, request.POST, request.FILES) if request.method == "POST" else ResultForm(case)
    if form.is_bound and form.is_valid():
        finding = form.finding()
        return _done(
            request,
            number,
            lambda: services.record_result(number, person_behind(request), finding),
            _("The result is recorded."),
        )
    return render(request, "cases/result.html", {"case": case, "form": form})


@requires(acts_on_cases)
@require_http_methods(["GET", "HEAD", "POST"])
def names(request: HttpRequest, number: int) -> HttpResponse:
    """Show the names of the parties to whoever says why; they stand in this answer alone."""
    case = wanted_case(number)
    form = NamesForm(request.POST or None)
    shown: dict[str, Any] = {"case": case, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            shown["rows"] = services.read_names(case, person_behind(request), form.cleaned_data["purpose"])
        except PassavantError as error:
            shown["problem"] = error
    answer = render(request, "cases/names.html", shown)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@requires(sets_capacity)
@require_http_methods(["GET", "HEAD", "POST"])
def capacity(request: HttpRequest) -> HttpResponse:
    """Say how many cases of each lane a day holds."""
    form = CapacityForm(lane_counts(), request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.set_capacity(list(form.cleaned_data.items()), person_behind(request))
        messages.success(request, _("The capacity is set."))
        return redirect("cases")
    return render(request, "cases/capacity.html", {"form": form})


def _done(
    request: HttpRequest, number: int, doing: Callable[[], object], done: str, *, ends: bool = True
) -> HttpResponse:
    """Do something, and send the browser to the case with a word about how it went; after what ends a turn, with the ways on."""
    case = wanted_case(number)
    try:
        doing()
    except PassavantError as error:
        messages.error(request, told_in_line(error))
    else:
        if ends:
            say_done(request, case, done)
        else:
            messages.success(request, done)
    return redirect(case_address("case", kept_list(request), number))


def _act_page(request: HttpRequest, case: Case, action: str, form: ActionForm) -> HttpResponse:
    shown = {
        "case": case,
        "action": action,
        "form": form,
        "needs_second": needs_second(case, action),
        "unread": action == "request_information" and case.entry_id is None,
    }
    return render(request, "cases/act.html", shown)
