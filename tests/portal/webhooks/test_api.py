"""Webhooks over the API, by a key or signed in: one's own alone, trials and real ones apart."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from receivers import Receiver

from passavant.portal.operators.services import add_operator
from passavant.portal.people.models import Organisation
from passavant.portal.people.roles import Role
from passavant.portal.people.services import give_role
from passavant.portal.webhooks.models import Endpoint
from passavant.portal.webhooks.services import announce_many, make_endpoint

_ALL = "/api/v1/webhooks"
_JSON = "application/json"


def _asked(url: str, **more: Any) -> dict[str, Any]:
    return {"url": url, "events": ["declaration.decided"], **more}


def test_a_webhook_lives_from_made_to_removed(client: Client, bearer: Any, receiver: Receiver, send: Any) -> None:
    key = bearer("webhooks:manage")
    made = client.post(_ALL, _asked(receiver.url), content_type=_JSON, headers=key).json()
    one = f"{_ALL}/{made['id']}"
    tried = client.post(f"{one}/test", headers=key)
    sent = send()
    (delivered,) = client.get(f"{one}/deliveries", headers=key).json()
    again = client.post(f"{one}/deliveries/{delivered['id']}/redeliver", headers=key)
    rotated = client.post(f"{one}/secret", headers=key).json()
    changed = client.patch(one, {"active": False}, content_type=_JSON, headers=key).json()
    removed = client.delete(one, headers=key)

    assert (202, 1, 202, 204) == (tried.status_code, sent, again.status_code, removed.status_code)
    assert ("ping", 200) == (delivered["event"], delivered["last_status"])
    assert made["secret"].startswith("whsec_")
    assert made["secret"] != rotated["secret"]
    assert (False, "owner", receiver.url) == (changed["active"], changed["disabled_because"], changed["url"])
    assert "secret" not in changed
    assert [] == client.get(_ALL, headers=key).json()


def test_an_operator_signed_in_does_the_same(client: Client, person: Any, post: Organisation) -> None:
    ada = person("ada")
    give_role(ada, Role.OPERATOR, post, by="test")
    client.force_login(ada)
    made = client.post(_ALL, _asked("https://post.example/", sandbox=True), content_type=_JSON)

    assert (201, True) == (made.status_code, made.json()["sandbox"])
    assert [made.json()["id"]] == [one["id"] for one in client.get(_ALL).json()]


def test_the_webhooks_of_others_are_out_of_reach(client: Client, bearer: Any) -> None:
    other = add_operator("Another Post", "AP", by="test")
    theirs, _ = make_endpoint(other, "https://other.example/", ["declaration.decided"], by="test")
    key, one = bearer("webhooks:manage"), f"{_ALL}/{theirs.pk}"
    answers = [
        client.get(one, headers=key),
        client.patch(one, {"active": False}, content_type=_JSON, headers=key),
        client.delete(one, headers=key),
        client.post(f"{one}/secret", headers=key),
        client.post(f"{one}/test", headers=key),
        client.get(f"{one}/deliveries", headers=key),
        client.post(f"{one}/deliveries/{theirs.pk}/redeliver", headers=key),
    ]

    assert {404} == {answer.status_code for answer in answers}
    assert [] == client.get(_ALL, headers=key).json()
    assert Endpoint.objects.get().active


def test_deliveries_are_shown_in_pages_each_once(
    client: Client, bearer: Any, post: Organisation, endpoint: Any
) -> None:
    key, one = bearer("webhooks:manage"), f"{_ALL}/{endpoint('https://post.example/').pk}/deliveries"
    announce_many([("declaration.decided", post.pk, {"n": number}, False) for number in range(130)])
    first = client.get(one, headers=key).json()
    second = client.get(f"{one}?after={first[-1]['id']}", headers=key).json()

    assert (100, 30) == (len(first), len(second))
    assert 130 == len({each["id"] for each in first + second})


def test_a_sandbox_key_sees_and_makes_trials_alone(client: Client, bearer: Any) -> None:
    real, trial = bearer("webhooks:manage"), bearer("webhooks:manage", sandbox=True)
    client.post(_ALL, _asked("https://post.example/1"), content_type=_JSON, headers=real)
    client.post(_ALL, _asked("https://post.example/2", sandbox=False), content_type=_JSON, headers=trial)

    assert [("https://post.example/1", False)] == [
        (one["url"], one["sandbox"]) for one in client.get(_ALL, headers=real).json()
    ]
    assert [("https://post.example/2", True)] == [
        (one["url"], one["sandbox"]) for one in client.get(_ALL, headers=trial).json()
    ]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_an_address_inside_is_refused_in_the_language_asked_for(client: Client, bearer: Any, language: str) -> None:
    answer = client.post(
        _ALL,
        _asked("https://10.0.0.1/"),
        content_type=_JSON,
        headers=bearer("webhooks:manage") | {"Accept-Language": language},
    )

    assert (400, "portal.outbound.refused") == (answer.status_code, answer.json()["code"])
    assert ("internet public" if language == "fr" else "public internet") in answer.json()["got"]
