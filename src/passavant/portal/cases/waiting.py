"""What waits for an officer: proposals of colleagues, cases that are late or answered, and the officer's own."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import ngettext

from passavant.portal.cases.due import overdue
from passavant.portal.cases.models import Case, State
from passavant.portal.cases.permissions import acts_on_cases
from passavant.portal.cases.queries import queued
from passavant.portal.look.navigation import Waiting
from passavant.portal.look.templatetags.look import number

__all__ = ["count_proposals", "proposals_for", "waits"]


def proposals_for(person: Any) -> QuerySet[Case]:
    """Return the cases for which somebody else proposed something that a person may approve."""
    return queued({"who": "second"}, person) if acts_on_cases(person) else Case.objects.none()


def count_proposals(person: Any) -> int:
    """Return how many there are."""
    return proposals_for(person).count()


def waits(person: Any) -> list[Waiting]:
    """Return what waits for a person, in words."""
    if not acts_on_cases(person):
        return []
    proposed, late = count_proposals(person), Case.objects.filter(overdue()).count()
    answered, mine = queued({"state": State.ANSWERED}, person).count(), queued({"who": "mine"}, person).count()
    address = reverse("cases")
    found = []
    if proposed:
        text = ngettext("%(n)s proposal waits for your answer", "%(n)s proposals wait for your answer", proposed)
        found.append(Waiting(text % {"n": number(proposed)}, f"{address}?who=second"))
    if late:
        text = ngettext("%(n)s case is overdue", "%(n)s cases are overdue", late)
        found.append(Waiting(text % {"n": number(late)}, f"{address}?due=overdue"))
    if answered:
        text = ngettext(
            "%(n)s case is answered by its declarant", "%(n)s cases are answered by their declarants", answered
        )
        found.append(Waiting(text % {"n": number(answered)}, f"{address}?state={State.ANSWERED}"))
    if mine:
        text = ngettext("%(n)s case is yours", "%(n)s cases are yours", mine)
        found.append(Waiting(text % {"n": number(mine)}, f"{address}?who=mine"))
    return found
