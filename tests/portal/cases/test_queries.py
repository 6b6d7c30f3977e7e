"""The queue is read page by page, by lane and by when customs answers; the search finds a consignment by whatever is at hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from passavant.errors import BadInput, NotFound
from passavant.portal.cases.models import Capacity
from passavant.portal.cases.queries import case_of, lane_counts, next_case, queue, search
from passavant.portal.cases.services import act, approve, set_capacity, take
from passavant.portal.people.roles import Role
from passavant.portal.trail.models import LogEntry


def test_pages_follow_each_other_red_first_then_by_what_is_due_and_miss_nothing(case: Any) -> None:
    yellow = [case() for _ in range(5)]
    same = [case(opened_at=yellow[-1].opened_at) for _ in range(4)]
    late = case(due_at=timezone.now() - dt.timedelta(hours=1))
    red = [case(lane="red", advised="control") for _ in range(2)]
    found, after = [], ""
    for _ in range(4):
        page = queue({}, None, after=after, limit=3)
        found += page.cases
        after = page.after

    assert [*red, late, *yellow, *same] == found
    assert "" == after


def test_pages_of_a_search_follow_each_other_oldest_first(case: Any) -> None:
    made = [case(lane="red" if place % 2 else "yellow") for place in range(5)]
    first = search("t-shirt", limit=3)
    second = search("t-shirt", after=first.after, limit=3)

    assert (made, "") == ([*first.cases, *second.cases], second.after)


@pytest.mark.parametrize(
    "after",
    [
        "yesterday",
        "red-yesterday-1",
        "red-20260915T101112.000000-9999999999999999999999",
        "'-20260915T101112.000000-1",
        "red-20260915T101112.000000",
        "20260915T101112.000000-1",
    ],
)
def test_a_cursor_that_somebody_made_up_is_refused(case: Any, after: str) -> None:
    with pytest.raises(BadInput):
        queue({}, None, after=after)


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ({"lane": "red"}, [1]),
        ({"advised": "request_information"}, [2]),
        ({"state": "control"}, [3]),
        ({"declarant": "XX"}, [4]),
        ({"who": "mine"}, [5]),
        ({"who": "nobody"}, [1, 10, 0, 2, 4, 6]),
        ({"reason": "signals.split.exact_key"}, [6]),
        ({"who": "second"}, [9]),
        ({"due": "overdue"}, [10]),
        ({"lane": "", "state": ""}, [1, 10, 11, 0, 2, 3, 4, 5, 6, 8, 9]),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_each_filter_leaves_what_it_names(case: Any, person: Any, filters: dict[str, str], numbers: list[int]) -> None:
    ada, past = person("ada", Role.OFFICER), timezone.now() - dt.timedelta(days=1)
    made = [
        case(), case(lane="red", advised="control"), case(advised="request_information"), case(state="control"),
        case(declarant_id="XX"), case(assigned_to=ada), case(reasons=["signals.split.exact_key"]), case(state="released"),
        case(state="second", proposed={"by": ada.email}), case(state="second", proposed={"by": "max@customs.example"}),
        case(due_at=past), case(due_at=past, state="information"),
    ]  # fmt: skip

    assert [made[number] for number in numbers] == list(queue(filters, ada).cases)


def test_lanes_are_counted_with_the_days_work_and_capacity(case: Any, person: Any, seen: Any) -> None:
    ada, chief = person("ada", Role.OFFICER), person("max", Role.SUPERVISOR)
    red, _, yellow = case(lane="red", advised="control"), case(lane="red", advised="control"), case()
    set_capacity([("red", 40)], chief)
    act(red.pk, "control", ada, "advised", seen=seen(red))
    act(yellow.pk, "release", ada, "in_order", seen=seen(yellow))
    take(red.pk, ada)
    case(due_at=timezone.now() - dt.timedelta(minutes=1))

    assert [("red", 2, 0, 1, 40), ("yellow", 1, 1, 1, None)] == [
        (one.lane, one.open, one.overdue, one.today, one.per_day) for one in lane_counts()
    ]
    assert 40 == Capacity.objects.get().per_day
    assert LogEntry.objects.filter(action="passavant.case.capacity_set", object_id="red").exists()


def test_a_proposal_is_not_yet_dealt_with(case: Any, person: Any, seen: Any) -> None:
    red = case(lane="red", advised="control")
    act(red.pk, "release", person("ada", Role.OFFICER), "in_order", seen=seen(red))
    proposed = [one.today for one in lane_counts()]
    approve(red.pk, person("max", Role.SUPERVISOR), seen=seen(red))

    assert ([0, 0], [1, 0]) == (proposed, [one.today for one in lane_counts()])


def test_the_next_case_is_free_in_the_same_list_and_no_proposal_of_ones_own(case: Any, person: Any) -> None:
    ada, max_ = person("ada", Role.OFFICER), person("max", Role.OFFICER)
    first = case()
    case(assigned_to=max_)
    case(state="second", proposed={"by": ada.email})
    case(declarant_id="XX")
    mine = case(assigned_to=ada)
    last = case()
    listed = {"declarant": "LP"}

    assert [mine, last, None] == [next_case(one, listed, ada) for one in (first, mine, last)]


@pytest.mark.parametrize(
    "wanted",
    [
        "EU:LP:D1",
        "D1",
        "RR473124829GB",
        "rr 473 124 829 gb",
        "H-77",
        "O-77",
        "-8860785731802792030",
        "9202",
        "9202.90",
        "GUITAR acoustic",
    ],
)
def test_a_case_is_found_by_whatever_is_at_hand(case: Any, wanted: str) -> None:
    one = case(
        s10="RR473124829GB", house_waybill="H-77", order_id="O-77", party_key=-8860785731802792030, hs_codes=" 610910 920290",
        description="Acoustic guitar; strings", state="released",
    )  # fmt: skip
    case()

    assert [one] == list(search(wanted).cases)


@pytest.mark.parametrize("wanted", ["", "  ", "%", "_", "guitar drum", "99999999999999999999999", "0290"])
def test_what_is_not_there_is_not_found(case: Any, wanted: str) -> None:
    case(hs_codes=" 920290", description="Acoustic guitar")

    assert [] == list(search(wanted).cases)


def test_a_case_that_is_not_there_is_named(db: None) -> None:
    with pytest.raises(NotFound, match=r"no case 77"):
        case_of(77)
