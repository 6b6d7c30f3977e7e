"""What is wrong with a request as such: no such address, another method, a body that cannot be read or is too big."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from passavant.errors import NotFound
from passavant.portal.api.problems import Refusal, problem_of

__all__ = ["MethodsInWords", "no_route", "not_readable", "our_fault", "too_big", "unreadable_body"]


class MethodsInWords:
    """Middleware that answers another method below ``/api/`` as a problem; the library says it in plain text.

    Args:
        answer: What comes behind it.
    """

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        answer = self._answer(request)
        if answer.status_code != 405 or not request.path.startswith("/api/"):
            return answer
        allowed = ", ".join(sorted(answer.headers.get("Allow", "").split(", ")))
        refusal = _other_method(request.method or "", allowed)
        return problem_of(request, refusal, refusal.status)


def no_route(path: str) -> NotFound:
    """Return the refusal of an address that leads nowhere."""
    shown = path[:200]
    return NotFound(
        "portal.api.no_route",
        got=(f"the address {shown}, which leads nowhere", f"l'adresse {shown}, qui ne mène nulle part"),
        expected=("an address that /api/docs shows", "une adresse que montre /api/docs"),
        next_step=("Correct the address; /api/openapi.json lists them all.", "Corrigez l'adresse ; /api/openapi.json les énumère toutes."),
    )  # fmt: skip


def not_readable() -> Refusal:
    """Return the refusal of a request of which not even the host or the form can be read."""
    return Refusal(
        "portal.request.unreadable",
        got=("a request that cannot be read", "une requête illisible"),
        expected=("the host name of this portal, and a request that is whole", "le nom d'hôte de ce portail, et une requête entière"),
        next_step=("Check the address and what was sent.", "Vérifiez l'adresse et ce qui a été envoyé."),
        status=400,
    )  # fmt: skip


def unreadable_body() -> Refusal:
    """Return the refusal of a body that is no JSON."""
    return Refusal(
        "portal.request.not_json",
        got=("a body that is no JSON", "un corps qui n'est pas du JSON"),
        expected=("a JSON object, in UTF-8", "un objet JSON, en UTF-8"),
        next_step=("Correct it; /api/docs shows an example.", "Corrigez-le ; /api/docs en montre un exemple."),
        status=400,
    )


def too_big() -> Refusal:
    """Return the refusal of a body over the limit."""
    limit = (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0) >> 20
    return Refusal(
        "portal.request.too_big",
        got=("a larger body", "un corps plus grand"),
        expected=(f"at most {limit} MiB", f"au plus {limit} Mio"),
        next_step=("Send less in one request.", "Envoyez moins en une requête."),
        status=413,
    )


def our_fault() -> Refusal:
    """Return the answer when something of ours broke."""
    return Refusal(
        "portal.fault",
        got=("a fault of the portal, which has been written down", "une défaillance du portail, qui a été notée"),
        expected=("an answer", "une réponse"),
        next_step=(
            "Send the request again in a minute, with the same Idempotency-Key if it has one; if it fails again, tell customs when.",
            "Renvoyez la requête dans une minute, avec la même Idempotency-Key s'il y en a une ; si l'échec se répète, signalez-en l'heure à la douane.",
        ),
        status=500,
    )  # fmt: skip


def _other_method(method: str, allowed: str) -> Refusal:
    shown = method[:20]
    return Refusal(
        "portal.request.method",
        got=(f"the method {shown}, which this address does not take", f"la méthode {shown}, que cette adresse n'accepte pas"),
        expected=(f"one of {allowed}", f"l'une de {allowed}"),
        next_step=("Send it by a method named here; /api/docs shows which does what.", "Envoyez-la par une méthode indiquée ici ; /api/docs montre ce que fait chacune."),
        status=405,
        headers={"Allow": allowed},
    )  # fmt: skip
