"""What one may go to: each app enters its pages here, and everybody sees those that their permissions open.

Call :func:`enter` in the app's ``ready``::

    enter(_("Declarations"), "declarations", officer, hint=_("What waits for a decision."))

What waits there for somebody, an entry tells twice: ``count`` as a number in the navigation, ``waits`` in words on the home page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise

from passavant.portal.people.permissions import Predicate

__all__ = ["Entry", "Place", "Waiting", "enter", "places_for", "waiting_for"]


@dataclass(frozen=True)
class Waiting:
    """Something that waits for the reader, said in a sentence, and where it is seen."""

    text: str
    address: str


@dataclass(frozen=True)
class Entry:
    """A page that is entered.

    Attributes:
        text: Its name, translated when shown.
        url: Name of its address.
        permission: Who sees it.
        hint: What it is for, one sentence.
        order: Smaller comes first; public pages stand at 100 and above.
        count: Returns how much there only the reader or few others can do; it is asked for on every page.
        waits: Returns what waits there, for the home page.
    """

    text: str | Promise
    url: str
    permission: Predicate
    hint: str | Promise = ""
    order: int = 50
    count: Callable[[Any], int] | None = None
    waits: Callable[[Any], Sequence[Waiting]] | None = None


@dataclass(frozen=True)
class Place:
    """An entry as a page shows it: its address in the language of the page, whether the page is there, how much waits there."""

    text: str
    hint: str
    address: str
    here: bool
    public: bool
    waiting: int = 0


_entries: dict[str, Entry] = {}


def enter(
    text: str | Promise,
    url: str,
    permission: Predicate,
    *,
    hint: str | Promise = "",
    order: int = 50,
    count: Callable[[Any], int] | None = None,
    waits: Callable[[Any], Sequence[Waiting]] | None = None,
) -> Entry:
    """Enter a page; entered again under the same address, the newer entry counts."""
    entry = _entries[url] = Entry(text, url, permission, hint, order, count, waits)
    return entry


def waiting_for(person: Any, entries: Sequence[Entry] | None = None) -> list[Waiting]:
    """Return what waits for a person, in the order of the navigation.

    Args:
        person: Who asks.
        entries: Other entries than those of the portal (tests).
    """
    return [
        one
        for entry in _in_order(entries)
        if entry.waits is not None and entry.permission(person)
        for one in entry.waits(person)
    ]


def places_for(person: Any, path: str = "", entries: Sequence[Entry] | None = None) -> list[Place]:
    """Return where a person (or a visitor) may go, in order.

    Args:
        person: Who asks.
        path: Address of the page that asks; the entry above it is marked.
        entries: Other entries than those of the portal (tests).
    """
    shown = [(entry, reverse(entry.url)) for entry in _in_order(entries) if entry.permission(person)]
    here = max((address for _, address in shown if path.startswith(address)), key=len, default=None)
    return [
        Place(
            str(entry.text),
            str(entry.hint),
            address,
            address == here,
            entry.permission.public,
            entry.count(person) if entry.count else 0,
        )
        for entry, address in shown
    ]


def _in_order(entries: Sequence[Entry] | None) -> list[Entry]:
    return sorted(entries if entries is not None else _entries.values(), key=lambda one: one.order)
