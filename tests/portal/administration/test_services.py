"""Administrators change accounts of others, with a reason, and one of them always remains."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections, transaction

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


def _while_the_first_is_not_done(first: Callable[[], Any], second: Callable[[], Any]) -> list[str]:
    """Do the first, and before it is committed begin the second; return how the second ended, and any fault of its own."""
    told = []

    def begin() -> None:
        try:
            second()
            told.append("done")
        except (Refusal, BadInput) as error:
            told.append(error.code)
        except Exception as error:  # noqa: BLE001 - a thread's fault is the test's to tell
            told.append(type(error).__name__)
        finally:
            connections.close_all()

    other = threading.Thread(target=begin)
    with transaction.atomic():
        first()
        other.start()
        time.sleep(
            0.3
        )  # by then it waits for this transaction; were it slower, the test would find nothing, never fail
    other.join()
    return told


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


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize(
    ("one", "other"), [("take", "take"), ("close", "take"), ("take", "close"), ("close", "close")],
    ids=["both take", "close and take", "take and close", "both close"],
)  # fmt: skip
def test_two_administrators_at_once_do_not_both_go(person: Any, one: str, other: str) -> None:
    ada, max_ = person("ada", Role.ADMINISTRATOR), person("max", Role.ADMINISTRATOR)

    def away(how: str, whom: Person, by: Person) -> Callable[[], Any]:
        if how == "close":
            return lambda: services.close_account(Person.objects.get(pk=whom.pk), by=by, purpose="why")
        return lambda: services.take_role(whom.memberships.get(), by=by, purpose="why")

    said = _while_the_first_is_not_done(away(one, max_, ada), away(other, ada, max_))
    left = Person.objects.filter(is_active=True, memberships__role=Role.ADMINISTRATOR)

    assert ["administration.last"] == said
    assert [ada] == list(left)


def test_who_is_no_longer_an_administrator_takes_nothing_from_one(root: Person, person: Any) -> None:
    ada, max_ = person("ada", Role.ADMINISTRATOR), person("max", Role.ADMINISTRATOR)
    services.take_role(ada.memberships.get(), by=root, purpose="why")

    assert ["administration.no_longer"] * 2 == [
        _refused(services.take_role, max_.memberships.get(), by=ada, purpose="why"),
        _refused(services.close_account, max_, by=ada, purpose="why"),
    ]


@pytest.mark.usefixtures("committed")
def test_an_organisation_added_twice_at_once_is_one(person: Any) -> None:
    root = person("root", Role.ADMINISTRATOR)

    def add() -> Organisation:
        return services.add_organisation("Ministry", "", by=root, purpose="permits")

    assert ["administration.organisation.exists"] == _while_the_first_is_not_done(add, add)


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
