"""The frame of every page: one language named, one heading, a skip link, the other language of the same page."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from passavant.portal.look import built, errors
from passavant.portal.people.roles import Role

PUBLIC = [
    "/",
    "/landed-cost/",
    "/policies/",
    "/policies/EU/",
    "/seals/",
    "/accounts/login/",
    "/accounts/password/reset/",
    "/nothing/",
]
OWN = [
    "/",
    "/account/",
    "/accounts/logout/",
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/2fa/webauthn/",
    "/accounts/3rdparty/",
]


class _Outline(HTMLParser):
    """What a test asks of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [
            attributes
            for name, attributes in self.tags
            if name == tag and all(attributes.get(key) == value for key, value in wanted.items())
        ]


def _checked(text: str, language: str, address: str) -> None:
    page = _Outline(text)
    other = "fr" if language == "en" else "en"
    ids = [attributes["id"] for _, attributes in page.tags if attributes.get("id")]
    assert [language] == [attributes["lang"] for attributes in page.all("html")]
    assert 1 == len(page.all("h1"))
    assert 1 == len(page.all("main", id="main-content"))
    assert ["#main-content"] == [one["href"] for one in page.all("a") if "skip-link" in str(one.get("class"))]
    assert [f"/{other}{address}"] == [one["href"] for one in page.all("a", hreflang=other)]
    assert {"en", "fr"} == {one["hreflang"] for one in page.all("link", rel="alternate")}
    assert re.search(r"<title>\s*\S.* – Passavant</title>", text, re.DOTALL)
    assert len(ids) == len(set(ids))


def _has_nothing_inline(text: str) -> None:
    page = _Outline(text)
    assert [] == [
        tag
        for tag, attributes in page.tags
        if "style" in attributes or any(name.startswith("on") for name in attributes)
    ]
    assert [] == page.all("style")
    assert [] == [one for one in page.all("script") if "src" not in one and one.get("type") != "application/json"]
    assert [] == [
        one
        for tag, one in page.tags
        for name in ("src", "href")
        if tag in ("script", "link", "img") and "//" in str(one.get(name)).replace("http://testserver/", "")
    ]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("address", PUBLIC)
def test_a_visitors_page_is_framed(address: str, language: str, client: Client, db: None) -> None:
    text = client.get(f"/{language}{address}").content.decode()

    _checked(text, language, address)
    _has_nothing_inline(text)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("address", OWN)
def test_a_page_of_ones_own_is_framed(address: str, language: str, client: Client, person: Any) -> None:
    client.force_login(person("ada", Role.OPERATOR))
    text = client.get(f"/{language}{address}").content.decode()

    _checked(text, language, address)
    _has_nothing_inline(text)


@pytest.mark.parametrize("address", PUBLIC)
def test_both_languages_have_the_same_structure(address: str, client: Client, db: None) -> None:
    shapes = [
        Counter(tag for tag, _ in _Outline(client.get(f"/{language}{address}").content.decode()).tags)
        for language in ("en", "fr")
    ]

    assert shapes[0] == shapes[1]


@pytest.mark.parametrize(("asked", "language"), [("fr-SN,fr;q=0.9", "fr"), ("en", "en"), ("de", "en")])
def test_the_root_leads_to_the_readers_language(asked: str, language: str, client: Client, db: None) -> None:
    answer = client.get("/", headers={"Accept-Language": asked})

    assert (302, f"/{language}/") == (answer.status_code, answer.headers["Location"])


def test_the_home_page_shows_what_a_role_opens(client: Client, person: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from passavant.portal.look import navigation
    from passavant.portal.people.permissions import officer

    entered = dict(navigation._entries)
    monkeypatch.setattr(navigation, "_entries", entered)
    navigation.enter("Waiting declarations", "account", officer, order=1)
    seen = {}
    for role in (Role.OFFICER, Role.ISSUER):
        client.force_login(person(role.value, role))
        seen[role] = client.get("/en/").content.decode()

    assert "Waiting declarations" in seen[Role.OFFICER]
    assert "Waiting declarations" not in seen[Role.ISSUER]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    ("roles", "said"),
    [
        ((Role.ISSUER,), ("passavant seal permit.pdf --revoke",)),
        ((Role.NATIONAL_CONTACT,), ("no page of its own for national contact points", "pas de page propre aux points de contact")),
        ((), ("no role yet that opens pages", "encore aucun rôle")),
    ],
    ids=["issuer", "contact", "nobody"],
)  # fmt: skip
def test_whoever_has_no_page_is_told_what_there_is(
    client: Client, person: Any, roles: tuple[Role, ...], said: tuple[str, ...], language: str
) -> None:
    client.force_login(person("ada", *roles))
    shown = client.get(f"/{language}/").content.decode()

    assert any(words in shown for words in said)
    assert ("no role yet" in shown or "encore aucun rôle" in shown) == (not roles)


def test_who_needs_a_second_factor_is_told_so(client: Client, person: Any) -> None:
    client.force_login(person("ada", Role.OFFICER, second_factor=False))
    sent = client.get("/fr/")

    assert "/fr/accounts/2fa/" == sent.headers["Location"]
    assert "Votre rôle exige un second facteur" in client.get("/fr/accounts/2fa/").content.decode()


# Errors


@pytest.mark.parametrize(
    ("language", "title"), [("en", "You may not open this page"), ("fr", "Vous n'avez pas accès à cette page")]
)
def test_who_has_no_right_is_told_what_to_do(language: str, title: str, client: Client, person: Any) -> None:
    client.force_login(person("ada", Role.OPERATOR))
    answer = client.get("/metrics", headers={"Accept-Language": language})
    text = answer.content.decode().replace("&#x27;", "'")

    assert 403 == answer.status_code
    assert title in text
    assert "administrat" in text


def test_an_unknown_address_of_the_api_is_answered_as_the_api_answers(client: Client, db: None) -> None:
    answer = client.get("/api/v1/nothing", headers={"Accept-Language": "fr"})

    assert (404, "application/problem+json") == (answer.status_code, answer.headers["Content-Type"])
    assert "qui ne mène nulle part" in answer.json()["got"]


def test_a_form_without_its_token_is_refused_in_words(person: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/fr/accounts/login/", {"login": "ada@customs.example", "password": "x"})

    assert 403 == answer.status_code
    assert "Ce formulaire a expiré" in answer.content.decode()


def test_a_foreign_host_name_is_refused_on_a_page(client: Client, db: None) -> None:
    answer = client.get("/en/", headers={"Host": "elsewhere.example"})

    assert 400 == answer.status_code
    assert "This request cannot be read" in answer.content.decode()
    assert "elsewhere.example" not in answer.content.decode()


def test_a_fault_is_told_without_the_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from passavant.portal.look import views

    def broken(*_: Any) -> Any:
        raise RuntimeError("the database is gone")

    monkeypatch.setattr(views, "places_for", broken)
    client.raise_request_exception = False
    answer = client.get("/fr/")

    assert 500 == answer.status_code
    assert "Une erreur s&#x27;est produite" in answer.content.decode()
    assert "database is gone" not in answer.content.decode()


def test_a_fault_of_the_page_itself_is_told_in_plain_words(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("no template")

    monkeypatch.setattr(errors, "render_to_string", broken)
    answer = client.get("/en/nothing/")

    assert (404, True) == (answer.status_code, "réessayez" in answer.content.decode())


def test_pages_stand_without_the_build(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(built, "_names", dict)

    assert 200 == client.get("/en/").status_code
