"""Administrators change accounts of others, with a reason, and one of them always remains."""

from __future__ import annotations

from typing import Any

import pytest

from passavant.errors import BadInput
from passavant.portal.administration import services
from passavant.portal.api.problems import Refusal
from passavant.portal.people.models import Organisation, Person
from passavant.portal.people.roles import Role
from passavant.portal.trail.models import LogEntry


@pytest.fixture
def root(person: Any) -> Person:
    made: Person = person("root", Role.ADMINISTRATOR)
    return made


def _refused(what: Any, *args: Any, **more: Any) -> str:
    with pytest.raises((Refusal, BadInput)) as refused:
        what(*args, **more)
    return str(refused.value.code)


def test_each_change_of_an_account_is_recorded_with_its_reason(root: Person, office: Organisation) -> None:
    before = LogEntry.objects.count()
    ada, _password = services.invite("Ada@x.example", "Ada", Role.OFFICER, office, "fr", by=root, purpose="joins")
    given = services.give_role(ada, Role.SUPERVISOR, office, by=root, purpose="promoted")
    services.take_role(given, by=root, purpose="moved on")
    services.first_password(ada, by=root, purpose="lost it")
    services.close_account(ada, by=root, purpose="leaves")
    services.open_account(ada, by=root, purpose="comes back")
    told = LogEntry.objects.order_by("sequence")[before:]

    assert [
        ("account.made", "joins"), ("role.given", "joins"), ("role.given", "promoted"), ("role.taken", "moved on"),
        ("account.password_given", "lost it"), ("account.closed", "leaves"), ("account.opened", "comes back"),
    ] == [(one.action.removeprefix("passavant."), one.purpose) for one in told]  # fmt: skip
    assert {root.email} == {one.actor for one in told}


def test_a_first_password_signs_in_and_a_new_one_takes_its_place(root: Person, office: Organisation) -> None:
    ada, first = services.invite("ada@x.example", "Ada", Role.OFFICER, office, "en", by=root, purpose="joins")
    started = ada.check_password(first), ada.get_session_auth_hash()
    second = services.first_password(ada, by=root, purpose="lost it")

    assert (True, False, True) == (started[0], ada.check_password(first), ada.check_password(second))
    assert started[1] != ada.get_session_auth_hash()  # who was signed in no longer is


def test_nobody_changes_his_own_account(root: Person, office: Organisation, person: Any) -> None:
    person("other", Role.ADMINISTRATOR)
    own = root.memberships.get()

    assert ["administration.own"] * 4 == [
        _refused(services.close_account, root, by=root, purpose="why"),
        _refused(services.give_role, root, Role.OFFICER, office, by=root, purpose="why"),
        _refused(services.take_role, own, by=root, purpose="why"),
        _refused(services.first_password, root, by=root, purpose="why"),
    ]


@pytest.mark.parametrize("closed", [True, False])
def test_the_last_administrator_stays(person: Any, closed: bool) -> None:
    last, gone = person("last", Role.ADMINISTRATOR), person("gone", Role.ADMINISTRATOR)
    if closed:  # somebody who was let in, and was closed before the answer
        gone.is_active = False
        gone.save()
    said = []
    for what, about in ((services.take_role, last.memberships.get()), (services.close_account, last)):
        try:
            what(about, by=gone, purpose="why")
        except Refusal as error:
            said.append(error.code)
            last.refresh_from_db()

    assert (["administration.last"] * 2 if closed else []) == said
    assert closed == last.is_active


def test_what_is_so_already_is_not_done_again(root: Person, office: Organisation, person: Any) -> None:
    ada = person("ada", Role.OFFICER)
    services.close_account(ada, by=root, purpose="leaves")
    again = _refused(services.close_account, ada, by=root, purpose="leaves")
    services.open_account(ada, by=root, purpose="back")

    assert ["administration.unchanged"] * 3 == [
        again,
        _refused(services.open_account, ada, by=root, purpose="back"),
        _refused(services.give_role, ada, Role.OFFICER, office, by=root, purpose="twice"),
    ]


def test_an_organisation_is_added_with_or_without_a_declarant(root: Person, office: Organisation) -> None:
    ministry = services.add_organisation("Ministry", "", by=root, purpose="permits")
    services.add_organisation("Example Post", "LP", by=root, purpose="declares")
    named = services.name_declarant(ministry, "MI", by=root, purpose="declares now")
    told = LogEntry.objects.order_by("-sequence")[:3]

    assert "MI" == named.declarant_id
    assert ["operator.added", "operator.added", "organisation.added"] == [
        one.action.removeprefix("passavant.") for one in told
    ]
    assert ["declares now", "declares", "permits"] == [one.purpose for one in told]
    assert ["administration.organisation.exists", "portal.operator.declarant", "portal.operator.declarant"] == [
        _refused(services.add_organisation, office.name, "", by=root, purpose="why"),
        _refused(services.add_organisation, "Another Post", "LP", by=root, purpose="why"),
        _refused(services.name_declarant, ministry, "XX", by=root, purpose="why"),
    ]
