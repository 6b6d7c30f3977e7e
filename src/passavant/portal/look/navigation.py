"""What one may go to: each app enters its pages here, and everybody sees those that their permissions open.

Call :func:`enter` in the app's ``ready``::

    enter(_("Declarations"), "declarations", officer, hint=_("What waits for a decision."))
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise

from passavant.portal.people.permissions import Predicate

__all__ = ["Entry", "Place", "enter", "places_for"]


@dataclass(frozen=True)
class Entry:
    """A page that is entered.

    Attributes:
        text: Its name, translated when shown.
        url: Name of its address.
        permission: Who sees it.
        hint: What it is for, one sentence.
        order: Smaller comes first; public pages stand at 100 and above.
    """

    text: str | Promise
    url: str
    permission: Predicate
    hint: str | Promise = ""
    order: int = 50


@dataclass(frozen=True)
class Place:
    """An entry as a page shows it: its address in the language of the page, and whether the page is there."""

    text: str
    hint: str
    address: str
    here: bool
    public: bool


_entries: dict[str, Entry] = {}


def enter(text: str | Promise, url: str, permission: Predicate, *, hint: str | Promise = "", order: int = 50) -> Entry:
    """Enter a page; entered again under the same address, the newer entry counts."""
    entry = _entries[url] = Entry(text, url, permission, hint, order)
    return entry


def places_for(person: Any, path: str = "", entries: Sequence[Entry] | None = None) -> list[Place]:
    """Return where a person (or a visitor) may go, in order.

    Args:
        person: Who asks.
        path: Address of the page that asks; the entry above it is marked.
        entries: Other entries than those of the portal (tests).
    """
    found = sorted(entries if entries is not None else _entries.values(), key=lambda one: one.order)
    shown = [(entry, reverse(entry.url)) for entry in found if entry.permission(person)]
    here = max((address for _, address in shown if path.startswith(address)), key=len, default=None)
    return [
        Place(str(entry.text), str(entry.hint), address, address == here, entry.permission.public)
        for entry, address in shown
    ]
