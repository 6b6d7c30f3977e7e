"""Operators signed in list, make and revoke the keys of their own organisation, and nobody else's."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from passavant.portal.operators.models import ApiKey
from passavant.portal.operators.services import add_operator, make_key
from passavant.portal.people.models import Organisation, Person
from passavant.portal.people.roles import Role
from passavant.portal.people.services import give_role

_ASKED = {"label": "sorting", "scopes": ["declarations:read"]}
_KEYS = "/api/v1/keys"


@pytest.fixture
def operator(person: Any, post: Organisation, client: Client) -> Person:
    ada: Person = person("ada")
    give_role(ada, Role.OPERATOR, post, by="test")
    client.force_login(ada)
    return ada


def test_a_key_is_made_shown_once_used_and_revoked(operator: Person, client: Client) -> None:
    made = client.post(_KEYS, _ASKED, content_type="application/json")
    listed = client.get(_KEYS)
    revoked = client.delete(f"{_KEYS}/{made.json()['id']}?because=lost")

    assert (201, 200, 204) == (made.status_code, listed.status_code, revoked.status_code)
    assert made.json()["secret"].startswith(f"pvt_{made.json()['id']}_")
    assert [_ASKED["label"]] == [one["label"] for one in listed.json()]
    assert "secret" not in listed.json()[0]
    assert ApiKey.objects.get().revoked_at is not None


def test_the_keys_of_another_organisation_are_out_of_reach(operator: Person, client: Client) -> None:
    other = add_operator("Another Post", "AP", by="test")
    key, _ = make_key(other, "theirs", ["declarations:read"], by="test")
    answer = client.delete(f"{_KEYS}/{key.id}")

    assert ([], 404) == (client.get(_KEYS).json(), answer.status_code)
    assert ApiKey.objects.get().revoked_at is None


def test_a_person_of_two_organisations_says_for_which(operator: Person, client: Client) -> None:
    other = add_operator("Another Post", "AP", by="test")
    give_role(operator, Role.OPERATOR, other, by="test")
    unsaid, said = client.get(_KEYS), client.get(f"{_KEYS}?organisation={other.pk}")

    assert (403, 200) == (unsaid.status_code, said.status_code)
    assert "Another Post" in unsaid.json()["expected"]


def test_the_role_counts_for_its_own_organisation_alone(operator: Person, client: Client) -> None:
    other = add_operator("Another Post", "AP", by="test")
    give_role(operator, Role.ISSUER, other, by="test")

    assert 403 == client.get(f"{_KEYS}?organisation={other.pk}").status_code
    assert 200 == client.get(_KEYS).status_code


def test_a_forged_request_is_refused(operator: Person) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(operator)
    answer = browser.post(_KEYS, _ASKED, content_type="application/json")

    assert 403 == answer.status_code
    assert "X-CSRFToken" in answer.json()["got"]
    assert not ApiKey.objects.exists()


def test_a_key_makes_no_keys(bearer: Any, client: Client) -> None:
    answer = client.post(_KEYS, _ASKED, content_type="application/json", headers=bearer("declarations:write"))

    assert 401 == answer.status_code
    assert "application/problem+json" == answer.headers["Content-Type"]
    assert "WWW-Authenticate" not in answer.headers  # it would have a client send a key once more


@pytest.mark.parametrize(
    "asked",
    [{"label": "", "scopes": ["declarations:read"]}, {"label": "x", "scopes": ["all"]}, {"label": "x", "scopes": ["declarations:read"], "networks": ["here"]}],
    ids=["label", "scope", "network"],
)  # fmt: skip
def test_what_cannot_be_used_is_refused(operator: Person, client: Client, asked: dict[str, Any]) -> None:
    answer = client.post(_KEYS, asked, content_type="application/json")

    assert answer.status_code in {400, 422}
    assert not ApiKey.objects.exists()
