"""The language of the account comes after sign-in; the link at the top keeps the page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from passavant.portal.look.language import in_language, without_language
from passavant.portal.people.models import Person
from passavant.portal.people.services import make_account

_PASSWORD = "a long pass phrase"


def _signed_in(client: Client, language: str, after: str = "") -> Any:
    make_account("ada@customs.example", "Ada", _PASSWORD, by="test", language=language)
    return client.post(f"/en/accounts/login/{after}", {"login": "ada@customs.example", "password": _PASSWORD})


@pytest.mark.parametrize(("language", "said"), [("en", "You are signed in"), ("fr", "Vous êtes connecté")])
def test_what_is_said_of_the_sign_in_is_in_the_language_of_the_page(
    language: str, said: str, client: Client, db: None
) -> None:
    answer = _signed_in(client, language)

    assert said in client.get(answer.headers["Location"]).content.decode()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_sign_in_leads_on_in_the_language_of_the_account(language: str, client: Client, db: None) -> None:
    answer = _signed_in(client, language)

    assert (302, f"/{language}/") == (answer.status_code, answer.headers["Location"])
    assert language == client.cookies["django_language"].value
    assert f"/{language}/" == client.get("/").headers["Location"]


def test_sign_in_leads_back_to_the_page_asked_for(client: Client, db: None) -> None:
    answer = _signed_in(client, "fr", "?next=/en/policies/%3Fon=2026-07-01")

    assert "/fr/policies/?on=2026-07-01" == answer.headers["Location"]


def test_sign_in_never_leads_elsewhere(client: Client, db: None) -> None:
    answer = _signed_in(client, "fr", "?next=https://elsewhere.example/en/")

    assert "/fr/" == answer.headers["Location"]


def test_the_language_of_the_account_is_chosen_on_its_page(client: Client, person: Any) -> None:
    client.force_login(person("ada"))
    answer = client.post("/en/account/", {"language": "fr"})

    assert "/fr/account/" == answer.headers["Location"]
    assert "fr" == Person.objects.get().language


def test_another_language_is_refused(client: Client, person: Any) -> None:
    client.force_login(person("ada"))
    text = client.post("/fr/account/", {"language": "xx"}).content.decode()

    assert "<title>Erreur\u00a0: " in text
    assert "en" == Person.objects.get().language


@pytest.mark.parametrize(
    ("path", "other"),
    [
        ("/en/", "/fr/"),
        ("/en", "/fr/"),
        ("/enter/", "/fr/"),
        ("/en/seals/?a=/en/", "/fr/seals/?a=/en/"),
        ("/metrics", "/fr/"),
    ],
)
def test_an_address_has_its_twin(path: str, other: str) -> None:
    assert other == in_language(path, "fr")


def test_only_a_language_is_taken_away() -> None:
    assert "/enter/en/" == without_language("/enter/en/")
