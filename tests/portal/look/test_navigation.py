"""Everybody sees the entries that their permissions open, in order, and where they are."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import override

from passavant.portal.look.navigation import Entry, Waiting, places_for, waiting_for
from passavant.portal.people.permissions import anybody, officer, operator
from passavant.portal.people.roles import Role

_ENTRIES = [
    Entry("The law", "policies", anybody, order=100),
    Entry("Account", "account", officer | operator, order=20),
    Entry("Home", "home", officer, order=10),
]


def test_a_visitor_sees_what_is_public() -> None:
    assert ["The law"] == [one.text for one in places_for(AnonymousUser(), entries=_ENTRIES)]


def test_each_role_sees_its_own_in_order(person: Any) -> None:
    ada, omar = person("ada", Role.OFFICER), person("omar", Role.OPERATOR)

    assert ["Home", "Account", "The law"] == [one.text for one in places_for(ada, entries=_ENTRIES)]
    assert ["Account", "The law"] == [one.text for one in places_for(omar, entries=_ENTRIES)]


def test_what_waits_is_told_to_who_may_go_there(person: Any) -> None:
    told = Waiting("Two letters", "/letters/")
    entries = [Entry("Letters", "home", officer, count=lambda _who: 2, waits=lambda _who: [told])]
    ada, omar = person("ada", Role.OFFICER), person("omar", Role.OPERATOR)

    assert ([told], []) == (waiting_for(ada, entries), waiting_for(omar, entries))
    assert [2] == [one.waiting for one in places_for(ada, entries=entries)]


def test_the_nearest_entry_above_a_page_is_marked(person: Any) -> None:
    with override("en"):
        shown = places_for(person("ada", Role.OFFICER), "/en/policies/EU/", _ENTRIES)

    assert ["The law"] == [one.text for one in shown if one.here]
