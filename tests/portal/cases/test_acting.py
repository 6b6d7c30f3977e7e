"""Officers decide: once each, with a reason, in the trail; below a severe advice two of them are needed."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from passavant.errors import BadInput
from passavant.portal.api.problems import Refusal
from passavant.portal.cases.models import CaseEvent
from passavant.portal.cases.rules import needs_second
from passavant.portal.cases.services import (
    Finding,
    act,
    act_on_many,
    approve,
    record_result,
    reject,
    take,
    take_next,
    withdraw,
)
from passavant.portal.cases.words import ACTIONS, REASONS
from passavant.portal.integrity.decisions import decisions_between
from passavant.portal.people.models import Organisation, Person
from passavant.portal.people.roles import Role
from passavant.portal.people.services import give_role
from passavant.portal.trail.models import LogEntry
from passavant.portal.webhooks.models import Delivery, Endpoint


@pytest.fixture
def ada(person: Any) -> Person:
    made: Person = person("ada", Role.OFFICER)
    return made


@pytest.fixture
def max_(person: Any) -> Person:
    made: Person = person("max", Role.SUPERVISOR)
    return made


def _trail() -> list[str]:
    found = LogEntry.objects.filter(action__startswith="passavant.case.").order_by("sequence")
    return [entry.action.rpartition(".")[2] for entry in found]


@pytest.mark.parametrize(
    ("action", "state", "said"),
    [
        ("release", "released", "released"),
        ("request_information", "information", "information_requested"),
        ("screen", "screening", "screened"),
        ("control", "control", "controlled"),
        ("refuse", "refused", "refused"),
    ],
)
def test_each_action_gives_its_state_and_says_so_in_the_trail(
    case: Any, declared: Any, seen: Any, ada: Person, action: str, state: str, said: str
) -> None:
    one = case(entry=declared())
    reason = next(iter(REASONS[action]))
    act(one.pk, action, ada, reason, seen=seen(one))
    one.refresh_from_db()
    entry = LogEntry.objects.latest("sequence")

    assert (state, [said]) == (one.state, _trail())
    assert ("screen", "yellow", "LP", "") == tuple(
        entry.data[name] for name in ("advised", "lane", "declarant", "second")
    )
    assert 60 <= entry.data["seconds_since_opened"] < 120
    assert (state in ("released", "refused")) == (one.closed_at is not None)


def test_every_action_has_reasons_and_another_needs_a_note(case: Any, seen: Any, ada: Person) -> None:
    assert ACTIONS.keys() == REASONS.keys()
    one = case()
    for reason, note in (("", ""), ("prohibited", ""), ("other", "  ")):
        with pytest.raises(BadInput):
            act(one.pk, "release", ada, reason, note, seen=seen(one))

    assert not CaseEvent.objects.exists()


def test_whoever_saw_an_older_state_is_told_and_nothing_is_done(
    case: Any, seen: Any, ada: Person, max_: Person
) -> None:
    one = case()
    old = seen(one)
    act(one.pk, "screen", ada, "contents", seen=old)
    with pytest.raises(Refusal) as refused:
        act(one.pk, "release", max_, "in_order", seen=old)

    assert ("cases.changed", 409, ["screened"]) == (refused.value.code, refused.value.status, _trail())


def test_what_is_closed_stays_closed(case: Any, seen: Any, ada: Person) -> None:
    one = case()
    act(one.pk, "release", ada, "in_order", seen=seen(one))
    with pytest.raises(Refusal, match=r"closed"):
        act(one.pk, "refuse", ada, "unsafe", seen=seen(one))


@pytest.mark.parametrize(
    ("advised", "lane", "action", "second"),
    [
        ("control", "red", "release", True),
        ("control", "red", "screen", True),
        ("control", "red", "control", False),
        ("control", "red", "refuse", False),
        ("do_not_load", "red", "control", True),
        ("screen", "yellow", "release", False),
        ("screen", "red", "release", True),
    ],
)
def test_a_second_person_is_needed_below_a_severe_advice(
    case: Any, advised: str, lane: str, action: str, second: bool
) -> None:
    assert second == needs_second(case(advised=advised, lane=lane), action)


@pytest.mark.parametrize(("names", "needed"), [("", False), ("none", False), ("screen", True)])
def test_the_deployment_may_ask_otherwise_than_the_policy(
    case: Any, monkeypatch: pytest.MonkeyPatch, names: str, needed: bool
) -> None:
    monkeypatch.setenv("PASSAVANT_TWO_PERSONS", names)

    assert needed == needs_second(case(advised="screen"), "release")


def test_one_person_proposes_and_another_approves(case: Any, seen: Any, ada: Person, max_: Person) -> None:
    one = case(advised="control", lane="red")
    act(one.pk, "release", ada, "in_order", seen=seen(one, 90))
    one.refresh_from_db()
    waiting = one.state
    with pytest.raises(Refusal, match=r"own proposal"):
        approve(one.pk, ada, seen=seen(one))
    with pytest.raises(Refusal, match=r"second person"):
        act(one.pk, "release", max_, "in_order", seen=seen(one))
    approve(one.pk, max_, seen=seen(one))
    one.refresh_from_db()
    today = timezone.now()
    [decision] = decisions_between(today - dt.timedelta(hours=1), today + dt.timedelta(hours=1))

    assert ("second", "released", None) == (waiting, one.state, one.proposed)
    assert ["proposed", "approved", "released"] == _trail()
    assert (ada.email, max_.email, "control", "release", True) == (
        decision.person, decision.second, decision.advised, decision.decided, decision.is_override,
    )  # fmt: skip
    assert decision.seconds is not None
    assert 90 <= decision.seconds < 200


def test_what_is_not_approved_stands_as_before(case: Any, seen: Any, ada: Person, max_: Person) -> None:
    one = case(advised="control", lane="red", state="control")
    act(one.pk, "release", ada, "in_order", seen=seen(one))
    with pytest.raises(BadInput):
        reject(one.pk, max_, " ", seen=seen(one))
    reject(one.pk, max_, "the invoice is missing", seen=seen(one))
    one.refresh_from_db()

    assert ("control", None, ["proposed", "not_approved"]) == (one.state, one.proposed, _trail())


def test_one_takes_back_ones_own_proposal_and_says_why(case: Any, seen: Any, ada: Person, max_: Person) -> None:
    one = case(advised="control", lane="red", state="control")
    act(one.pk, "release", ada, "in_order", seen=seen(one))
    with pytest.raises(BadInput):
        withdraw(one.pk, ada, " ", seen=seen(one))
    with pytest.raises(Refusal, match=r"somebody else"):
        withdraw(one.pk, max_, "not mine", seen=seen(one))
    withdraw(one.pk, ada, "the invoice was another one", seen=seen(one))
    one.refresh_from_db()
    event, entry = CaseEvent.objects.latest("pk"), LogEntry.objects.latest("sequence")

    assert ("control", None, ["proposed", "proposal_withdrawn"]) == (one.state, one.proposed, _trail())
    assert ("withdraw", "the invoice was another one", {"action": "release"}) == (event.action, event.note, event.data)
    assert "the invoice was another one" == entry.purpose


def test_what_a_colleague_has_answered_is_not_taken_back(case: Any, seen: Any, ada: Person, max_: Person) -> None:
    one = case(advised="control", lane="red")
    act(one.pk, "release", ada, "in_order", seen=seen(one))
    old = seen(one)
    approve(one.pk, max_, seen=old)
    with pytest.raises(Refusal) as refused:
        withdraw(one.pk, ada, "too late", seen=old)

    assert "cases.changed" == refused.value.code


def test_the_next_case_is_the_first_of_the_queue_that_nobody_has(case: Any, ada: Person, max_: Person) -> None:
    first, second, red = case(), case(), case(lane="red", advised="control")
    took = [take_next(ada), take_next(max_), take_next(ada, "yellow"), take_next(ada, "red"), take_next(ada)]

    assert [red, first, second, None, None] == took


def test_a_case_is_taken_over_and_its_history_says_from_whom(case: Any, ada: Person, max_: Person) -> None:
    one = case()
    take(one.pk, ada)
    take(one.pk, max_)

    assert {"from": ada.email} == CaseEvent.objects.latest("pk").data
    assert max_ == take(one.pk, max_).assigned_to
    assert 2 == CaseEvent.objects.count()


def test_an_event_is_not_written_over_or_deleted(case: Any, ada: Person) -> None:
    take(case().pk, ada)
    event = CaseEvent.objects.get()
    event.note = "something else"
    with pytest.raises(Exception, match=r"UNIQUE|unique"):
        event.save()
    with pytest.raises(TypeError):
        event.delete()


def test_the_webhook_says_where_what_is_asked_is_read_and_answered(
    case: Any, declared: Any, seen: Any, ada: Person, customer: Organisation
) -> None:
    asked = "consignment.information_requested"
    Endpoint.objects.create(organisation=customer, url="https://post.example/", events=[asked], created_by="test")
    one = case(organisation=customer, entry=declared(), consignment_id="EU:LP:D 1")
    act(one.pk, "request_information", ada, "invoice", seen=seen(one), question="Which shop?")
    body = Delivery.objects.get().body
    told = json.loads(body)["data"]

    assert ("/api/v1/declarations/EU:LP:D%201/requests", "/api/v1/declarations/EU:LP:D%201/answers") == (
        told["requests_url"], told["answers_url"],
    )  # fmt: skip
    assert "Which shop?" not in body


def test_of_several_declarants_the_same_is_asked(case: Any, declared: Any, ada: Person) -> None:
    chosen = [(one.pk, one.revision) for one in (case(entry=declared()), case(entry=declared()))]
    act_on_many(chosen, "request_information", ada, "other", "", timezone.now(), "Is it for resale?")

    assert ["Is it for resale?"] * 2 == [event.data["question"] for event in CaseEvent.objects.all()]


def test_something_else_is_asked_in_words_that_the_declarant_reads(
    case: Any, declared: Any, seen: Any, ada: Person
) -> None:
    one = case(entry=declared())
    with pytest.raises(BadInput):
        act(one.pk, "request_information", ada, "other", "a note is not read by the declarant", seen=seen(one))
    act(one.pk, "request_information", ada, "other", seen=seen(one), question="Is it for resale?")

    assert ["Is it for resale?"] == [event.data["question"] for event in CaseEvent.objects.all()]


@pytest.mark.parametrize("action", list(ACTIONS))
def test_the_declarant_is_told_what_concerns_it_by_codes_alone(
    case: Any, declared: Any, seen: Any, ada: Person, customer: Organisation, action: str
) -> None:
    events = [f"consignment.{name}" for name in ("information_requested", "released", "refused")]
    Endpoint.objects.create(organisation=customer, url="https://post.example/", events=events, created_by="test")
    one = case(organisation=customer, entry=declared())
    act(one.pk, action, ada, next(iter(REASONS[action])), "seen at the counter", seen=seen(one))
    told = {"request_information": events[:1], "release": events[1:2], "refuse": events[2:]}.get(action, [])
    sent = list(Delivery.objects.all())

    assert told == [one.event for one in sent]
    assert not any("counter" in one.body or ada.email in one.body for one in sent)


def test_of_several_cases_those_that_changed_are_left_and_the_rest_done(
    case: Any, seen: Any, ada: Person, max_: Person
) -> None:
    plain, changed, red = case(), case(), case(advised="control", lane="red")
    chosen = [(one.pk, one.revision) for one in (plain, changed, red)]
    take(changed.pk, max_)
    done = act_on_many(chosen, "release", ada, "in_order", "", timezone.now())

    assert ["done", "left", "proposed"] == [one.result for one in done]
    assert ["released", "open", "second"] == [one.case.state for one in done]


def test_too_many_at_once_are_refused(ada: Person) -> None:
    with pytest.raises(BadInput, match=r"201 cases"):
        act_on_many([(n, 0) for n in range(201)], "release", ada, "in_order", "", timezone.now())


@pytest.mark.usefixtures("committed")
def test_two_officers_at_once_decide_a_case_once(person: Any, case: Any, seen: Any) -> None:
    one, people = case(), [person("ada", Role.OFFICER), person("max", Role.OFFICER)]
    look, outcomes = seen(one), []
    barrier = threading.Barrier(2)

    def decide(who: Person) -> None:
        barrier.wait()
        try:
            act(one.pk, "release", who, "in_order", seen=look)
            outcomes.append("done")
        except Refusal as error:
            outcomes.append(error.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=decide, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ["cases.changed", "done"] == sorted(outcomes)
    assert ["released"] == _trail()


def test_what_no_declarant_could_read_is_not_asked(case: Any, seen: Any, ada: Person) -> None:
    one = case()
    with pytest.raises(Refusal, match="write to the declarant"):
        act(one.pk, "request_information", ada, "invoice", seen=seen(one))
    one.refresh_from_db()

    assert "open" == one.state


@pytest.mark.parametrize("by_run", [False, True])
def test_nobody_decides_on_a_parcel_of_an_organisation_of_his_own(
    case: Any, seen: Any, ada: Person, customer: Organisation, by_run: bool
) -> None:
    one = case() if by_run else case(organisation=customer, declarant_id="")
    give_role(ada, Role.OPERATOR, customer, by="test")
    doing: list[Callable[[], object]] = [
        lambda: take(one.pk, ada),
        lambda: act(one.pk, "release", ada, "in_order", seen=seen(one)),
        lambda: approve(one.pk, ada, seen=seen(one)),
        lambda: record_result(one.pk, ada, Finding(hit=False)),
    ]
    for attempt in doing:
        with pytest.raises(Refusal, match="your own organisation"):
            attempt()

    assert take_next(ada) is None
    assert not CaseEvent.objects.exists()
