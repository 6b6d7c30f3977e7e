"""Events announced, within the transaction of what happened; endpoints made, changed and removed, each in the trail."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction

from passavant.errors import BadInput, Place
from passavant.portal.outbound import guard_of_settings
from passavant.portal.people.models import Organisation
from passavant.portal.trail.services import record
from passavant.portal.webhooks.events import EVENTS, PING
from passavant.portal.webhooks.models import Delivery, Endpoint
from passavant.portal.webhooks.signing import locked, new_secret

__all__ = [
    "MOST_ENDPOINTS", "OVERLAP", "announce", "announce_many", "change_endpoint", "make_endpoint", "ping", "purge", "redeliver",
    "remove_endpoint", "rotate_secret",
]  # fmt: skip

#: Most endpoints of an organisation.
MOST_ENDPOINTS = 20
#: How long the secret before the newest signs too.
OVERLAP = dt.timedelta(hours=24)
Announcement = tuple[str, int, Mapping[str, Any], bool]


def announce(event: str, organisation: Organisation, payload: Mapping[str, Any], *, sandbox: bool = False) -> None:
    """Tell an organisation of an event: a delivery for each of its active endpoints that listens to it.

    Args:
        event: One of :data:`passavant.portal.webhooks.events.EVENTS`.
        organisation: Whose endpoints.
        payload: What is told, under ``data``: identifiers and codes, no names of people.
        sandbox: Whether it happened to trial data: sandbox endpoints alone are told, and of nothing else.

    Raises:
        KeyError: there is no such event.
    """
    announce_many([(event, organisation.pk, payload, sandbox)])


def announce_many(announcements: Sequence[Announcement]) -> None:
    """Do the same for many: (event, organisation's number, payload, sandbox) each; two statements in all.

    Raises:
        KeyError: there is no such event.
    """
    now = dt.datetime.now(dt.UTC)
    listening: dict[tuple[int, bool], list[Endpoint]] = defaultdict(list)
    concerned = {organisation for _, organisation, _, _ in announcements}
    for endpoint in Endpoint.objects.filter(active=True, organisation_id__in=concerned):
        listening[endpoint.organisation_id, endpoint.sandbox].append(endpoint)
    made: list[Delivery] = []
    for event, organisation, payload, sandbox in announcements:
        EVENTS[event]
        told = [one for one in listening[organisation, sandbox] if event in one.events]
        body = _body(event, payload, now) if told else ""
        made += [Delivery(endpoint=one, event=event, body=body, created_at=now, next_attempt_at=now) for one in told]
    Delivery.objects.bulk_create(made, batch_size=500)


@transaction.atomic
def make_endpoint(
    organisation: Organisation, url: str, events: Sequence[str], *, by: str, sandbox: bool = False
) -> tuple[Endpoint, str]:
    """Make an endpoint; return it, and its secret: shown this once.

    Raises:
        BadInput: an address that may not be called, an unknown event or none, or too many endpoints.
    """
    Organisation.objects.select_for_update().get(pk=organisation.pk)  # two at once do not pass the limit together
    if Endpoint.objects.filter(organisation=organisation).count() >= MOST_ENDPOINTS:
        raise BadInput(
            "portal.webhook.many",
            got=(f"{MOST_ENDPOINTS} endpoints", f"{MOST_ENDPOINTS} points d'appel"),
            expected=("fewer", "moins"),
            next_step=("Remove one that is no longer used.", "Supprimez-en un qui ne sert plus."),
        )
    guard_of_settings().check(url)
    endpoint = Endpoint(organisation=organisation, url=url, events=_known(events), sandbox=sandbox, created_by=by)
    secret = new_secret()
    endpoint.secret = locked(secret, str(endpoint.pk))
    endpoint.save(force_insert=True)
    _log("made", endpoint, by)
    return endpoint, secret


@transaction.atomic
def change_endpoint(
    endpoint: Endpoint,
    *,
    by: str,
    url: str | None = None,
    events: Sequence[str] | None = None,
    active: bool | None = None,
) -> Endpoint:
    """Change an endpoint; switched on again, what waits for it is sent.

    Raises:
        BadInput: as for :func:`make_endpoint`.
    """
    endpoint = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
    if url is not None:
        guard_of_settings().check(url)
        endpoint.url = url
    if events is not None:
        endpoint.events = _known(events)
    if active is not None and active != endpoint.active:
        endpoint.active, endpoint.disabled_because = active, "" if active else Endpoint.Disabled.OWNER
    if url is not None or active:
        endpoint.failures, endpoint.failing_since, endpoint.paused_until = 0, None, None
    endpoint.save()
    _log("changed", endpoint, by)
    return endpoint


@transaction.atomic
def remove_endpoint(endpoint: Endpoint, *, by: str) -> None:
    """Remove an endpoint, and what waits for it."""
    _log("removed", endpoint, by)
    endpoint.delete()


@transaction.atomic
def rotate_secret(endpoint: Endpoint, *, by: str) -> tuple[str, dt.datetime]:
    """Give an endpoint a new secret and return it, with the time until which the one before signs as well."""
    endpoint = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
    secret = new_secret()
    until = dt.datetime.now(dt.UTC) + OVERLAP
    endpoint.previous_secret, endpoint.previous_until = endpoint.secret, until
    endpoint.secret = locked(secret, str(endpoint.pk))
    endpoint.save(update_fields=["secret", "previous_secret", "previous_until"])
    _log("secret_changed", endpoint, by)
    return secret, until


@transaction.atomic
def ping(endpoint: Endpoint, *, by: str) -> Delivery:
    """Send a trial to an endpoint; it goes out with the next deliveries.

    Raises:
        BadInput: the endpoint is off.
    """
    if not endpoint.active:
        raise BadInput(
            "portal.webhook.off",
            got=("a webhook that is off", "un webhook désactivé"),
            expected=("one that is on", "un webhook actif"),
            next_step=("Switch it on: PATCH with active true.", "Activez-le : PATCH avec active à true."),
        )
    now = dt.datetime.now(dt.UTC)
    body = _body(PING, {"endpoint": str(endpoint.pk)}, now)
    made = Delivery.objects.create(endpoint=endpoint, event=PING, body=body, created_at=now, next_attempt_at=now)
    _log("tried", endpoint, by)
    return made


@transaction.atomic
def redeliver(delivery: Delivery, *, by: str) -> None:
    """Send a delivery again, under the same identifier, with all its attempts before it."""
    Delivery.objects.filter(pk=delivery.pk).update(
        next_attempt_at=dt.datetime.now(dt.UTC), attempts=0, delivered_at=None, last_error=""
    )
    _log("redelivered", delivery.endpoint, by, delivery=str(delivery.pk))


def purge(older_than_days: int) -> int:
    """Delete deliveries older than that, whatever became of them; return how many."""
    before = dt.datetime.now(dt.UTC) - dt.timedelta(days=older_than_days)
    return Delivery.objects.filter(created_at__lt=before).delete()[0]


def _body(event: str, payload: Mapping[str, Any], now: dt.datetime) -> str:
    whole = {"type": event, "timestamp": f"{now:%Y-%m-%dT%H:%M:%S.%fZ}", "data": payload}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def _known(events: Sequence[str]) -> list[str]:
    unknown = sorted(set(events) - set(EVENTS))
    if unknown or not events:
        named = ", ".join(unknown) or "—"
        raise BadInput(
            "portal.webhook.event",
            got=(f"the events {named}", f"les événements {named}"),
            expected=(f"one or more of {', '.join(EVENTS)}", f"un ou plusieurs de {', '.join(EVENTS)}"),
            next_step=("Name the events to be told of.", "Indiquez les événements à annoncer."),
            place=Place(field="events"),
        )
    return sorted(set(events))


def _log(what: str, endpoint: Endpoint, by: str, **more: str) -> None:
    """Record it; of the address the host alone, because the rest may be a secret."""
    record(
        f"passavant.webhook.{what}", actor=by, acting_for=endpoint.organisation.name, object_type="webhook",
        object_id=str(endpoint.pk),
        data={"host": urlsplit(endpoint.url).hostname or "", "events": endpoint.events, "active": int(endpoint.active), **more},
    )  # fmt: skip
