"""The pages of accounts speak as the others do: none of the library's own words is left, in either language."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.template.loader import get_template
from django.test import Client

from passavant.portal.look.templatetags.look import sentence
from passavant.portal.people.roles import Role

#: As the library writes them.
_THEIRS = re.compile(
    r"Two-Factor|Sign (?:In|Out|Up)\b|Security Key|Authenticator App|Recovery Codes|Change Password|Confirm Access"
    r"|Are you sure|Bad Token|Current Password|New Password|Password \(again|Third-Party|[Rr]eauthenticate\b(?!/)|Authentification à deux facteurs|Clés? de sécurité"
)
_PAGES = {
    "2fa/": "facteur",
    "2fa/recovery-codes/": "Codes de secours",
    "2fa/recovery-codes/generate/": "Créer de nouveaux codes",
    "2fa/totp/deactivate/": "Retirer l'application",
    "email/": "Vos adresses électroniques",
    "password/change/": "Modifier votre mot de passe",
    "logout/": "Se déconnecter",
    "inactive/": "Ce compte est fermé",
    "password/reset/done/": "Le message est envoyé",
    "password/reset/key/done/": "Votre mot de passe est modifié",
    "password/reset/key/1-none/": "Demander un autre lien",
    "confirm-email/none/": "Confirmez votre adresse",
    "3rdparty/login/error/": "La connexion auprès de votre organisation",
    "3rdparty/login/cancelled/": "Vous avez interrompu la connexion",
}


def _text(page: bytes) -> str:
    return re.sub(r"<script.*?</script>|<[^>]+>", " ", page.decode(), flags=re.DOTALL).replace("&#x27;", "'")


@pytest.fixture
def signed_in(client: Client, person: Any) -> Client:
    ada = person("ada", Role.OFFICER)
    RecoveryCodes.activate(ada)
    EmailAddress.objects.create(user=ada, email=ada.email, primary=True, verified=True)
    client.force_login(ada)
    client.post("/fr/accounts/reauthenticate/", {"password": "a long pass phrase"})
    return client


@pytest.mark.parametrize("address", _PAGES)
def test_pages_of_an_account_speak_in_the_portals_voice(address: str, signed_in: Client) -> None:
    texts = [_text(signed_in.get(f"/{language}/accounts/{address}").content) for language in ("en", "fr")]

    assert [[], []] == [_THEIRS.findall(text) for text in texts]
    assert _PAGES[address] in texts[1]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_whoever_is_asked_again_is_told_why_and_offered_other_ways(language: str, client: Client, person: Any) -> None:
    client.force_login(person("ada", Role.OFFICER))
    page = client.get(f"/{language}/accounts/reauthenticate/").content

    assert [] == _THEIRS.findall(_text(page))
    assert {"en": "With a code", "fr": "Avec un code"}[language] in _text(page)


def test_a_passkey_is_renamed_and_removed_by_name(signed_in: Client) -> None:
    ada = Authenticator.objects.first()
    assert ada is not None
    page = get_template("mfa/webauthn/authenticator_confirm_delete.html").render(
        {"authenticator": ada}, signed_in.get("/en/").wsgi_request
    )

    assert "will no longer let you in." in page


@pytest.mark.parametrize(
    ("text", "whole"),
    [("a case", "A case."), ("hs_code is none", "hs_code is none."), ("Why?", "Why?")],
    ids=["words", "a code", "ended"],
)
def test_a_fragment_becomes_a_sentence(text: str, whole: str) -> None:
    assert (whole, text if text.endswith("?") else f"{text}.") == (sentence(text), sentence(text, "within"))


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ["Advice: “banana” is none of the choices", "Lane: “mauve” is none of the choices"]),
        ("fr", ["banana\xa0» ne fait pas partie des choix", "mauve\xa0» ne fait pas partie des choix"]),
    ],
    ids=["en", "fr"],
)
def test_a_filter_of_an_unknown_value_is_told_in_the_summary(
    language: str, told: list[str], client: Client, person: Any
) -> None:
    client.force_login(person("ada", Role.OFFICER))
    page = client.get(f"/{language}/cases/?advised=banana&lane=mauve&declarant=LP").content.decode()

    assert [True, True] == [text in page for text in told]
    assert 'value="LP"' in page
