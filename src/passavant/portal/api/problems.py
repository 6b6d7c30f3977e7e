"""Problems as RFC 9457 documents, in the client's language, with what was got, what was expected and the next step."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from passavant.errors import Both, PassavantError
from passavant.portal.api.field_words import field_words, where
from passavant.texts import pick

__all__ = ["Refusal", "problem_of", "problem_of_form"]

_TYPE = "application/problem+json"
_MOST_SHOWN = 100


class Refusal(PassavantError):
    """A refusal with a status of its own (401, 403, 429 …) and the header fields that go with it."""

    def __init__(
        self,
        code: str,
        *,
        got: Both,
        expected: Both,
        next_step: Both,
        status: int,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(code, got=got, expected=expected, next_step=next_step)
        self.status = status
        self.headers = headers or {}


def problem_of(request: HttpRequest, error: PassavantError, status: int) -> HttpResponse:
    """Return one refusal."""
    told = error.record(_language())
    answer = _answer(status, str(told["got"]), told, request)
    for name, value in getattr(error, "headers", {}).items():
        answer[name] = value
    return answer


def problem_of_form(request: HttpRequest, errors: Sequence[Mapping[str, Any]]) -> HttpResponse:
    """Return what is wrong with the form of a request: each field with what was got, what was expected and the next step."""
    language = _language()
    title = pick("a request of another form", "une requête d'une autre forme", language)
    told = {
        "code": "portal.request.form",
        "got": title,
        "expected": pick("what /api/docs shows", "ce que montre /api/docs", language),
        "next_step": pick("Correct the fields named.", "Corrigez les champs indiqués.", language),
        "fields": [_field(one, language) for one in errors[:_MOST_SHOWN]],
        "language": language,
    }
    return _answer(422, title, told, request)


def _field(error: Mapping[str, Any], language: str) -> dict[str, Any]:
    part, name = where(error.get("loc", ()))
    got, expected, step = (pick(*both, language) for both in field_words(error))
    told = {"in": part, "field": name, "code": error.get("type"), "got": got, "expected": expected, "next_step": step}
    near = (error.get("ctx") or {}).get("near")
    return told | {"did_you_mean": near} if near else told


def _language() -> str:
    return "fr" if (get_language() or "en").startswith("fr") else "en"


def _answer(status: int, title: str, told: dict[str, Any], request: HttpRequest) -> HttpResponse:
    body = {"type": f"urn:passavant:{told['code']}", "title": title, "status": status, "instance": request.path, **told}
    return HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type=_TYPE)
