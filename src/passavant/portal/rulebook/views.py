"""The pages of the rules: the list, one rule, one version, its back-tests, and the editor."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from passavant.errors import NotFound
from passavant.portal.jobs.models import State as JobState
from passavant.portal.look.language import current
from passavant.portal.people.permissions import person_behind, requires
from passavant.portal.rulebook import shown
from passavant.portal.rulebook.editing import edit_page
from passavant.portal.rulebook.forms import ReasonForm, TestForm
from passavant.portal.rulebook.language import check
from passavant.portal.rulebook.models import BackTest, Proposal, Rule, Version
from passavant.portal.rulebook.permissions import approvers, authors, readers
from passavant.portal.rulebook.services import content_of, find, may_approve, open_proposal, state_of
from passavant.portal.rulebook.steps import act
from passavant.portal.rulebook.testing import cost_of, find_test, hit_rate
from passavant.portal.rulebook.waiting import proposals_for

__all__ = ["back_test", "change_rule", "new_rule", "rule", "rules", "version"]

_POSTED = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@requires(readers)
def rules(request: HttpRequest) -> HttpResponse:
    """List the rules: what waits for a second person first, then what is in force."""
    found = Rule.objects.prefetch_related("versions", "proposals").select_related("active")
    newest = [(one, one.versions.all()[0]) for one in found if one.versions.all()]
    waiting = Proposal.objects.filter(decided_at=None).select_related("version", "proposed_by").order_by("at")
    answerable = set(proposals_for(request.user).values_list("pk", flat=True))
    rows = [(one, last, state_of(last), one.active) for one, last in newest]
    told = {
        "rules": rows,
        "waiting": [(one, one.pk in answerable) for one in waiting],
        "may_write": authors(request.user),
    }
    return render(request, "rulebook/rules.html", told)


@_POSTED
@requires(authors)
def new_rule(request: HttpRequest) -> HttpResponse:
    """Write a rule."""
    return edit_page(request, None)


@_POSTED
@requires(authors)
def change_rule(request: HttpRequest, code: str) -> HttpResponse:
    """Write the next version of a rule."""
    return edit_page(request, _found(code))


@require_safe
@requires(readers)
def rule(request: HttpRequest, code: str) -> HttpResponse:
    """Show a rule: its versions, what was proposed and by whom it was decided."""
    newest = _found(code)
    versions = list(newest.rule.versions.select_related("rule", "author"))
    proposals = newest.rule.proposals.select_related("version", "proposed_by", "decided_by")
    return render(request, "rulebook/rule.html", {
        "rule": newest.rule, "newest": newest, "versions": shown.versions_table(versions), "proposals": proposals,
        "may_write": authors(request.user), "words": shown.in_words(content_of(newest.rule.active or newest)),
    })  # fmt: skip


@_POSTED
@requires(readers)
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Show a version; test, propose, approve or refuse it."""
    found = _found(code, number)
    forms: dict[str, Any] = {}
    if request.method == "POST":
        done = act(request, found, forms)
        if done is not None:
            return done
        found = _found(code, number)
    return render(request, "rulebook/version.html", _version(request, found) | forms)


@require_safe
@requires(readers)
def back_test(request: HttpRequest, test: uuid.UUID) -> HttpResponse:
    """Show how far a back-test is, and then its figures."""
    try:
        found = find_test(test)
    except NotFound as error:
        raise Http404 from error
    told: dict[str, Any] = {"test": found, "words": shown.in_words(content_of(found.version))}
    if found.figures is not None:
        cost, rate = cost_of(found.figures), hit_rate(found.figures)
        told |= {
            "rows": shown.figures_rows(found.figures, cost, rate),
            "tables": shown.figures_tables(found.figures),
            "cost": cost,
            "sample": shown.sample_links(found.figures["sample"], request.user),
        }
    else:
        told |= _waiting(found)
        told["follow"] = "follow" in request.GET and "running" in told  # asked for: nobody is moved on unasked
    return render(request, "rulebook/back_test.html", told)


def _waiting(test: BackTest) -> dict[str, Any]:
    job = test.job
    if job is None:
        return {"gone": True}
    if job.state in (JobState.WAITING, JobState.RUNNING):
        return {"running": True, "job": job}
    return {"ended": job.get_state_display(), "told": (job.error or {}).get(current())}


def _version(request: HttpRequest, found: Version) -> dict[str, Any]:
    content = content_of(found)
    proposal = open_proposal(found.rule)
    others = list(found.rule.versions.exclude(pk=found.pk).values_list("number", flat=True))
    told: dict[str, Any] = {
        "version": found, "content": content, "state": state_of(found), "rows": shown.fields_rows(content), "words": shown.in_words(content),
        "tests": found.back_tests.select_related("asked_by", "job"), "proposal": proposal, "others": others,
        "may_write": authors(request.user), "may_decide": approvers(request.user), "active": found.rule.active_id == found.pk,
        "may_approve": proposal is not None and may_approve(proposal, person_behind(request)),
        "unkept": shown.unkept_names(content, check(content.condition).names), "test_form": TestForm(), "reason_form": ReasonForm(),
        "needed": settings.PASSAVANT_BACK_TEST_DAYS,
    }  # fmt: skip
    against = request.GET.get("against", "")
    if against.isdigit() and int(against) in others:
        told["against"] = int(against)
        told["difference"] = shown.difference(_found(found.rule_id, int(against)), found)
    return told


def _found(code: str, number: int | None = None) -> Version:
    try:
        return find(code, number)
    except NotFound as error:
        raise Http404 from error
