"""The queue is read page by page, oldest first; the search finds a consignment by whatever is at hand."""

from __future__ import annotations

from typing import Any

import pytest

from passavant.errors import BadInput, NotFound
from passavant.portal.cases.models import Capacity
from passavant.portal.cases.queries import case_of, lane_counts, queue, search
from passavant.portal.cases.services import act, set_capacity, take
from passavant.portal.people.roles import Role
from passavant.portal.trail.models import LogEntry


def test_pages_follow_each_other_oldest_first_and_miss_nothing(case: Any) -> None:
    made = [case() for _ in range(7)]
    same = [case(opened_at=made[-1].opened_at) for _ in range(4)]
    found, after = [], ""
    for _ in range(4):
        page = queue({}, None, after=after, limit=3)
        found += page.cases
        after = page.after

    assert [*made, *same] == found
    assert "" == after


def test_a_cursor_that_somebody_made_up_is_refused(case: Any) -> None:
    with pytest.raises(BadInput):
        queue({}, None, after="yesterday")


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ({"lane": "red"}, [1]),
        ({"advised": "request_information"}, [2]),
        ({"state": "control"}, [3]),
        ({"declarant": "XX"}, [4]),
        ({"who": "mine"}, [5]),
        ({"who": "nobody"}, [0, 1, 2, 4, 6]),
        ({"reason": "signals.split.exact_key"}, [6]),
        ({"lane": "", "state": ""}, [0, 1, 2, 3, 4, 5, 6]),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_each_filter_leaves_what_it_names(case: Any, person: Any, filters: dict[str, str], numbers: list[int]) -> None:
    ada = person("ada", Role.OFFICER)
    made = [
        case(), case(lane="red", advised="control"), case(advised="request_information"), case(state="control"),
        case(declarant_id="XX"), case(assigned_to=ada), case(reasons=["signals.split.exact_key"]), case(state="released"),
    ]  # fmt: skip

    assert [made[number] for number in numbers] == list(queue(filters, ada).cases)


def test_lanes_are_counted_with_the_days_work_and_capacity(case: Any, person: Any, seen: Any) -> None:
    ada, chief = person("ada", Role.OFFICER), person("max", Role.SUPERVISOR)
    red, _, yellow = case(lane="red", advised="control"), case(lane="red", advised="control"), case()
    set_capacity([("red", 40)], chief)
    act(red.pk, "control", ada, "advised", seen=seen(red))
    act(yellow.pk, "release", ada, "in_order", seen=seen(yellow))
    take(red.pk, ada)

    assert [("red", 2, 1, 40), ("yellow", 0, 1, None)] == [
        (one.lane, one.open, one.today, one.per_day) for one in lane_counts()
    ]
    assert 40 == Capacity.objects.get().per_day
    assert LogEntry.objects.filter(action="passavant.case.capacity_set", object_id="red").exists()


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
