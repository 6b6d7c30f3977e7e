"""The API's root: its description, what it says of itself, and how it says no."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from ninja import NinjaAPI, Schema
from ninja.errors import ValidationError

from passavant import __version__
from passavant.errors import NotFound, PassavantError
from passavant.portal.api.problems import problem_of, problem_of_form
from passavant.portal.public.api import router as public

__all__ = ["api"]

api = NinjaAPI(title="Passavant", version="1", urls_namespace="api", docs_url="/docs", openapi_url="/openapi.json")
api.add_router("/v1", public)


class About(Schema):
    """What answers here."""

    name: str
    version: str
    language: str


@api.get("/v1/about", response=About, summary="What answers here", tags=["about"])
def about(request: HttpRequest) -> About:
    """Answer name and version; the language is that of the answers to this client."""
    return About(name="Passavant", version=__version__, language=get_language() or "en")


@api.exception_handler(PassavantError)
def refused(request: HttpRequest, error: PassavantError) -> HttpResponse:
    """Answer what was got, what was expected and the next step."""
    return problem_of(request, error, 404 if isinstance(error, NotFound) else 400)


@api.exception_handler(ValidationError)
def malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer every field that is not of its form."""
    return problem_of_form(request, error.errors)
