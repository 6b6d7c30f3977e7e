"""The indicators find what they are for, and leave alone what is small or the same everywhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from passavant.portal.integrity.decisions import Decision
from passavant.portal.integrity.hours import OfficeHours
from passavant.portal.integrity.indicators import Indicator, all_indicators
from passavant.portal.integrity.proportions import Proportion
from passavant.portal.integrity.words import METHOD, WORDS

_HOURS = OfficeHours(7 * 60, 19 * 60, frozenset(range(1, 6)), ZoneInfo("Africa/Dakar"))
_NOON = dt.datetime(2026, 9, 15, 12, tzinfo=dt.UTC)


def _decision(person: str, **other: Any) -> Decision:
    plain: dict[str, Any] = {
        "consignment": "EU:D1:1", "at": _NOON, "advised": "release", "decided": "release", "declarant": "D1", "second": "", "seconds": 90,
    }  # fmt: skip
    return Decision(person, **(plain | other))


def _found(decisions: Iterable[Decision], code: str) -> dict[str, Indicator]:
    return {one.person: one for one in all_indicators(list(decisions), _HOURS) if one.code == code}


def _office(of: int = 40) -> list[Decision]:
    """Return what colleagues do: as advised, in office hours, for several declarants."""
    return [_decision(f"colleague {n % 4}", declarant=f"D{n % 7}") for n in range(of)]


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    # Newcombe (1998), table I, method 3
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
    ids=["81-263", "15-148", "0-20", "1-29"],
)
def test_the_interval_is_the_published_one(count: int, of: int, low: float, high: float) -> None:
    own = Proportion(count, of)

    assert (low, high) == (round(own.low, 4), round(own.high, 4))


def test_the_share_of_nothing_is_unknown() -> None:
    nothing = Proportion(0, 0)

    assert (None, 0.0, 1.0) == (nothing.share, nothing.low, nothing.high)


def test_whoever_decides_below_the_advice_more_than_the_office_is_flagged() -> None:
    own = [_decision("zoe", advised="control") for _ in range(6)]
    found = _found([*_office(), *own], "overrides")

    assert (True, Proportion(6, 6), Proportion(6, 46)) == (found["zoe"].flagged, found["zoe"].own, found["zoe"].office)
    assert {"control>release": 6} == found["zoe"].detail
    assert not any(one.flagged for person, one in found.items() if person != "zoe")


def test_few_cases_are_never_flagged_however_high_their_share() -> None:
    own = [_decision("zoe", advised="control") for _ in range(4)]

    assert not _found([*_office(), *own], "overrides")["zoe"].flagged


@pytest.mark.parametrize(
    ("advised", "decided", "override"),
    [
        ("control", "release", True),
        ("control", "screen", True),
        ("screen", "request_information", True),
        ("do_not_load", "control", True),
        ("control", "control", False),
        ("release", "control", False),
        ("", "release", False),
    ],
)
def test_an_override_lies_below_the_advice(advised: str, decided: str, override: bool) -> None:
    assert override == _decision("zoe", advised=advised, decided=decided).is_override


def test_what_the_trail_does_not_tell_is_no_part_of_a_denominator() -> None:
    decisions = [_decision("zoe"), _decision("zoe", advised="", seconds=None, declarant="")]
    of = {one.code: one.own.of for one in all_indicators(decisions, _HOURS)}

    assert {"overrides": 1, "concentration": 1, "fast": 1, "out_of_hours": 2} == of


def test_overrides_without_a_second_person_are_counted() -> None:
    with_second = [_decision(f"colleague {n % 4}", advised="control", second="chief") for n in range(20)]
    alone = [_decision("zoe", advised="control") for _ in range(8)]
    found = _found([*with_second, *alone], "alone")

    assert [("colleague 0", False), ("zoe", True)] == [(who, found[who].flagged) for who in ("colleague 0", "zoe")]


def test_a_declarant_whom_one_person_releases_stands_out_and_a_large_one_does_not() -> None:
    large = [_decision(f"colleague {n % 4}", declarant="LARGE") for n in range(40)]
    hers = [_decision("zoe", declarant="LARGE") for _ in range(10)]
    favoured = [_decision("zoe", declarant="SMALL") for _ in range(9)]
    found = _found([*_office(), *large, *hers, *favoured], "concentration")

    assert ("SMALL", True, Proportion(9, 19)) == (found["zoe"].subject, found["zoe"].flagged, found["zoe"].own)
    assert not found["colleague 1"].flagged


def test_the_more_declarants_are_looked_at_the_more_it_takes_to_stand_out() -> None:
    own, office = Proportion(6, 20), Proportion(10, 100)

    assert (True, False) == (own.stands_out(office), own.stands_out(office, looked_at=50))


def test_very_fast_releases_are_counted_among_releases_alone() -> None:
    fast = [_decision("zoe", seconds=3) for _ in range(9)]
    controls = [_decision("zoe", seconds=3, decided="control") for _ in range(9)]
    found = _found([*_office(), *fast, *controls], "fast")

    assert (True, Proportion(9, 9)) == (found["zoe"].flagged, found["zoe"].own)


@pytest.mark.parametrize(
    ("at", "within"),
    [
        ("2026-09-15T07:00:00+00:00", True),
        ("2026-09-15T06:59:59+00:00", False),
        ("2026-09-15T18:59:59+00:00", True),
        ("2026-09-15T19:00:00+00:00", False),
        ("2026-09-19T12:00:00+00:00", False),
    ],
    ids=["opens", "before", "last", "closes", "saturday"],
)
def test_office_hours_are_local(at: str, within: bool) -> None:
    moment = dt.datetime.fromisoformat(at)
    north = OfficeHours(_HOURS.begin, _HOURS.end, _HOURS.days, ZoneInfo("Europe/Brussels"))

    assert within == _HOURS.hold(moment)
    assert within == north.hold(moment - dt.timedelta(hours=2))


def test_a_pair_that_always_approves_each_other_is_flagged_and_a_chief_who_approves_for_all_is_not() -> None:
    chief = [_decision(f"colleague {n % 4}", second="chief") for n in range(40)]
    pair = [_decision(one, second=two) for one, two in (("zoe", "max"), ("max", "zoe")) for _ in range(8)]
    found = _found([*chief, *pair], "pair")

    assert {"colleague 0": False, "zoe": True, "max": True} == {
        who: found[who].flagged for who in ("colleague 0", "zoe", "max")
    }
    assert ("max", {"returned": 8}) == (found["zoe"].subject, found["zoe"].detail)


def test_one_who_approves_for_a_colleague_without_return_is_no_pair() -> None:
    chief = [_decision(f"colleague {n % 4}", second="chief") for n in range(40)]
    one_way = [_decision("zoe", second="max") for _ in range(8)]

    assert not _found([*chief, *one_way], "pair")["zoe"].flagged


def test_an_office_that_does_all_alike_has_no_flag() -> None:
    decisions = [_decision(f"officer {n % 5}", advised="control", seconds=2) for n in range(200)]

    assert [] == [one for one in all_indicators(decisions, _HOURS) if one.flagged]


def test_every_indicator_has_words_in_both_languages() -> None:
    decisions = [_decision("zoe", advised="control", second="max")]

    assert WORDS.keys() == {one.code for one in all_indicators(decisions, _HOURS)}
    assert all(text.en != text.fr for text in [METHOD, *WORDS.values()])
