"""Who is told of what; endpoints and their secrets; what the trail says of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core import serializers

from passavant.errors import BadInput
from passavant.portal.operators.services import add_operator
from passavant.portal.people.models import Organisation
from passavant.portal.trail.models import LogEntry
from passavant.portal.webhooks.events import EVENTS
from passavant.portal.webhooks.models import Delivery, Endpoint
from passavant.portal.webhooks.services import (
    MOST_ENDPOINTS,
    announce,
    announce_many,
    change_endpoint,
    make_endpoint,
    ping,
    purge,
    redeliver,
    remove_endpoint,
    rotate_secret,
)  # fmt: skip
from passavant.portal.webhooks.signing import Lost, locked, new_secret, unlocked

_URL = "https://post.example/hook"


def _told() -> list[tuple[str, str]]:
    return sorted((one.endpoint.url, one.event) for one in Delivery.objects.select_related("endpoint"))


def test_an_event_goes_to_the_endpoints_that_listen_to_it(post: Organisation, endpoint: Any) -> None:
    endpoint(f"{_URL}/1", "declaration.decided", "consignment.released")
    endpoint(f"{_URL}/2", "consignment.released")
    change_endpoint(endpoint(f"{_URL}/3", "declaration.decided"), by="test", active=False)
    announce("declaration.decided", post, {"consignment": "FR:LP:77"})

    assert [(f"{_URL}/1", "declaration.decided")] == _told()
    assert {"consignment": "FR:LP:77"} == json.loads(Delivery.objects.get().body)["data"]
    assert "declaration.decided" == json.loads(Delivery.objects.get().body)["type"]


def test_nobody_is_told_of_the_declarations_of_others(post: Organisation, endpoint: Any) -> None:
    other = add_operator("Another Post", "AP", by="test")
    endpoint(_URL, "declaration.decided")
    announce("declaration.decided", other, {})

    assert [] == _told()


def test_trials_and_real_data_never_meet(post: Organisation, endpoint: Any) -> None:
    endpoint(f"{_URL}/real")
    endpoint(f"{_URL}/trial", sandbox=True)
    announce("declaration.decided", post, {}, sandbox=True)

    assert [(f"{_URL}/trial", "declaration.decided")] == _told()


def test_many_are_announced_in_two_statements(
    post: Organisation, endpoint: Any, django_assert_num_queries: Any
) -> None:
    endpoint(_URL)
    with django_assert_num_queries(2):
        announce_many([("declaration.decided", post.pk, {"n": number}, False) for number in range(50)])

    assert 50 == Delivery.objects.count()


def test_an_unknown_event_is_not_announced(post: Organisation) -> None:
    with pytest.raises(KeyError):
        announce("declaration.burnt", post, {})

    assert [] == _told()


@pytest.mark.parametrize("url", ["http://post.example/", "https://10.0.0.1/", "https://a@post.example/", "nowhere"])
def test_an_address_that_may_not_be_called_makes_no_endpoint(post: Organisation, settings: Any, url: str) -> None:
    settings.PASSAVANT_WEBHOOK_LOOPBACK = False
    with pytest.raises(BadInput, match="https"):
        make_endpoint(post, url, ["declaration.decided"], by="test")

    assert not Endpoint.objects.exists()


@pytest.mark.parametrize("events", [[], ["ping"], ["declaration.decided", "x"]], ids=["none", "ping", "unknown"])
def test_an_endpoint_listens_to_events_that_exist(post: Organisation, events: list[str]) -> None:
    with pytest.raises(BadInput, match="declaration"):
        make_endpoint(post, _URL, events, by="test")

    assert not Endpoint.objects.exists()


def test_an_organisation_has_so_many_endpoints_at_most(post: Organisation, endpoint: Any) -> None:
    for number in range(MOST_ENDPOINTS):
        endpoint(f"{_URL}/{number}")
    with pytest.raises(BadInput, match=str(MOST_ENDPOINTS)):
        endpoint(_URL)

    assert MOST_ENDPOINTS == Endpoint.objects.count()


def test_the_trail_tells_all_but_secrets_and_paths(post: Organisation, endpoint: Any) -> None:
    made = endpoint(f"{_URL}?token=hidden")
    secret, _ = rotate_secret(made, by="ada")
    delivery = ping(made, by="ada")
    redeliver(delivery, by="ada")
    change_endpoint(made, by="ada", events=list(EVENTS))
    remove_endpoint(made, by="ada")
    logged = list(LogEntry.objects.filter(object_type="webhook"))
    whole = json.dumps([entry.data for entry in logged])

    assert ["made", "secret_changed", "tried", "redelivered", "changed", "removed"] == [
        one.action.removeprefix("passavant.webhook.") for one in logged
    ]
    assert not any(hidden in whole for hidden in ("hidden", "hook", secret, made.shown))
    assert "post.example" in whole


def test_a_secret_is_kept_encrypted_for_its_endpoint_alone(endpoint: Any, settings: Any) -> None:
    made = endpoint(_URL)
    kept = serializers.serialize("json", Endpoint.objects.all())
    with pytest.raises(Lost):
        unlocked(made.secret, "another endpoint")

    assert made.shown == unlocked(made.secret, str(made.pk))
    assert made.shown.removeprefix("whsec_") not in kept
    settings.SECRET_KEY = "of another deployment"
    with pytest.raises(Lost):
        unlocked(made.secret, str(made.pk))


def test_no_two_secrets_and_no_two_locks_are_alike() -> None:
    secret = new_secret()

    assert new_secret() != secret
    assert locked(secret, "x") != locked(secret, "x")


def test_a_trial_is_not_sent_to_an_endpoint_that_is_off(endpoint: Any) -> None:
    made = change_endpoint(endpoint(_URL), by="ada", active=False)
    with pytest.raises(BadInput, match="off"):
        ping(made, by="ada")

    assert Endpoint.Disabled.OWNER == made.disabled_because


def test_old_deliveries_are_purged(post: Organisation, endpoint: Any) -> None:
    import datetime as dt

    endpoint(_URL)
    announce_many([("declaration.decided", post.pk, {}, False)] * 3)
    old = Delivery.objects.first()
    assert old is not None
    Delivery.objects.filter(pk=old.pk).update(created_at=dt.datetime.now(dt.UTC) - dt.timedelta(days=31))

    assert (1, 0, 2) == (purge(30), purge(30), Delivery.objects.count())
