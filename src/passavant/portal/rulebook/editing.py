"""The editor: fields with their help, a preview in words, and the parser's own errors at the field that they are about."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from passavant.errors import BadInput
from passavant.portal.people.permissions import person_behind
from passavant.portal.rulebook import shown
from passavant.portal.rulebook.forms import RuleForm, put_error
from passavant.portal.rulebook.language import check
from passavant.portal.rulebook.models import Version
from passavant.portal.rulebook.services import content_of, draft

__all__ = ["edit_page"]


def edit_page(request: HttpRequest, last: Version | None) -> HttpResponse:
    """Answer the editor of a new rule, or of the version after ``last``; a draft that holds is kept."""
    fixed = last.rule_id if last else ""
    initial = content_of(last).fields() if last else {"certainty": "low", "outcome": "screen"}
    form = (
        RuleForm(request.POST, fixed=fixed, initial=initial)
        if request.method == "POST"
        else RuleForm(fixed=fixed, initial=initial)
    )
    told: dict[str, Any] = {
        "form": form,
        "last": last,
        "names": shown.names_table(),
        "functions": shown.functions_table(),
    }
    if form.is_bound and form.is_valid():
        content = form.content()
        try:
            content.checked()
            if "preview" not in request.POST:
                kept = draft(content, form.cleaned_data["note"], by=person_behind(request), new=last is None)
                messages.success(request, _("Kept as a draft. Next: try it on the past."))
                return redirect("rule_version", code=kept.rule_id, number=kept.number)
            told |= {
                "words": shown.in_words(content),
                "unkept": shown.unkept_names(content, check(content.condition).names),
            }
        except BadInput as error:
            put_error(form, error)
    return render(request, "rulebook/edit.html", told)
