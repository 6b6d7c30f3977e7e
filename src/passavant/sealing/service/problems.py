"""Errors of the service as JSON: code, what was got, what was expected, the next step, in the client's language."""

from __future__ import annotations

import logging
import math

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from passavant.errors import NotFound, PassavantError
from passavant.sealing.log import StorageFailed
from passavant.sealing.service.limits import TooLarge, TooMany

__all__ = ["STATUS", "http_problem", "language_of", "problem", "unexpected_problem"]

_log = logging.getLogger(__name__)
#: Status by code; others: 404 for what is not found, else 400.
STATUS = {
    "sealing.issuer.unknown": 403,
    "sealing.issuer.refused": 403,
    "sealing.request.reused": 422,
    "sealing.seal.differs": 409,
    "sealing.seal.ended": 409,
    "sealing.entry.uncovered": 503,
    "sealing.service.busy": 503,
    "sealing.service.slow": 408,
    "sealing.service.stopping": 503,
    "sealing.witness.alarm": 503,
}
_UNAVAILABLE = 503
_HTTP = {
    404: ("an address that this service does not have", "une adresse que ce service n'a pas"),
    405: ("a method that this address does not take", "une méthode que cette adresse n'accepte pas"),
}


def language_of(request: Request) -> str:
    """Return ``fr`` if the client prefers French, else ``en``."""
    ranked = [part.strip().partition(";q=") for part in request.headers.get("accept-language", "").split(",")]
    weights: dict[str, float] = {}
    for tag, _, weight in ranked:
        try:
            weights.setdefault(tag[:2].lower(), float(weight or 1))
        except ValueError:
            continue
    return "fr" if weights.get("fr", 0.0) > weights.get("en", 0.0) else "en"


def problem(request: Request, error: Exception) -> JSONResponse:
    """Answer a refusal."""
    assert isinstance(error, PassavantError)  # noqa: S101  # registered for these alone
    headers = {}
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(math.ceil(error.wait))
    elif _status(error) == _UNAVAILABLE:
        headers["Retry-After"] = "1"
    return JSONResponse(error.record(language_of(request)), _status(error), headers)


def http_problem(request: Request, error: Exception) -> JSONResponse:
    """Answer an address or a method that does not exist."""
    assert isinstance(error, HTTPException)  # noqa: S101
    got = _HTTP.get(error.status_code, (str(error.detail), str(error.detail)))
    told = PassavantError(
        "sealing.service.address",
        got=got,
        expected=("an address of the API", "une adresse de l'API"),
        next_step=("See /api/v1/openapi.json.", "Voyez /api/v1/openapi.json."),
    )
    return JSONResponse(told.record(language_of(request)), error.status_code, dict(error.headers or {}))


def unexpected_problem(request: Request, error: Exception) -> JSONResponse:
    """Answer a fault of the service itself: its details go to the log of the machine, not to the client."""
    _log.error("a request to %s failed", request.url.path, exc_info=error)
    told = PassavantError(
        "sealing.service.fault",
        got=("a fault of this service", "une défaillance de ce service"),
        expected=("an answer", "une réponse"),
        next_step=("Send the same request again; tell the operator.", "Renvoyez la même requête ; prévenez l'exploitant."),
    )  # fmt: skip
    return JSONResponse(told.record(language_of(request)), 500)


def _status(error: PassavantError) -> int:
    if error.code in STATUS:
        return STATUS[error.code]
    by_kind: tuple[tuple[type[PassavantError], int], ...] = (
        (TooMany, 429), (TooLarge, 413), (StorageFailed, 507), (NotFound, 404),
    )  # fmt: skip
    return next((status for kind, status in by_kind if isinstance(error, kind)), 400)
