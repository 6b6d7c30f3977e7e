"""Signing in and the second factor, as a person does it, in French: nothing inline, no puzzle, paste allowed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client

from passavant.portal.people.roles import Role
from passavant.portal.people.services import give_role, make_account

_GIVEN = {"login": "ada@customs.example", "password": "a long pass phrase"}


@pytest.fixture
def officer(office: Any) -> Any:
    person = make_account("ada@customs.example", "Ada", "a long pass phrase", by="test", language="fr")
    give_role(person, Role.OFFICER, office, by="test")
    return person


def _code(secret: str) -> str:
    return f"{hotp_value(secret, next(iter(yield_hotp_counters_from_time()))):06d}"


def test_an_officer_signs_in_sets_up_an_authenticator_and_signs_in_with_it(officer: Any, client: Client) -> None:
    client.post("/fr/accounts/login/", _GIVEN)
    asked = client.get("/fr/accounts/2fa/totp/activate/")
    if asked.status_code == 302:
        client.post(asked.headers["Location"], {"password": _GIVEN["password"]})
        asked = client.get("/fr/accounts/2fa/totp/activate/")
    page = asked.content.decode()
    found = re.search(r'<code class="pv-code">([A-Z2-7]+)</code>', page)
    assert found is not None
    wrong = client.post("/fr/accounts/2fa/totp/activate/", {"code": "000000"}).content.decode()
    right = client.post("/fr/accounts/2fa/totp/activate/", {"code": _code(found[1])})
    home = client.get("/fr/")
    client.post("/fr/accounts/logout/")
    second = client.post("/fr/accounts/login/", _GIVEN)
    asks = client.get(second.headers["Location"]).content.decode()

    assert '<svg class="pv-qr"' in page
    assert "data:image" not in page
    assert "<title>Erreur\u00a0: " in wrong
    assert (302, 200) == (right.status_code, home.status_code)
    assert second.headers["Location"].startswith("/fr/accounts/2fa/authenticate/")
    assert 'autocomplete="one-time-code"' in asks


@pytest.mark.parametrize(("language", "title"), [("en", "<title>Error: "), ("fr", "<title>Erreur\u00a0: ")])
def test_a_failed_sign_in_says_so_first(language: str, title: str, client: Client, db: None) -> None:
    page = client.post(
        f"/{language}/accounts/login/", {"login": "nobody@x.example", "password": "wrong"}
    ).content.decode()

    assert title in page
    assert 'href="#id_login"' in page


def test_a_password_manager_may_fill_in_and_paste(client: Client, db: None) -> None:
    page = client.get("/en/accounts/login/").content.decode()

    assert 'autocomplete="email"' in page
    assert 'autocomplete="current-password"' in page
    assert "onpaste" not in page


def test_a_passkey_is_asked_for_by_files_of_this_site_alone(client: Client, person: Any) -> None:
    client.force_login(person("omar", Role.OPERATOR))
    client.post("/fr/accounts/reauthenticate/", {"password": "a long pass phrase"})
    page = client.get("/fr/accounts/2fa/webauthn/add/").content.decode()
    scripts = re.findall(r"<script([^>]*)>", page)

    assert "Nom" in page
    assert len(scripts) >= 5
    assert [] == [one for one in scripts if 'src="/static/' not in one and 'type="application/json"' not in one]
    assert "<noscript>" in page


def test_a_forgotten_password_is_replaced_by_a_message_in_the_readers_language(
    client: Client, person: Any, mailoutbox: list[Any], settings: Any
) -> None:
    person("omar", Role.OPERATOR)
    sent = client.post("/fr/accounts/password/reset/", {"email": "omar@customs.example"})
    link = re.search(r"http://testserver(/\S+)", mailoutbox[0].body)
    assert link is not None
    page = client.get(link[1], follow=True)
    new = "another long pass phrase"
    changed = client.post(page.redirect_chain[-1][0], {"password1": new, "password2": new})
    entered = client.post("/fr/accounts/login/", {"login": "omar@customs.example", "password": new})

    assert (302, 302) == (sent.status_code, changed.status_code)
    assert link[1].startswith("/fr/accounts/password/reset/key/")
    assert '<html lang="fr"' in page.content.decode()
    assert (302, True) == (entered.status_code, "sessionid" in client.cookies)


def test_no_stranger_makes_the_portal_write_to_anybody(client: Client, db: None, mailoutbox: list[Any]) -> None:
    answer = client.post("/en/accounts/password/reset/", {"email": "stranger@elsewhere.example"})

    assert 302 == answer.status_code
    assert [] == mailoutbox


def test_without_a_mail_server_an_administrator_is_named(client: Client, db: None, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    page = client.get("/en/accounts/password/reset/").content.decode()

    assert "Ask an administrator" in page
    assert "<form" not in page


def test_whoever_tries_too_often_waits(client: Client, db: None) -> None:
    cache.clear()
    answers = [client.post("/fr/accounts/login/", _GIVEN) for _ in range(31)]
    cache.clear()

    assert (429, "300") == (answers[-1].status_code, answers[-1].headers["Retry-After"])
    assert "Trop de tentatives" in answers[-1].content.decode()
