"""Accounts made, closed and opened again, roles given and taken: each recorded in the trail in the same transaction."""

from __future__ import annotations

import secrets

from django.db import transaction

from passavant.errors import BadInput, Place
from passavant.portal.people.models import Membership, Organisation, Person
from passavant.portal.people.roles import DECIDING, Role
from passavant.portal.trail.services import record

__all__ = ["close_account", "give_role", "make_account", "make_or_widen", "open_account", "take_role"]


@transaction.atomic
def make_account(
    email: str, name: str, password: str | None, *, by: str, language: str = "en", purpose: str = ""
) -> Person:
    """Make an account.

    Args:
        email: Address, by which the person signs in.
        name: As colleagues know the person.
        password: A first password, or None: passkey or identity provider alone.
        by: Who makes it.
        language: ``en`` or ``fr``.
        purpose: Why, where that is asked for.

    Raises:
        BadInput: there is one of this address.
    """
    if Person.objects.filter(email=email.lower()).exists():
        raise BadInput(
            "portal.account.exists",
            got=(f"an account of {email}", f"un compte de {email}"),
            expected=("an address without one", "une adresse sans compte"),
            next_step=("Give that account the role it lacks.", "Donnez à ce compte le rôle qui lui manque."),
            place=Place(field="email"),
        )
    person = Person.objects.create_user(email, password, name=name, language=language)
    record("passavant.account.made", actor=by, object_type="person", object_id=person.email, purpose=purpose)
    return person


@transaction.atomic
def close_account(person: Person, *, by: str, purpose: str) -> None:
    """Close an account; what it did stays in the trail."""
    person.is_active = False
    person.save(update_fields=["is_active"])
    record("passavant.account.closed", actor=by, object_type="person", object_id=person.email, purpose=purpose)


@transaction.atomic
def open_account(person: Person, *, by: str, purpose: str) -> None:
    """Open a closed account again, with the roles that it had."""
    person.is_active = True
    person.save(update_fields=["is_active"])
    record("passavant.account.opened", actor=by, object_type="person", object_id=person.email, purpose=purpose)


@transaction.atomic
def give_role(person: Person, role: Role, organisation: Organisation, *, by: str, purpose: str = "") -> Membership:
    """Give a person a role for an organisation; given twice, it is one.

    Raises:
        BadInput: a role of customs, for an organisation that declares.
    """
    if role in DECIDING and organisation.declarant_id:
        raise _declares(role, organisation)
    membership, new = Membership.objects.get_or_create(person=person, role=role, organisation=organisation)
    person.__dict__.pop("_roles", None)
    if new:
        record(
            "passavant.role.given",
            actor=by,
            object_type="person",
            object_id=f"{role.value}: {person.email}",
            acting_for=organisation.name,
            purpose=purpose,
        )
    return membership


@transaction.atomic
def make_or_widen(
    email: str, name: str, role: Role, organisation: str, *, by: str, language: str = "en"
) -> tuple[Person, str]:
    """Give somebody a role, with a new account where there is none; a role that is refused leaves none behind.

    Args:
        email: Address.
        name: For a new account; empty: what stands before the ``@``.
        role: Which.
        organisation: Its name; one that is not known is added.
        by: Who gives it.
        language: Of a new account.

    Returns:
        The person, and the first password of a new account, else nothing.
    """
    person, password = Person.objects.filter(email=email.lower()).first(), ""
    if person is None:
        password = secrets.token_urlsafe(12)
        person = make_account(email, name or email.partition("@")[0], password, by=by, language=language)
    give_role(person, role, Organisation.objects.get_or_create(name=organisation)[0], by=by)
    return person, password


@transaction.atomic
def take_role(membership: Membership, *, by: str, purpose: str) -> None:
    """Take a role back."""
    named = f"{membership.role}: {membership.person.email}"
    record(
        "passavant.role.taken", actor=by, object_type="person", object_id=named,
        acting_for=membership.organisation.name, purpose=purpose,
    )  # fmt: skip
    membership.delete()
    membership.person.__dict__.pop("_roles", None)


def _declares(role: Role, organisation: Organisation) -> BadInput:
    name, code = organisation.name, organisation.declarant_id
    return BadInput(
        "portal.role.declarant",
        got=(
            f"the role {role.value} for {name}, which declares as {code}",
            f"le rôle {role.value} pour {name}, qui déclare sous {code}",
        ),
        expected=(
            "a role of customs for an organisation without a declarant",
            "un rôle de la douane pour une organisation sans déclarant",
        ),
        next_step=(
            "Choose the customs administration, or the role of operator.",
            "Choisissez l'administration des douanes, ou le rôle d'opérateur.",
        ),
        place=Place(field="organisation", value=name),
    )
