r"""GS1 element strings and Digital Link addresses, as scanners give them: application identifiers with their values.

Lengths, separators and check digits follow the GS1 General Specifications (3.2, 7.8.5 and 7.9.1) and the GS1 Digital Link
standard, URI syntax. Names, addresses and telephone numbers of people (4300 to 4319) are left out.

>>> elements("00106141412345678908\x1d")
{'00': '106141412345678908'}
>>> bracketed("(402)40123452223334442")
{'402': '40123452223334442'}
>>> check_digit("10614141234567890")
8
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import parse_qsl, unquote, urlsplit

__all__ = ["SEPARATOR", "Malformed", "bracketed", "check_digit", "digital_link", "elements"]

#: What a scanner gives for FNC1 between elements (ASCII 29).
SEPARATOR = "\x1d"
#: Characters of an identifier and its value together, by the first two digits: these need no separator.
_FIXED = {
    "00": 20, "01": 16, "02": 16, "03": 16, "04": 18, "20": 4, "41": 16,
    **dict.fromkeys(("11", "12", "13", "14", "15", "16", "17", "18", "19"), 8),
    **dict.fromkeys(("31", "32", "33", "34", "35", "36"), 10),
}  # fmt: skip
_THREE = frozenset({"23", "24", "25", "40", "41", "42", "71"})
_FOUR = frozenset({"31", "32", "33", "34", "35", "36", "39", "43", "70", "72", "80", "81", "82"})
_CHARACTERS = r"[!-\"%-?A-Z_a-z]"
#: What the values that we read must be; others are of the general character set, up to 90 characters.
_FORMS = {
    "00": r"[0-9]{18}", "01": r"[0-9]{14}", "02": r"[0-9]{14}", "37": r"[0-9]{1,8}", "402": r"[0-9]{17}",
    "420": _CHARACTERS + "{1,20}", "421": r"[0-9]{3}" + _CHARACTERS + "{1,9}",
    **dict.fromkeys(("400", "401", "403"), _CHARACTERS + "{1,30}"),
    **dict.fromkeys(("410", "411", "412", "413", "414", "415", "416", "417"), r"[0-9]{13}"),
}  # fmt: skip
#: Identifiers whose value ends in a check digit modulo 10.
_CHECKED = frozenset({"00", "01", "02", "402", "410", "411", "412", "413", "414", "415", "416", "417"})
_KEYS = ("00", "01", "401", "402")


class Malformed(Exception):
    """What is wrong with an element string.

    Attributes:
        ai: The application identifier.
        value: Its value.
        right: The value with the right check digit, where only that is wrong.
    """

    def __init__(self, ai: str, value: str, right: str | None = None) -> None:
        super().__init__(f"({ai}){value}")
        self.ai, self.value, self.right = ai, value, right


def check_digit(digits: str) -> int:
    """Return the check digit that follows digits: weights 3 and 1 from the right, modulo 10."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return -total % 10


def elements(text: str) -> dict[str, str]:
    """Return the values of an element string, separators as :data:`SEPARATOR`.

    Raises:
        Malformed: an identifier that does not exist, or a value that is not of its form.
    """
    found: dict[str, str] = {}
    rest = text.strip(SEPARATOR)
    while rest:
        ai = rest[: _width(rest[:2])]
        fixed = _FIXED.get(rest[:2])
        whole = rest[:fixed] if fixed else rest.partition(SEPARATOR)[0]
        _keep(found, ai, whole[len(ai) :])
        rest = rest[len(whole) :].lstrip(SEPARATOR)
    return found


def bracketed(text: str) -> dict[str, str]:
    """Return the values of an element string as it is printed for people: ``(00)106141412345678908``.

    Raises:
        Malformed: as for :func:`elements`.
    """
    found: dict[str, str] = {}
    parts = re.findall(r"\(([0-9]{2,4})\)((?:(?!\([0-9]{2,4}\)).)*)", text)
    if "".join(f"({ai}){value}" for ai, value in parts) != text:
        raise Malformed("", text)
    for ai, value in parts:
        if _width(ai[:2]) != len(ai):
            raise Malformed(ai, value)
        _keep(found, ai, value.strip())
    return found


def digital_link(address: str) -> dict[str, str] | None:
    """Return the values of a GS1 Digital Link address; None where it is an address of another kind. Nothing is fetched.

    Raises:
        Malformed: as for :func:`elements`.
    """
    parts = urlsplit(address)
    path = [unquote(part) for part in parts.path.split("/") if part]
    place = _key_place(path)
    if place is None:
        return None
    found: dict[str, str] = {}
    for ai, value in zip(path[place::2], path[place + 1 :: 2], strict=False):
        _keep(found, ai, _whole_gtin(ai, value))
    for ai, value in parse_qsl(parts.query, max_num_fields=50):
        if re.fullmatch(r"[0-9]{2,4}", ai) and len(ai) == _width(ai[:2]):
            _keep(found, ai, value)
    return found


def _key_place(path: Sequence[str]) -> int | None:
    """Return where the key stands: pairs of an identifier and its value lead from there to the end."""
    for place in range(len(path) - 2, -1, -1):
        if path[place] in _KEYS and (len(path) - place) % 2 == 0:
            return place
    return None


def _whole_gtin(ai: str, value: str) -> str:
    return value.zfill(14) if ai == "01" and re.fullmatch(r"[0-9]{8}|[0-9]{12,13}", value) else value


def _width(start: str) -> int:
    return 4 if start in _FOUR else 3 if start in _THREE else 2


def _keep(found: dict[str, str], ai: str, value: str) -> None:
    if not re.fullmatch(r"[0-9]{2,4}", ai) or not re.fullmatch(_form(ai), value):
        raise Malformed(ai, value)
    if ai in _CHECKED and int(value[-1]) != check_digit(value[:-1]):
        raise Malformed(ai, value, f"{value[:-1]}{check_digit(value[:-1])}")
    if found.get(ai, value) != value:  # the same identifier twice with two values: which one?
        raise Malformed(ai, value)
    if not "4300" <= ai <= "4319" or len(ai) != 4:
        found[ai] = value


def _form(ai: str) -> str:
    fixed = _FIXED.get(ai[:2])
    return _FORMS.get(ai) or (_CHARACTERS + (f"{{{fixed - len(ai)}}}" if fixed else "{1,90}"))
