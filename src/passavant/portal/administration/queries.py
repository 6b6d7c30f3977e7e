"""What the administration lists: people with what their account has, organisations with what belongs to them, keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from passavant.portal.operators.models import ApiKey
from passavant.portal.people.models import Organisation, Person

__all__ = ["listed_keys", "listed_organisations", "listed_people"]

_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def listed_people(filters: Mapping[str, Any]) -> QuerySet[Person]:
    """Return people by address, each with ``has_factor`` and memberships.

    Args:
        filters: ``q`` (in name or address), ``role``, and ``state`` (``open`` or ``closed``); empty ones are left out.
    """
    factor = Authenticator.objects.filter(user=OuterRef("pk"), type__in=_FACTORS)
    found = Person.objects.annotate(has_factor=Exists(factor)).prefetch_related("memberships__organisation")
    if filters.get("q"):
        found = found.filter(Q(name__icontains=filters["q"]) | Q(email__icontains=filters["q"]))
    if filters.get("role"):
        found = found.filter(memberships__role=filters["role"]).distinct()
    if filters.get("state"):
        found = found.filter(is_active=filters["state"] == "open")
    return found.order_by("email")


def listed_organisations() -> QuerySet[Organisation]:
    """Return organisations by name, each with ``people`` (open accounts) and ``keys`` (in force)."""
    now = timezone.now()
    in_force = Q(api_keys__revoked_at=None) & (Q(api_keys__expires_at=None) | Q(api_keys__expires_at__gt=now))
    return Organisation.objects.annotate(
        people=Count("memberships__person", filter=Q(memberships__person__is_active=True), distinct=True),
        keys=Count("api_keys", filter=in_force & ~Q(api_keys__pk=None), distinct=True),
    ).order_by("name")


def listed_keys(organisation: Organisation | None = None) -> QuerySet[ApiKey]:
    """Return keys, those in force first, the newest first; of one organisation where it is given."""
    found = ApiKey.objects.select_related("organisation")
    if organisation is not None:
        found = found.filter(organisation=organisation)
    return found.order_by("-created_at", "id")
