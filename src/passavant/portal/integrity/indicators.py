"""The indicators: each a share of one person's decisions beside the office's, computed from decisions alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from passavant.portal.integrity.decisions import Decision
from passavant.portal.integrity.hours import OfficeHours
from passavant.portal.integrity.proportions import FEWEST, Proportion

__all__ = ["FAST", "Indicator", "all_indicators"]

#: A release in fewer seconds than this from opening the case is very fast.
FAST = 10


@dataclass(frozen=True)
class Indicator:
    """One indicator of one person.

    Attributes:
        code: Which: a key of :data:`passavant.portal.integrity.words.WORDS`.
        person: Whose: an e-mail address.
        own: The person's share.
        office: The office's, the person included.
        flagged: Whether it asks for a closer look.
        subject: The declarant or colleague that it is about; empty otherwise.
        detail: Counts behind it: ``control>release`` or ``returned``.
    """

    code: str
    person: str
    own: Proportion
    office: Proportion
    flagged: bool
    subject: str = ""
    detail: Mapping[str, int] = field(default_factory=dict)


def all_indicators(decisions: Sequence[Decision], hours: OfficeHours) -> list[Indicator]:
    """Return every indicator of every person, by person."""
    known = [one for one in decisions if one.advised]
    overrides = [one for one in known if one.is_override]
    releases = [one for one in decisions if one.decided == "release"]
    timed = [one for one in releases if one.seconds is not None]
    found = [
        *_simple("overrides", known, lambda one: one.is_override, _what_was_overridden(overrides)),
        *_simple("alone", overrides, lambda one: not one.second),
        *_concentration([one for one in releases if one.declarant]),
        *_simple("fast", timed, lambda one: one.seconds is not None and one.seconds < FAST),
        *_simple("out_of_hours", decisions, lambda one: not hours.hold(one.at)),
        *_pairs([one for one in decisions if one.second]),
    ]
    order = {code: place for place, code in enumerate(dict.fromkeys(one.code for one in found))}
    return sorted(found, key=lambda one: (one.person, order[one.code]))


def _by_person(decisions: Iterable[Decision]) -> dict[str, list[Decision]]:
    groups: dict[str, list[Decision]] = defaultdict(list)
    for one in decisions:
        groups[one.person].append(one)
    return groups


def _what_was_overridden(overrides: Iterable[Decision]) -> dict[str, dict[str, int]]:
    return {
        person: dict(Counter(f"{one.advised}>{one.decided}" for one in theirs))
        for person, theirs in _by_person(overrides).items()
    }


def _simple(
    code: str,
    among: Sequence[Decision],
    holds: Callable[[Decision], bool],
    details: Mapping[str, Mapping[str, int]] | None = None,
) -> list[Indicator]:
    """Return, for each person, the share of decisions of which something holds."""
    office = Proportion(sum(map(holds, among)), len(among))
    found = []
    for person, theirs in _by_person(among).items():
        own = Proportion(sum(map(holds, theirs)), len(theirs))
        detail = (details or {}).get(person, {})
        found.append(Indicator(code, person, own, office, own.stands_out(office), detail=detail))
    return found


def _concentration(releases: Sequence[Decision]) -> list[Indicator]:
    """Return, for each person, the declarant whose share of the person's releases exceeds that of the office's the most."""
    offices = Counter(one.declarant for one in releases)
    found = []
    for person, theirs in _by_person(releases).items():
        candidates = [
            (declarant, Proportion(count, len(theirs)), Proportion(offices[declarant], len(releases)))
            for declarant, count in Counter(one.declarant for one in theirs).items()
        ]
        declarant, own, office = max(candidates, key=lambda one: (one[1].low - (one[2].share or 0), one[0]))
        flagged = own.stands_out(office, len(candidates))
        found.append(Indicator("concentration", person, own, office, flagged, declarant))
    return found


def _pairs(seconded: Sequence[Decision]) -> list[Indicator]:
    """Return, for each person, the colleague who approves most: beside that colleague's share of all approvals."""
    approvals = Counter(one.second for one in seconded)
    between = Counter((one.person, one.second) for one in seconded)
    found = []
    for person, theirs in _by_person(seconded).items():
        colleagues = Counter(one.second for one in theirs)
        count, colleague = max((count, who) for who, count in colleagues.items())
        own, office = Proportion(count, len(theirs)), Proportion(approvals[colleague], len(seconded))
        returned = between[colleague, person]
        flagged = own.stands_out(office, len(colleagues)) and returned >= FEWEST
        found.append(Indicator("pair", person, own, office, flagged, colleague, {"returned": returned}))
    return found
