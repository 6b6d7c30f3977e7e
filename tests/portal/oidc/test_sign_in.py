"""Sign-in through a provider: whom it lets in, whom it refuses, and whose second factor counts."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from oidc_provider import CLIENT, SECRET, Provider, serving

from passavant.portal.oidc.configuration import providers
from passavant.portal.people.demonstration import code
from passavant.portal.people.models import Person
from passavant.portal.people.roles import Role
from passavant.portal.trail.models import LogEntry

_LOGIN = "/accounts/oidc/administration/login/"


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch, settings: Any, db: None) -> Iterator[Provider]:
    with serving() as running:
        for name, value in (
            ("ISSUER", running.address),
            ("CLIENT_ID", CLIENT),
            ("CLIENT_SECRET", SECRET),
            ("NAME", "Customs' own"),
        ):
            monkeypatch.setenv(f"PASSAVANT_OIDC_{name}", value)
        settings.SOCIALACCOUNT_PROVIDERS = providers()
        yield running


def _go(client: Client, provider: Provider) -> str:
    """Go to the provider, sign in there, and return the address that leads back."""
    sent = client.post(_LOGIN)
    address = urllib.parse.urlsplit(sent.headers["Location"])
    assert f"{address.scheme}://{address.netloc}" == provider.address
    back = provider.sign_in(dict(urllib.parse.parse_qsl(address.query)))
    return back.removeprefix("http://testserver")


def _sign_in(client: Client, provider: Provider, **headers: str) -> Any:
    return client.get(_go(client, provider), headers=headers)


def _is_inside(client: Client) -> bool:
    return "_auth_user_id" in client.session


def _last_words() -> tuple[str, str]:
    last = LogEntry.objects.latest("sequence")
    return last.action.rpartition(".")[2], last.object_id


def test_the_owner_of_an_account_signs_in_by_the_verified_address_and_keeps_the_password(
    provider: Provider, person: Any, client: Client
) -> None:
    person("ada", Role.OPERATOR)
    provider.person["email"] = "Ada@Customs.example"
    answer = _sign_in(client, provider)
    ada = Person.objects.get()

    assert (302, "/en/") == (answer.status_code, answer.headers["Location"])
    assert _is_inside(client)
    assert ("signed_in", ada.email) == _last_words()
    assert ada.has_usable_password()
    assert not SocialAccount.objects.exists()


def test_the_sign_in_page_leads_to_the_provider_by_its_name(provider: Provider, client: Client) -> None:
    page = client.get("/en/accounts/login/").content.decode()

    assert _LOGIN in page
    assert "Customs&#x27; own" in page


def test_the_request_has_state_nonce_and_a_challenge_of_its_own_each_time(
    provider: Provider, person: Any, client: Client
) -> None:
    for _ in range(2):
        client.get(_go(client, provider))
    first, second = provider.asked

    assert not any(first[name] == second[name] for name in ("state", "nonce", "code_challenge"))
    assert "S256" == first["code_challenge_method"]
    assert {"openid", "profile", "email"} == set(first["scope"].split())


def test_an_address_slips_nothing_into_the_request(provider: Provider, client: Client) -> None:
    sent = client.post(f"{_LOGIN}?auth_params=prompt%3Dnone&scope=offline_access").headers["Location"]

    assert "prompt" not in sent
    assert "offline_access" not in sent


@pytest.mark.parametrize(("language", "said"), [("en", "no open account of"), ("fr", "ucun compte ouvert de")])
def test_whoever_has_no_account_is_refused_in_words_and_none_is_made(
    provider: Provider, client: Client, language: str, said: str
) -> None:
    answer = _sign_in(client, provider, accept_language=language)

    assert 403 == answer.status_code
    assert said in answer.content.decode()
    assert (0, False) == (Person.objects.count(), _is_inside(client))
    assert ("refused", "ada@customs.example") == _last_words()


def test_a_closed_account_stays_closed(provider: Provider, person: Any, client: Client) -> None:
    person("ada", Role.OPERATOR)
    Person.objects.update(is_active=False)

    assert 403 == _sign_in(client, provider).status_code
    assert not _is_inside(client)


@pytest.mark.parametrize("verified", [False, "false", None, 0, "no", 1], ids=repr)
def test_an_address_that_the_provider_has_not_verified_is_refused(
    provider: Provider, person: Any, client: Client, verified: Any
) -> None:
    person("ada", Role.OPERATOR)
    provider.person["email_verified"] = verified
    answer = _sign_in(client, provider)

    assert 403 == answer.status_code
    assert "has not verified" in answer.content.decode()
    assert not _is_inside(client)


_NO_PROOF = {
    "another-issuer": {"iss": "https://elsewhere.example"},
    "for-another": {"aud": "another client"},
    "for-several": {"aud": [CLIENT, "another client"], "azp": "another client"},
    "expired": {"exp": 1_700_000_000},
    "another-nonce": {"nonce": "of another sign-in"},
    "no-nonce": {"nonce": None},
    "no-expiry": {"exp": None},
    "another-subject": {"sub": "43"},
}


@pytest.mark.parametrize("claims", list(_NO_PROOF.values()), ids=list(_NO_PROOF))
def test_a_token_that_does_not_hold_is_refused(
    provider: Provider, person: Any, client: Client, claims: dict[str, Any]
) -> None:
    person("ada", Role.OPERATOR)
    provider.claims = claims
    answer = _sign_in(client, provider)

    assert 401 == answer.status_code
    assert "no proof of who you are" in answer.content.decode().lower()
    assert not _is_inside(client)


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_that_no_key_of_the_provider_signed_is_refused(
    provider: Provider, person: Any, client: Client, algorithm: str
) -> None:
    person("ada", Role.OPERATOR)
    provider.algorithm = algorithm

    assert 401 == _sign_in(client, provider).status_code
    assert not _is_inside(client)


def test_a_wrong_signature_is_refused(provider: Provider, person: Any, client: Client) -> None:
    person("ada", Role.OPERATOR)
    provider.signer = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    assert 401 == _sign_in(client, provider).status_code
    assert not _is_inside(client)


def test_the_way_back_is_of_one_session_and_one_use(provider: Provider, person: Any, client: Client) -> None:
    person("ada", Role.OPERATOR)
    back = _go(client, provider)
    victim = Client()
    elsewhere = victim.get(back)
    forged = client.get(back.replace("state=", "state=x"))
    first = client.get(back)
    client.logout()
    again = client.get(back)

    assert [401, 401, 302, 401] == [answer.status_code for answer in (elsewhere, forged, first, again)]
    assert not _is_inside(victim)


def test_a_code_without_this_sessions_secret_opens_nothing(provider: Provider, person: Any, client: Client) -> None:
    person("ada", Role.OPERATOR)
    back = urllib.parse.urlsplit(_go(client, provider))
    mine = Client()
    own = urllib.parse.urlsplit(_go(mine, provider))
    stolen = urllib.parse.parse_qs(back.query)["code"][0]
    state = urllib.parse.parse_qs(own.query)["state"][0]
    answer = mine.get(f"{own.path}?code={stolen}&state={state}")

    assert 401 == answer.status_code
    assert not _is_inside(mine)


def test_no_account_is_tied_to_the_provider(provider: Provider, person: Any, client: Client) -> None:
    client.force_login(person("ada", Role.OPERATOR))
    sent = client.post(f"{_LOGIN}?process=connect").headers["Location"]
    back = provider.sign_in(dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(sent).query)))
    answer = client.get(back.removeprefix("http://testserver"))

    assert 403 == answer.status_code
    assert not SocialAccount.objects.exists()


def test_a_provider_that_does_not_answer_is_told_in_words(provider: Provider, settings: Any, client: Client) -> None:
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["server_url"] = "http://127.0.0.1:1"

    assert 401 == client.post(_LOGIN).status_code


def test_without_a_provider_there_is_no_such_address(client: Client, db: None) -> None:
    assert 404 == client.get(_LOGIN).status_code


@pytest.mark.parametrize(
    ("claims", "trust", "inside"),
    [
        ({"amr": ["pwd", "mfa"]}, True, True),
        ({"acr": "https://refeds.org/profile/mfa"}, True, True),
        ({"amr": ["pwd"]}, True, False),
        ({"amr": "mfa"}, True, False),
        ({}, True, False),
        ({"amr": ["pwd", "mfa"]}, False, False),
    ],
    ids=["amr", "acr", "password-alone", "not-a-list", "silent", "not-trusted"],
)
def test_the_providers_second_factor_counts_where_it_is_trusted_else_ours_is_asked_for(
    provider: Provider,
    person: Any,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    claims: Any,
    trust: bool,
    inside: bool,
) -> None:
    monkeypatch.setenv("PASSAVANT_OIDC_MFA", "trust" if trust else "")
    ada = person("ada", Role.ADMINISTRATOR, second_factor=False)
    secret = generate_totp_secret()
    TOTP.activate(ada, secret)
    provider.claims = claims
    _sign_in(client, provider)
    before = _is_inside(client)
    client.post("/en/accounts/2fa/authenticate/", {"code": code(secret)})

    assert (inside, True) == (before, _is_inside(client))


def test_customs_people_without_a_factor_here_reach_pages_by_the_providers_alone(
    provider: Provider, person: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    person("ada", Role.ADMINISTRATOR, second_factor=False)
    provider.claims = {"amr": ["mfa"]}
    _sign_in(client, provider)
    untrusted = client.get("/metrics")
    client.logout()
    monkeypatch.setenv("PASSAVANT_OIDC_MFA", "trust")
    _sign_in(client, provider)
    trusted = client.get("/metrics")

    assert (302, "/en/accounts/2fa/") == (untrusted.status_code, untrusted.headers["Location"])
    assert 200 == trusted.status_code


def test_the_providers_factor_of_one_person_is_not_anothers(
    provider: Provider, person: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    person("ada", Role.ADMINISTRATOR, second_factor=False)
    monkeypatch.setenv("PASSAVANT_OIDC_MFA", "trust")
    provider.claims = {"amr": ["mfa"]}
    _sign_in(client, provider)
    session = client.session
    session["second_factor_of"] = person("omar", Role.OPERATOR).pk
    session.save()

    assert 302 == client.get("/metrics").status_code


def test_a_key_for_encryption_signs_nothing(
    provider: Provider, person: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    person("ada", Role.OPERATOR)
    plain = provider.answer

    def answer(path: str) -> dict[str, Any]:
        said = plain(path)
        return {"keys": [key | {"use": "enc"} for key in said["keys"]]} if path == "/jwks" else said

    monkeypatch.setattr(provider, "answer", answer)

    assert 401 == _sign_in(client, provider).status_code
