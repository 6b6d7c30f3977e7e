"""Files of answers, handed out as files: with the type that their content has, never as a page."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from passavant.errors import NotFound
from passavant.portal.cases.answer_files import ENDINGS
from passavant.portal.cases.answer_reading import read_file
from passavant.portal.cases.permissions import acts_on_cases
from passavant.portal.people.permissions import operator, person_behind, requires

__all__ = ["answer_file"]


@requires(acts_on_cases | operator)
@require_safe
def answer_file(request: HttpRequest, number: int) -> HttpResponse:
    """Answer a file; an operator's own alone."""
    try:
        file, content = read_file(number, person_behind(request))
    except NotFound as error:
        raise Http404 from error
    answer = HttpResponse(content, content_type=file.kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{file.digest[:12]}.{ENDINGS[file.kind]}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
