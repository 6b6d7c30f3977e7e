"""People, organisations and keys as tables and lists of the administration's pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from passavant.portal.look.language import current
from passavant.portal.look.templatetags.look import day, moment, number
from passavant.portal.operators.models import ApiKey
from passavant.portal.operators.quotas import ORDINARY, SANDBOX
from passavant.portal.operators.scopes import SCOPES
from passavant.portal.people.models import Organisation, Person
from passavant.portal.people.roles import Role
from passavant.texts import pick

__all__ = [
    "WHOLE_OF_PEOPLE", "in_force", "key_rows", "key_titles", "organisation_rows", "organisation_titles", "people_rows", "people_titles", "person_rows",
    "quota_rows", "scope_choices",
]  # fmt: skip

_NONE = "—"
#: Columns of people that are not broken: the last sign-in.
WHOLE_OF_PEOPLE = [4]


def people_titles() -> list[str]:
    """Return the titles of the columns of people."""
    return [_("Name"), _("E-mail address"), _("Roles"), _("Second factor"), _("Last sign-in"), _("Account")]


def people_rows(people: Iterable[Person]) -> list[Sequence[Any]]:
    """Return a row for each person; they come from :func:`passavant.portal.administration.queries.listed_people`."""
    return [
        (
            (str(one), reverse("person", args=[one.pk])), one.email, _roles(one), _factor(one), moment(one.last_login),
            _("open") if one.is_active else _("closed"),
        )
        for one in people
    ]  # fmt: skip


def person_rows(person: Person) -> list[tuple[Any, Any]]:
    """Return what is known of one person."""
    return [
        (_("E-mail address"), person.email),
        (_("Account"), _("open") if person.is_active else _("closed")),
        (_("Account made"), moment(person.joined_at)),
        (_("Last sign-in"), moment(person.last_login)),
        (_("Second factor"), _factor(person)),
        (_("Language"), dict(person._meta.get_field("language").choices or ())[person.language]),
    ]


def organisation_titles() -> list[str]:
    """Return the titles of the columns of organisations."""
    return [_("Name"), _("Declarant"), _("Open accounts"), _("Keys in force")]


def organisation_rows(organisations: Iterable[Any]) -> list[Sequence[Any]]:
    """Return a row for each organisation, as they are listed."""
    return [
        ((one.name, reverse("organisation", args=[one.pk])), one.declarant_id or _NONE, number(one.people), number(one.keys))
        for one in organisations
    ]  # fmt: skip


def quota_rows(organisation: Organisation) -> list[Sequence[Any]]:
    """Return how many declarations an organisation may send: real ones, then trial ones."""
    own = {one.sandbox: (one.per_minute, one.per_day) for one in organisation.quotas.all()}
    found: list[Sequence[Any]] = []
    for sandbox, ordinary in ((False, ORDINARY), (True, SANDBOX)):
        minute, per_day = own.get(sandbox, ordinary)
        kind = _("trial data") if sandbox else _("real declarations")
        found.append(
            (kind, number(minute), number(per_day), _("this organisation") if sandbox in own else _("everybody"))
        )
    return found


def key_titles(*, of_one: bool = False) -> list[str]:
    """Return the titles of the columns of keys.

    Args:
        of_one: Whether they are of one organisation: its name is left out.
    """
    whose = [] if of_one else [_("Organisation")]
    return [_("Key"), *whose, _("What for"), _("May do"), _("Last used"), _("Ends"), _("State"), _("Change")]


def key_rows(keys: Iterable[ApiKey], *, of_one: bool = False) -> list[Sequence[Any]]:
    """Return a row for each key; a secret is in none, for none is kept."""
    found: list[Sequence[Any]] = []
    for one in keys:
        whose = [] if of_one else [(one.organisation.name, reverse("organisation", args=[one.organisation_id]))]
        label = _("%(label)s (trial data)") % {"label": one.label} if one.sandbox else one.label
        found.append([
            one.id, *whose, label, _may(one), day(one.last_used) if one.last_used else _("never"),
            day(one.expires_at.date()) if one.expires_at else _("no end"), _state(one),
            (_("Revoke"), reverse("key_revoke", args=[one.id])) if in_force(one) else "—",
        ])  # fmt: skip
    return found


def in_force(key: ApiKey) -> bool:
    """Return whether a key can be used."""
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > timezone.now())


def scope_choices() -> list[tuple[str, str]]:
    """Return the scopes, in words."""
    return [(name, f"{text.say(current())} ({name})") for name, text in SCOPES.items()]


def _may(key: ApiKey) -> str:
    return _listed(SCOPES[name].say(current()) if name in SCOPES else name for name in key.scopes)


def _state(key: ApiKey) -> str:
    if key.revoked_at is not None:
        return _("revoked %(day)s") % {"day": day(key.revoked_at.date())}
    return _("in force") if in_force(key) else _("ended")


def _roles(person: Person) -> str:
    return _listed(f"{Role(one.role).label} ({one.organisation.name})" for one in person.memberships.all()) or _NONE


def _listed(texts: Iterable[str]) -> str:
    return pick("; ", "\u00a0; ", current()).join(texts)


def _factor(person: Any) -> str:
    if person.has_factor:
        return _("set up")
    return _("not set up yet") if person.needs_second_factor else _("not asked for")
