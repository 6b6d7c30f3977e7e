"""An operator's own page: its declarations with their answers, and what customs asked of it; nothing that only customs may know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from passavant.clearance.explain import Explanation
from passavant.portal.cases.models import CaseEvent
from passavant.portal.cases.shown import declarant_shown
from passavant.portal.cases.words import REASONS, VERBS
from passavant.portal.declarations.journal import found_of
from passavant.portal.declarations.models import Entry
from passavant.portal.declarations.words import law_behind
from passavant.portal.look.language import current
from passavant.portal.people.permissions import operator, person_behind, requires
from passavant.portal.people.roles import Role

__all__ = ["own_declaration", "own_declarations"]

_PAGE = 50
#: What customs tells the declarant of what it does.
_TOLD = ("request_information", "release", "refuse")


@requires(operator)
@require_safe
def own_declarations(request: HttpRequest) -> HttpResponse:
    """List the declarations of the reader's organisations, the newest first."""
    found = _own(request).select_related("organisation").order_by("-pk")
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    rows = list(found[: _PAGE + 1])
    shown = {
        "rows": [(entry, _said(entry)[-1:]) for entry in rows[:_PAGE]],
        "next": f"?before={rows[_PAGE - 1].pk}" if len(rows) > _PAGE else "",
    }
    return render(request, "declarations/own.html", shown)


@requires(operator)
@require_safe
def own_declaration(request: HttpRequest, number: int) -> HttpResponse:
    """Show one of them with its answer, as its declarant is told."""
    entry = _own(request).select_related("batch", "organisation").filter(pk=number).first()
    if entry is None:
        raise Http404
    shown: dict[str, Any] = {"entry": entry, "said": _said(entry)}
    if entry.batch is not None:
        found = found_of(entry)
        explanation = Explanation(found, law_behind(found.decision or {}, entry.batch_id), "declarant")
        shown |= declarant_shown(explanation, current())
    return render(request, "declarations/own_one.html", shown)


def _own(request: HttpRequest) -> QuerySet[Entry]:
    mine = person_behind(request).memberships.filter(role=Role.OPERATOR).values_list("organisation_id", flat=True)
    return Entry.objects.filter(organisation_id__in=mine)


def _said(entry: Entry) -> Sequence[tuple[Any, str, str]]:
    """Return what customs told: when, what, and for which reason; an officer's note stays with the case."""
    events = CaseEvent.objects.filter(case__entry=entry, action__in=_TOLD).order_by("pk")
    return [
        (one.at, VERBS[one.action].say(current()), REASONS[one.action][one.reason].say(current())) for one in events
    ]
