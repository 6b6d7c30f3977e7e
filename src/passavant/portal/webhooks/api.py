"""Webhooks of one's own organisation: by a key with the scope ``webhooks:manage``, or for operators signed in.

A sandbox key sees and makes sandbox webhooks alone, another key the others; a person sees both.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from passavant.errors import NotFound
from passavant.portal.operators.auth import either
from passavant.portal.operators.callers import Caller
from passavant.portal.operators.scopes import scope
from passavant.portal.people.permissions import operator
from passavant.portal.webhooks import services
from passavant.portal.webhooks.models import Delivery, Endpoint

__all__ = ["router"]

router = Router(tags=["webhooks"], auth=either(scope("webhooks:manage") | operator))
_MOST_SHOWN = 100


class EndpointShown(Schema):
    """A webhook without its secret."""

    id: UUID
    url: str
    events: list[str]
    sandbox: bool
    active: bool
    disabled_because: str
    failures: int
    failing_since: dt.datetime | None
    created_at: dt.datetime
    created_by: str


class EndpointMade(EndpointShown):
    """A webhook with its secret: shown this once."""

    secret: str


class EndpointAsked(Schema):
    """A webhook to be made."""

    url: str = Field(max_length=2000, examples=["https://post.example/customs"])
    events: list[str] = Field(max_length=50, examples=[["declaration.decided"]])
    sandbox: bool = False


class EndpointChanged(Schema):
    """What is to change; what is absent stays."""

    url: str | None = Field(default=None, max_length=2000)
    events: list[str] | None = Field(default=None, max_length=50)
    active: bool | None = None


class SecretShown(Schema):
    """A new secret: shown this once. The one before signs as well until the time given."""

    secret: str
    previous_until: dt.datetime


class DeliveryShown(Schema):
    """A delivery: what was sent, and what became of it."""

    id: UUID
    event: str
    body: str
    created_at: dt.datetime
    attempts: int
    last_attempt_at: dt.datetime | None
    last_status: int | None
    last_error: str
    next_attempt_at: dt.datetime | None
    delivered_at: dt.datetime | None


@router.get("", response=list[EndpointShown], summary="Webhooks of your organisation")
def listed(request: HttpRequest) -> Any:
    """Answer all of them."""
    return _visible(request)


@router.post("", response={201: EndpointMade}, summary="Make a webhook")
def made(request: HttpRequest, asked: EndpointAsked) -> Any:
    """Make a webhook; its secret is in this answer and nowhere else."""
    who: Any = request.auth  # type: ignore[attr-defined]  # set by the authentication
    sandbox = who.sandbox if isinstance(who, Caller) else asked.sandbox
    endpoint, secret = services.make_endpoint(who.organisation, asked.url, asked.events, by=who.actor, sandbox=sandbox)
    return Status(201, EndpointMade(secret=secret, **EndpointShown.from_orm(endpoint).dict()))


@router.get("/{uuid:identifier}", response=EndpointShown, summary="One webhook")
def shown(request: HttpRequest, identifier: UUID) -> Any:
    """Answer one."""
    return _found(request, identifier)


@router.patch("/{uuid:identifier}", response=EndpointShown, summary="Change a webhook")
def changed(request: HttpRequest, identifier: UUID, asked: EndpointChanged) -> Any:
    """Change its address or its events, switch it off or on; on again, what waits for it is sent."""
    given = asked.dict(exclude_unset=True)
    return services.change_endpoint(_found(request, identifier), by=_actor(request), **given)


@router.delete("/{uuid:identifier}", response={204: None}, summary="Remove a webhook")
def removed(request: HttpRequest, identifier: UUID) -> Any:
    """Remove it, and what waits for it."""
    services.remove_endpoint(_found(request, identifier), by=_actor(request))
    return Status(204, None)


@router.post("/{uuid:identifier}/secret", response=SecretShown, summary="Change the secret")
def secret_changed(request: HttpRequest, identifier: UUID) -> Any:
    """Make a new secret; for 24 hours deliveries carry the signatures of both."""
    secret, until = services.rotate_secret(_found(request, identifier), by=_actor(request))
    return SecretShown(secret=secret, previous_until=until)


@router.post("/{uuid:identifier}/test", response={202: DeliveryShown}, summary="Send a trial")
def tried(request: HttpRequest, identifier: UUID) -> Any:
    """Send ``ping``; what became of it is among the deliveries seconds later."""
    return Status(202, services.ping(_found(request, identifier), by=_actor(request)))


@router.get("/{uuid:identifier}/deliveries", response=list[DeliveryShown], summary="Deliveries of a webhook")
def deliveries(request: HttpRequest, identifier: UUID, after: UUID | None = None) -> Any:
    """Answer the newest 100, or the 100 that follow one: the ``id`` of the last one answered."""
    found = _found(request, identifier).deliveries.all()
    if after is not None:
        last = found.filter(pk=after).first()
        if last is None:
            raise _none("delivery", "livraison", after)
        found = found.filter(Q(created_at__lt=last.created_at) | Q(created_at=last.created_at, pk__gt=after))
    return found[:_MOST_SHOWN]


@router.post(
    "/{uuid:identifier}/deliveries/{uuid:delivery}/redeliver",
    response={202: DeliveryShown},
    summary="Send a delivery again",
)
def redelivered(request: HttpRequest, identifier: UUID, delivery: UUID) -> Any:
    """Send it again under the same ``webhook-id``."""
    found = _found(request, identifier).deliveries.filter(pk=delivery).select_related("endpoint__organisation").first()
    if found is None:
        raise _none("delivery", "livraison", delivery)
    services.redeliver(found, by=_actor(request))
    return Status(202, Delivery.objects.get(pk=found.pk))


def _visible(request: HttpRequest) -> Any:
    who: Any = request.auth  # type: ignore[attr-defined]  # set by the authentication
    own = Endpoint.objects.filter(organisation=who.organisation)
    return own.filter(sandbox=who.sandbox) if isinstance(who, Caller) else own


def _found(request: HttpRequest, identifier: UUID) -> Endpoint:
    endpoint: Endpoint | None = _visible(request).filter(pk=identifier).select_related("organisation").first()
    if endpoint is None:
        raise _none("webhook", "webhook", identifier)
    return endpoint


def _actor(request: HttpRequest) -> str:
    return str(request.auth.actor)  # type: ignore[attr-defined]


def _none(english: str, french: str, identifier: UUID) -> NotFound:
    return NotFound(
        "portal.webhook.none",
        got=(f"no {english} {identifier} of yours", f"aucun(e) {french} {identifier} de votre organisation"),
        expected=("one of your organisation", "l'un des vôtres"),
        next_step=("See GET /api/v1/webhooks.", "Voyez GET /api/v1/webhooks."),
    )
