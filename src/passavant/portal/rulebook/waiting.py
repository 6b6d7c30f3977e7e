"""Rules that wait for a second person: those that a reader may answer, never his own."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import ngettext

from passavant.portal.look.navigation import Waiting
from passavant.portal.look.templatetags.look import number
from passavant.portal.rulebook.models import Proposal
from passavant.portal.rulebook.permissions import approvers

__all__ = ["count_proposals", "proposals_for", "waits"]


def proposals_for(person: Any) -> QuerySet[Proposal]:
    """Return the proposals that a person may approve: as :func:`passavant.portal.rulebook.services.may_approve` says of one."""
    if not approvers(person):
        return Proposal.objects.none()
    own = Q(proposed_by=person) | Q(kind=Proposal.Kind.ACTIVATE, version__author=person)
    return Proposal.objects.filter(decided_at=None).exclude(own)


def count_proposals(person: Any) -> int:
    """Return how many there are."""
    return proposals_for(person).count()


def waits(person: Any) -> list[Waiting]:
    """Return what waits for a person, in words."""
    count = count_proposals(person)
    text = ngettext("%(n)s rule waits for your answer", "%(n)s rules wait for your answer", count)
    return [Waiting(text % {"n": number(count)}, reverse("rules"))] if count else []
