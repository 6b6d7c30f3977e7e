"""What every route of the API refuses before it reads a request: a packed body, and parameters that the route does not know."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Callable
from types import MethodType
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from ninja.operation import Operation

from passavant.portal.api.problems import Refusal, problem_of, problem_of_form
from passavant.portal.operators.auth import SignedInAuth

__all__ = ["only_what_is_known"]

#: Most characters of a parameter's name that are said again.
_LONGEST = 100
_BY_SESSION = "organisation"


def only_what_is_known(run: MethodType) -> Callable[..., HttpResponse]:
    """Let a route answer only what it reads whole: what would be passed over in silence is refused, with its remedy.

    Args:
        run: The bound method by which the library runs the route's operation.
    """
    known = _known(cast(Operation, run.__self__))

    @functools.wraps(run)
    def answer(request: HttpRequest, **path: Any) -> HttpResponse:
        encoding = request.headers.get("Content-Encoding", "").strip().lower()
        if encoding not in ("", "identity"):
            refusal = _packed(encoding)
            return problem_of(request, refusal, refusal.status)
        unknown = [_unknown(name, known) for name in request.GET if name not in known]
        return problem_of_form(request, unknown) if unknown else run(request, **path)

    return answer


def _known(operation: Operation) -> list[str]:
    """Return the names of the parameters that an operation reads from the address."""
    names = {
        name
        for model in operation.models
        if model.__ninja_param_source__ == "query"
        for name in getattr(model, "__ninja_flatten_map__", {})
    }
    if any(isinstance(one, SignedInAuth) for one in operation.auth_callbacks):
        names.add(_BY_SESSION)
    return sorted(names)


def _unknown(name: str, known: list[str]) -> dict[str, Any]:
    near = difflib.get_close_matches(name.lower(), known, n=1)
    said = {"known": ", ".join(known), "near": near[0] if near else None}
    return {"type": "extra_forbidden", "loc": ("query", name[:_LONGEST]), "ctx": said}


def _packed(encoding: str) -> Refusal:
    shown = encoding[:_LONGEST]
    return Refusal(
        "portal.request.encoding",
        got=(f"a body with Content-Encoding: {shown}", f"un corps avec Content-Encoding: {shown}"),
        expected=(
            "a body without Content-Encoding: JSON plain; CSV plain, or packed by gzip as a file",
            "un corps sans Content-Encoding : du JSON tel quel ; du CSV tel quel, ou compressé par gzip comme fichier",
        ),
        next_step=(
            "Send it without this header field; a CSV packed by gzip stays Content-Type: text/csv.",
            "Envoyez-le sans ce champ d'en-tête ; un CSV compressé par gzip garde Content-Type: text/csv.",
        ),
        status=415,
    )
