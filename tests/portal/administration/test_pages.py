"""What administrators see and do on their pages, in both languages."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from passavant.portal.operators.models import ApiKey, Quota
from passavant.portal.operators.services import make_key
from passavant.portal.operators.verification import verified
from passavant.portal.people.models import Organisation, Person
from passavant.portal.people.roles import Role
from passavant.portal.trail.models import LogEntry

_LISTS = ["", "organisations/", "keys/", "people/new/", "organisations/new/", "keys/new/"]


@pytest.fixture
def root(person: Any, client: Client) -> Person:
    made: Person = person("root", Role.ADMINISTRATOR)
    client.force_login(made)
    return made


def _page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert 200 == answer.status_code
    return str(answer.content.decode())


def _post(client: Client, address: str, **given: Any) -> Any:
    return client.post(f"/en/administration/{address}", {"purpose": "it was asked for", **given}, follow=True)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_page_says_what_it_does_and_asks_why(
    root: Person, person: Any, post: Organisation, client: Client, language: str
) -> None:
    ada = person("ada", Role.OFFICER)
    key, _ = make_key(post, "test", ["declarations:read"], by="test")
    steps = [
        f"people/{ada.pk}/role/", f"people/{ada.pk}/close/", f"people/{ada.pk}/open/", f"people/{ada.pk}/password/",
        f"roles/{ada.memberships.get().pk}/take/", f"organisations/{post.pk}/quota/", f"keys/{key.pk}/revoke/",
    ]  # fmt: skip
    shown = {one: _page(client, f"/{language}/administration/{one}") for one in [*_LISTS, *steps]}

    assert {1} == {page.count("<h1") for page in shown.values()}
    assert all('name="purpose"' in shown[one] for one in steps)


def test_the_list_tells_who_has_what(root: Person, person: Any, client: Client) -> None:
    person("ada", Role.OFFICER, Role.AUDITOR, second_factor=False)
    omar = person("omar", Role.OPERATOR)
    omar.is_active = False
    omar.last_login = dt.datetime(2026, 9, 15, 8, 5, tzinfo=dt.UTC)
    omar.save()
    rows = re.findall(
        r'<tr class="govuk-table__row" role="row"><th scope="row".*?</tr>',
        _page(client, "/en/administration/"),
        re.DOTALL,
    )
    told = {re.search(r'people/\d+/">(\w+)<', row)[1]: re.sub(r"\s+", " ", row) for row in rows}  # type: ignore[index]  # a row without a name fails the test

    assert ["Ada", "Omar", "Root"] == list(told)
    assert all(word in told["Ada"] for word in ("Officer (Customs of Example)", "Auditor (Customs", "not set up yet"))
    assert all(word in told["Omar"] for word in ("not asked for", "2026-09-15 08:05", "closed"))
    assert "set up" in told["Root"]


@pytest.mark.parametrize(
    ("asked", "names"),
    [("q=AD", ["Ada"]), ("role=operator", ["Omar"]), ("state=closed", ["Omar"]), ("state=open&q=customs.example", ["Ada", "Root"])],
)  # fmt: skip
def test_accounts_are_found_by_filters(root: Person, person: Any, client: Client, asked: str, names: list[str]) -> None:
    person("ada", Role.OFFICER, Role.AUDITOR)
    omar = person("omar", Role.OPERATOR)
    omar.is_active = False
    omar.save()

    assert names == re.findall(r'administration/people/\d+/">(\w+)<', _page(client, f"/en/administration/?{asked}"))


def test_an_account_is_made_and_its_password_shown_once(root: Person, office: Organisation, client: Client) -> None:
    given = {"email": "Ada@x.example", "name": "Ada", "role": "officer", "organisation": office.pk, "language": "fr"}
    answer = _post(client, "people/new/", **given)
    again = _post(client, "people/new/", **given).content.decode()
    ada = Person.objects.get(email="ada@x.example")
    secret = re.search(r'<code class="pv-code">([^<]+)</code>', answer.content.decode())
    assert secret is not None

    assert ada.check_password(secret[1])
    assert "no-store" == answer.headers["Cache-Control"]
    assert ({"officer"}, "fr") == (ada.roles, ada.language)
    assert "Give that account the role it lacks." in again
    assert 'href="#id_email"' in again
    assert secret[1] not in _page(client, f"/en/administration/people/{ada.pk}/")
    assert not LogEntry.objects.filter(data__icontains=secret[1]).exists()


def test_roles_are_given_and_taken_and_the_account_closed_and_opened(
    root: Person, person: Any, office: Organisation, client: Client
) -> None:
    ada, other = person("ada", Role.OFFICER), Client()
    other.force_login(ada)
    _post(client, f"people/{ada.pk}/role/", role="auditor", organisation=office.pk)
    _post(client, f"roles/{ada.memberships.get(role='officer').pk}/take/")
    roles = Person.objects.get(pk=ada.pk).roles
    seen = other.get("/en/account/").status_code
    _post(client, f"people/{ada.pk}/close/")
    page = _page(client, f"/en/administration/people/{ada.pk}/")
    signed_out = other.get("/en/account/").status_code
    _post(client, f"people/{ada.pk}/open/")

    assert ({"auditor"}, 200, 302) == (roles, seen, signed_out)
    assert "Open the account again" in page
    assert Person.objects.get(pk=ada.pk).is_active
    assert {"it was asked for"} == set(
        LogEntry.objects.filter(actor=root.email, action__startswith="passavant.").exclude(
            action="passavant.account.signed_in"
        ).values_list("purpose", flat=True)
    )  # fmt: skip


def test_nothing_is_done_without_a_reason_or_on_a_mere_visit(root: Person, person: Any, client: Client) -> None:
    ada = person("ada", Role.OFFICER)
    _page(client, f"/en/administration/people/{ada.pk}/close/")
    unsaid = _post(client, f"people/{ada.pk}/close/", purpose=" ").content.decode()
    ada.refresh_from_db()

    assert "Fill in: Why?" in unsaid
    assert ada.is_active


def test_ones_own_account_is_changed_by_another(root: Person, client: Client) -> None:
    page = _page(client, f"/en/administration/people/{root.pk}/")
    step = _page(client, f"/en/administration/people/{root.pk}/close/")
    _post(client, f"people/{root.pk}/close/")
    root.refresh_from_db()

    assert "another administrator changes it" in page
    assert "/close/" not in page
    assert "<form" not in step.partition("<main")[2]
    assert root.is_active


def test_an_operator_is_added_with_quota_and_a_key_that_works_until_it_is_revoked(
    root: Person, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    _post(client, "organisations/new/", name="Example Post", declarant_id="LP")
    made = Organisation.objects.get(declarant_id="LP")
    _post(client, f"organisations/{made.pk}/quota/", kind="trial", per_minute="20", per_day="500")
    given = {"organisation": made.pk, "label": "sorting centre", "scopes": ["declarations:read"], "days": "30", "networks": "10.0.0.0/8, ::1/128"}  # fmt: skip
    answer = _post(client, "keys/new/", **given)
    text = re.search(r"pvt_[a-z2-7]+_[A-Za-z0-9_-]+", answer.content.decode())
    assert text is not None
    key = ApiKey.objects.get()
    listed = _page(client, "/en/administration/keys/")
    works = verified(text[0], "10.1.2.3") is not None
    one = _page(client, f"/en/administration/organisations/{made.pk}/")
    with django_capture_on_commit_callbacks(execute=True):
        _post(client, f"keys/{key.pk}/revoke/")
    key.refresh_from_db()

    assert (20, 500, True) == Quota.objects.values_list("per_minute", "per_day", "sandbox").get()
    assert ("no-store", ["10.0.0.0/8", "::1/128"]) == (answer.headers["Cache-Control"], key.networks)
    assert 29 <= (key.expires_at - timezone.now()).days <= 30  # type: ignore[operator]  # a key without an end fails the test
    assert all(word in listed for word in (key.pk, "sorting centre", "in force", "never"))
    assert text[0] not in listed
    assert all(word in one for word in (key.pk, "trial data", "500", "15,000"))
    assert (True, None) == (works, verified(text[0], "10.1.2.3"))
    assert f"revoked {key.revoked_at:%Y-%m-%d}" in _page(client, "/en/administration/keys/")
    assert "It is revoked already." in _page(client, f"/en/administration/keys/{key.pk}/revoke/")


def test_what_is_not_offered_is_not_done_when_it_is_sent_all_the_same(
    root: Person, post: Organisation, client: Client
) -> None:
    key, _ = make_key(post, "test", ["declarations:read"], by="test")
    _post(client, f"keys/{key.pk}/revoke/")
    again = _post(client, f"keys/{key.pk}/revoke/").content.decode()

    assert "It is revoked already." in again
    assert "The key is revoked." not in again


@pytest.mark.parametrize(
    ("given", "place"),
    [({"networks": "somewhere"}, "networks"), ({"scopes": []}, "scopes_0"), ({"days": "0"}, "days"), ({"organisation": "999"}, "organisation")],
    ids=["networks", "scopes", "days", "organisation"],
)  # fmt: skip
def test_a_key_that_does_not_hold_is_refused_at_its_field(
    root: Person, post: Organisation, client: Client, given: dict[str, Any], place: str
) -> None:
    whole = {"organisation": post.pk, "label": "test", "scopes": ["declarations:read"]}
    page = _post(client, "keys/new/", **whole | given).content.decode()

    assert f'href="#id_{place}"' in page
    assert not ApiKey.objects.exists()


def test_all_that_is_wrong_with_a_key_is_told_at_once_by_the_names_of_its_fields(
    root: Person, post: Organisation, client: Client
) -> None:
    given = {"organisation": post.pk, "label": "test", "scopes": ["declarations:read"], "networks": "somewhere", "purpose": "x"}  # fmt: skip
    page = _post(client, "keys/new/", **given).content.decode()

    assert 'href="#id_networks"' in page
    assert "“Why?”: write at least 3 characters" in page


def test_an_organisation_without_a_declarant_gets_one_once(root: Person, office: Organisation, client: Client) -> None:
    before = _page(client, f"/en/administration/organisations/{office.pk}/")
    _post(client, f"organisations/{office.pk}/declarant/", declarant_id="CE")
    after = _page(client, f"/en/administration/organisations/{office.pk}/declarant/")

    assert "no key can be made for it" in before
    assert "CE" == Organisation.objects.get(pk=office.pk).declarant_id
    assert "It has a declarant already" in after
