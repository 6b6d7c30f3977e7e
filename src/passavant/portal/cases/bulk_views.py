"""Several cases at once: chosen in the queue, confirmed on a page of their own, done one by one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from passavant.errors import BadInput
from passavant.portal.cases.forms import ActionForm
from passavant.portal.cases.models import Case
from passavant.portal.cases.onward import case_address, kept_list
from passavant.portal.cases.permissions import acts_on_cases
from passavant.portal.cases.rules import needs_second
from passavant.portal.cases.services import MOST_AT_ONCE, Done, act_on_many
from passavant.portal.cases.words import ACTIONS
from passavant.portal.look.language import current
from passavant.portal.people.permissions import person_behind, requires

__all__ = ["bulk"]

_SALT, _LONGEST = "passavant.cases.bulk", dt.timedelta(hours=12)
_KEPT = "cases_done"
#: Signs of a box's value: its numbers stay within what a database holds.
_LONGEST_NUMBER = 18


@requires(acts_on_cases)
@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: HttpRequest) -> HttpResponse:
    """Show what was chosen and ask for the reason; then do it, and show what came of it."""
    if request.method != "POST":
        return render(request, "cases/bulk_done.html", _told(request))
    action = request.POST.get("action", "")
    if action not in ACTIONS:
        return render(request, "cases/bulk_done.html", {"done": []}, status=400)
    if "seen" not in request.POST:
        chosen = _chosen(request.POST.getlist("case"))
        token = signing.dumps([chosen, int(timezone.now().timestamp())], salt=_SALT)
        return _confirm(request, action, chosen, ActionForm(action, initial={"seen": token}))
    return _apply(request, action)


def _apply(request: HttpRequest, action: str) -> HttpResponse:
    form = ActionForm(action, request.POST)
    try:
        chosen, at = signing.loads(request.POST["seen"], salt=_SALT, max_age=_LONGEST)
    except signing.BadSignature:
        return render(request, "cases/bulk_done.html", {"done": []}, status=400)
    if not form.is_valid():
        return _confirm(request, action, chosen, form)
    given = form.cleaned_data
    try:
        done = act_on_many(
            chosen,
            action,
            person_behind(request),  # the permission let nobody else in
            given["reason"],
            given["note"],
            dt.datetime.fromtimestamp(at, dt.UTC),
            given.get("question", ""),
        )
    except BadInput as error:
        return render(request, "cases/bulk_done.html", {"done": [], "problem": error}, status=400)
    request.session[_KEPT] = [_kept(one) for one in done]
    return redirect(case_address("cases_bulk", kept_list(request)))


def _chosen(values: Sequence[str]) -> list[tuple[int, int]]:
    """Read ``number.revision``, as the boxes of the queue give them; what names no case is left out."""
    pairs = [value[:_LONGEST_NUMBER].partition(".")[::2] for value in values[:MOST_AT_ONCE]]
    read = [(int(number), int(revision)) for number, revision in pairs if number.isdecimal() and revision.isdecimal()]
    known = set(Case.objects.filter(pk__in=[number for number, _ in read]).values_list("pk", flat=True))
    return [(number, revision) for number, revision in read if number in known]


def _confirm(request: HttpRequest, action: str, chosen: Sequence[Sequence[int]], form: ActionForm) -> HttpResponse:
    found = Case.objects.in_bulk([number for number, _ in chosen])
    cases = [found[number] for number, _ in chosen if number in found]
    shown = {
        "action": action, "cases": cases, "form": form, "proposed": sum(needs_second(one, action) for one in cases),
    }  # fmt: skip
    return render(request, "cases/bulk.html", shown)


def _kept(one: Done) -> dict[str, object]:
    told = one.error.record(current())["got"] if one.error else ""
    return {"case": one.case.pk, "consignment": one.case.consignment_id, "result": one.result, "told": told}


def _told(request: HttpRequest) -> dict[str, object]:
    done: list[dict[str, object]] = request.session.get(_KEPT, [])
    counts = {kind: sum(one["result"] == kind for one in done) for kind in ("done", "proposed", "left")}
    return {"done": done, **{f"n_{kind}": count for kind, count in counts.items()}}
