"""What the portal's codes are called, and the colour of their tags; the text always stands, the colour only helps the eye."""

from __future__ import annotations

from passavant.clearance.words import LANES, OUTCOME
from passavant.portal.look.language import current

__all__ = ["Tag", "lane_tag", "outcome_tag"]

#: Text, and the name of a colour of GOV.UK's tags.
Tag = tuple[str, str]

_OUTCOMES = {
    "release": "green",
    "request_information": "yellow",
    "screen": "yellow",
    "control": "red",
    "do_not_load": "red",
}
_LANES = {"green": "green", "blue": "blue", "yellow": "yellow", "red": "red"}


def outcome_tag(code: str) -> Tag:
    """Return how an outcome is shown; an unknown code is shown as it is."""
    return (_first_upper(OUTCOME[code].say(current())) if code in OUTCOME else code), _OUTCOMES.get(code, "grey")


def lane_tag(code: str) -> Tag:
    """Return how a lane is shown."""
    return (_first_upper(LANES[code].say(current())) if code in LANES else code), _LANES.get(code, "grey")


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]
