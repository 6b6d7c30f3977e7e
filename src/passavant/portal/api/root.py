"""The API's root: its description, what it says of itself, and how it says no."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError, ValidationErrorContext

from passavant import __version__
from passavant.errors import NotFound, PassavantError
from passavant.portal.api.problems import Refusal, problem_of, problem_of_form
from passavant.portal.api.requests import no_route, too_big, unreadable_body
from passavant.portal.api.taken import only_what_is_known
from passavant.portal.cases.api import router as cases
from passavant.portal.declarations.api import router as declarations
from passavant.portal.declarations.requests_api import router as requests
from passavant.portal.integrity.api import router as integrity
from passavant.portal.jobs.api import router as jobs
from passavant.portal.operators.api import router as keys
from passavant.portal.operators.auth import public
from passavant.portal.operators.refusals import nobody
from passavant.portal.public.api import router as public_pages
from passavant.portal.rulebook.api import router as rules
from passavant.portal.webhooks.api import router as webhooks

__all__ = ["api"]

_log = logging.getLogger(__name__)


class Api(NinjaAPI):
    """The API; errors of a form keep what was sent, which the library leaves out."""

    def validation_error_from_error_contexts(
        self, error_contexts: list[ValidationErrorContext[Any]]
    ) -> ValidationError:
        """Gather the errors of one request."""
        told = super().validation_error_from_error_contexts(error_contexts)
        sent = [one["input"] for each in error_contexts for one in each.pydantic_validation_error.errors()]
        return ValidationError([error | {"input": value} for error, value in zip(told.errors, sent, strict=True)])


api = Api(title="Passavant", version="1", urls_namespace="api", docs_url="/docs", openapi_url="/openapi.json")
api.add_decorator(only_what_is_known, mode="view")  # around a whole operation
api.add_router("/v1/declarations", requests)  # before the other, whose addresses end in any path
api.add_router("/v1/declarations", declarations)
api.add_router("/v1/jobs", jobs)
api.add_router("/v1", integrity)
api.add_router("/v1", cases)
api.add_router("/v1/keys", keys)
api.add_router("/v1/rules", rules)
api.add_router("/v1/webhooks", webhooks)
api.add_router("/v1", public_pages)


class About(Schema):
    """What answers here."""

    name: str
    version: str
    language: str


@api.get("/v1/about", response=About, summary="What answers here", tags=["about"])
@public
def about(request: HttpRequest) -> About:
    """Answer name and version; the language is that of the answers to this client."""
    return About(name="Passavant", version=__version__, language=get_language() or "en")


@api.exception_handler(PassavantError)
def refused(request: HttpRequest, error: PassavantError) -> HttpResponse:
    """Answer what was got, what was expected and the next step."""
    ordinary = 404 if isinstance(error, NotFound) else 400
    return problem_of(request, error, error.status if isinstance(error, Refusal) else ordinary)


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def away(request: HttpRequest, error: DatabaseError) -> HttpResponse:
    """Answer that the database does not: it is being restarted, or too much waits for it."""
    _log.error("the database does not answer", exc_info=error)
    refusal = Refusal(
        "portal.database.away",
        got=("no answer from the database", "pas de réponse de la base de données"),
        expected=("an answer in time", "une réponse à temps"),
        next_step=("Send the request again in a moment, with the same Idempotency-Key if it has one.", "Renvoyez la requête dans un instant, avec la même Idempotency-Key s'il y en a une."),
        status=503,
        headers={"Retry-After": "2"},
    )  # fmt: skip
    return problem_of(request, refusal, refusal.status)


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """Answer that a key or a session is needed."""
    refusal = nobody(request)
    return problem_of(request, refusal, refusal.status)


@api.exception_handler(Http404)
def nowhere(request: HttpRequest, error: Http404) -> HttpResponse:
    """Answer an address that leads nowhere."""
    return problem_of(request, no_route(request.path), 404)


@api.exception_handler(RequestDataTooBig)
def heavy(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    """Answer a body over the limit."""
    refusal = too_big()
    return problem_of(request, refusal, refusal.status)


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer a body that is no JSON: the one thing that the library refuses in this way here."""
    refusal = unreadable_body()
    return problem_of(request, refusal, refusal.status)


@api.exception_handler(ValidationError)
def malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer every field that is not of its form."""
    return problem_of_form(request, error.errors)
