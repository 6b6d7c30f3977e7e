"""An operator's own pages: its declarations with their answers, what customs asks, and where it answers; nothing that only customs may know."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from passavant.errors import PassavantError
from passavant.portal.cases.answering import answer, case_behind, exchange_of, takes_answer
from passavant.portal.cases.models import CaseEvent
from passavant.portal.cases.words import REASONS, VERBS
from passavant.portal.declarations.forms import AnswerForm, StandingForm
from passavant.portal.declarations.models import Entry
from passavant.portal.declarations.requests import reasons_told
from passavant.portal.declarations.standing import COLOURS, STANDINGS, standings, that_stand
from passavant.portal.look.language import current
from passavant.portal.look.told import told_in_line
from passavant.portal.people.permissions import operator, person_behind, requires
from passavant.portal.people.roles import Role

__all__ = ["own_declaration", "own_declarations"]

_PAGE = 50
#: What customs tells the declarant of what it does.
_TOLD = ("request_information", "release", "refuse")
#: When customs told something, what, and for which reason.
Said = tuple[dt.datetime, str, str]


@requires(operator)
@require_safe
def own_declarations(request: HttpRequest) -> HttpResponse:
    """List the declarations of the reader's organisations, the newest first, of one state where one is asked for."""
    form = StandingForm(request.GET)
    wanted = form.cleaned_data["state"] if form.is_valid() else ""
    mine = _organisations(request)
    found = _own(mine).select_related("organisation").order_by("-pk")
    if wanted:
        found = that_stand(found, wanted, mine)
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    rows = list(found[: _PAGE + 1])
    page = rows[:_PAGE]
    said = _said(page)
    onward = {"before": page[-1].pk} | ({"state": wanted} if wanted else {}) if len(rows) > _PAGE else {}
    shown = {
        "rows": [(one, _standing(code), said[one.pk][-1:]) for one, code in zip(page, standings(page), strict=True)],
        "next": f"?{urlencode(onward)}" if onward else "", "form": form, "wanted": wanted,
    }  # fmt: skip
    return render(request, "declarations/own.html", shown)


@requires(operator)
@require_http_methods(["GET", "HEAD", "POST"])
def own_declaration(request: HttpRequest, number: int) -> HttpResponse:
    """Show one of them with its answer, as its declarant is told, and what customs asks; take what is answered."""
    entry = _own(_organisations(request)).select_related("batch", "organisation").filter(pk=number).first()
    if entry is None:
        raise Http404
    form = AnswerForm(request.POST, request.FILES) if request.method == "POST" else AnswerForm()
    if form.is_bound and form.is_valid():
        return _answered(request, entry, form)
    case = case_behind(entry)
    shown: dict[str, Any] = {
        "entry": entry, "standing": _standing(standings([entry])[0]), "said": _said([entry])[entry.pk],
        "exchange": exchange_of(case) if case else (), "form": form if takes_answer(case) else None,
        **_decision(entry),
    }  # fmt: skip
    return render(request, "declarations/own_one.html", shown)


def _decision(entry: Entry) -> Mapping[str, Any]:
    try:
        return reasons_told(entry, current())
    except PassavantError as error:  # the lake has lost the run: what the database holds is shown
        return {"problem": error}


def _answered(request: HttpRequest, entry: Entry, form: AnswerForm) -> HttpResponse:
    try:
        answer(entry, person_behind(request).email, form.cleaned_data["text"], form.cleaned_data["documents"])
    except PassavantError as error:
        messages.error(request, told_in_line(error))
    else:
        messages.success(request, _("Your answer is with customs."))
    return redirect("own_declaration", entry.pk)


def _organisations(request: HttpRequest) -> list[int]:
    mine = person_behind(request).memberships.filter(role=Role.OPERATOR)
    return list(mine.values_list("organisation_id", flat=True))


def _own(organisations: Collection[int]) -> QuerySet[Entry]:
    return Entry.objects.filter(organisation_id__in=organisations)


def _standing(code: str) -> tuple[str, str, str]:
    """Return text and colour of its tag, and the code itself."""
    return STANDINGS[code].say(current()), COLOURS.get(code, "grey"), code


def _said(entries: Sequence[Entry]) -> dict[int, list[Said]]:
    """Return what customs told about each, the oldest first; an officer's note stays with the case."""
    found: dict[int, list[Said]] = defaultdict(list)
    events = CaseEvent.objects.filter(case__entry__in=[entry.pk for entry in entries], action__in=_TOLD)
    for one in events.select_related("case").order_by("pk"):
        told = (one.at, VERBS[one.action].say(current()), REASONS[one.action][one.reason].say(current()))
        found[one.case.entry_id or 0].append(told)
    return found
