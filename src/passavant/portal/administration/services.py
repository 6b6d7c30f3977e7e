"""What administrators change: the services of people and operators, kept from one's own account and from the last administrator."""

from __future__ import annotations

import secrets

from django.db import IntegrityError, transaction

from passavant.errors import BadInput, Place
from passavant.portal.administration import refusals
from passavant.portal.operators.services import add_operator
from passavant.portal.people import services as accounts
from passavant.portal.people.models import Membership, Organisation, Person
from passavant.portal.people.roles import Role
from passavant.portal.trail.services import record

__all__ = [
    "add_organisation", "close_account", "first_password", "give_role", "invite", "name_declarant", "open_account", "take_role",
]  # fmt: skip

_RANDOM_BYTES = 12


@transaction.atomic
def invite(
    email: str, name: str, role: Role, organisation: Organisation, language: str, *, by: Person, purpose: str
) -> tuple[Person, str]:
    """Make an account with a first role.

    Returns:
        The person, and the first password: shown this once.

    Raises:
        BadInput: there is an account of this address.
    """
    password = secrets.token_urlsafe(_RANDOM_BYTES)
    person = accounts.make_account(email, name, password, by=by.email, language=language, purpose=purpose)
    accounts.give_role(person, role, organisation, by=by.email, purpose=purpose)
    return person, password


@transaction.atomic
def first_password(person: Person, *, by: Person, purpose: str) -> str:
    """Give somebody who lost the password a new one; whoever is signed in with the old one no longer is.

    Raises:
        Refusal: one's own.
    """
    _refuse_own(person, by)
    password = secrets.token_urlsafe(_RANDOM_BYTES)
    person.set_password(password)
    person.save(update_fields=["password"])
    record("passavant.account.password_given", actor=by.email, object_type="person", object_id=person.email, purpose=purpose)  # fmt: skip
    return password


@transaction.atomic
def give_role(person: Person, role: Role, organisation: Organisation, *, by: Person, purpose: str) -> Membership:
    """Give somebody else a role.

    Raises:
        Refusal: one's own account, or the person has the role.
    """
    _refuse_own(person, by)
    if person.memberships.filter(role=role, organisation=organisation).exists():
        raise refusals.unchanged()
    return accounts.give_role(person, role, organisation, by=by.email, purpose=purpose)


@transaction.atomic
def take_role(membership: Membership, *, by: Person, purpose: str) -> None:
    """Take a role back from somebody else.

    Raises:
        Refusal: one's own, that of the last administrator, or an administrator's by somebody who no longer is one.
    """
    _refuse_own(membership.person, by)
    if membership.role == Role.ADMINISTRATOR:
        _keep_one(membership.person, by)
    accounts.take_role(membership, by=by.email, purpose=purpose)


@transaction.atomic
def close_account(person: Person, *, by: Person, purpose: str) -> None:
    """Close somebody else's account; its sessions end at once.

    Raises:
        Refusal: one's own, closed already, that of the last administrator, or an administrator's by somebody who no
            longer is one.
    """
    _refuse_own(person, by)
    if not person.is_active:
        raise refusals.unchanged()
    if Role.ADMINISTRATOR in person.roles:
        _keep_one(person, by)
    accounts.close_account(person, by=by.email, purpose=purpose)


@transaction.atomic
def open_account(person: Person, *, by: Person, purpose: str) -> None:
    """Open an account again.

    Raises:
        Refusal: it is open.
    """
    if person.is_active:
        raise refusals.unchanged()
    accounts.open_account(person, by=by.email, purpose=purpose)


@transaction.atomic
def add_organisation(name: str, declarant_id: str, *, by: Person, purpose: str) -> Organisation:
    """Add an organisation; with a declarant it is an operator.

    Raises:
        BadInput: the name or the declarant is taken.
    """
    if declarant_id:
        if Organisation.objects.filter(name=name).exists():
            raise _name_taken(name)
        return add_operator(name, declarant_id, by=by.email, purpose=purpose)
    try:
        with transaction.atomic():
            made = Organisation.objects.create(name=name)
    except IntegrityError as error:  # of two at once, the second
        raise _name_taken(name) from error
    record("passavant.organisation.added", actor=by.email, object_type="organisation", object_id=name, purpose=purpose)
    return made


def name_declarant(organisation: Organisation, declarant_id: str, *, by: Person, purpose: str) -> Organisation:
    """Say by which name an organisation's declarations call it; said once, it stays: they are found by it.

    Raises:
        BadInput: the declarant is another's, or this organisation has one.
    """
    return add_operator(organisation.name, declarant_id, by=by.email, purpose=purpose)


def _refuse_own(person: Person, by: Person) -> None:
    if person.pk == by.pk:
        raise refusals.own_account()


def _keep_one(person: Person, by: Person) -> None:
    """Let those who take something from administrators take turns, and see what the one before left."""
    administrators = Membership.objects.filter(role=Role.ADMINISTRATOR)
    # The lock comes first and the question after it: PostgreSQL reads again what changed while a statement waited for
    # its lock, but still finds by it what was there when the statement began, a role taken in the meantime too.
    list(administrators.select_for_update().order_by("pk"))
    active = set(administrators.filter(person__is_active=True).values_list("person_id", flat=True))
    if not active - {person.pk}:
        raise refusals.last_administrator()
    if by.pk not in active:
        raise refusals.no_longer()


def _name_taken(name: str) -> BadInput:
    return BadInput(
        "administration.organisation.exists",
        got=(f"an organisation called {name}", f"une organisation nommée {name}"),
        expected=("a name that none has", "un nom qu'aucune ne porte"),
        next_step=("Look at the one that is there.", "Voyez celle qui existe."),
        place=Place(field="name", value=name),
    )
