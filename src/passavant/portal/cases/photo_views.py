"""Photos of inspections, handed out as files: with the type that their content has, never as a page."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from passavant.portal.cases.models import InspectionResult
from passavant.portal.cases.permissions import reads_cases
from passavant.portal.cases.photos import TYPES, photo_path
from passavant.portal.people.permissions import requires

__all__ = ["photo"]


@requires(reads_cases)
@require_safe
def photo(request: HttpRequest, digest: str) -> HttpResponse:
    """Answer a photo."""
    result = InspectionResult.objects.filter(photo=digest).first()
    if result is None or result.photo_type not in TYPES or not photo_path(result.photo).is_file():
        raise Http404
    answer = HttpResponse(photo_path(result.photo).read_bytes(), content_type=result.photo_type)
    name = f"{result.photo[:12]}.{TYPES[result.photo_type]}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
