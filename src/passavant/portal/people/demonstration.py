"""Accounts of the demonstration: one for each role, thrown away with its folder."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from urllib.parse import quote

from django.db import transaction

from passavant import settings
from passavant.portal.people.models import Organisation
from passavant.portal.people.roles import Role
from passavant.portal.people.services import give_role, make_account
from passavant.texts import Text

__all__ = ["Account", "Accounts", "code", "make_accounts"]

#: Seconds for which a code counts.
PERIOD = 30
_CUSTOMS = Text("Customs of the demonstration", "Douane de la démonstration")
_OTHERS = Text("Operator of the demonstration", "Opérateur de la démonstration")
#: Roles in the order shown, with the name of the person who has each.
_PEOPLE: dict[Role, Text] = {
    Role.OFFICER: Text("Officer", "Agent"),
    Role.SUPERVISOR: Text("Supervisor", "Chef de service"),
    Role.ANALYST: Text("Risk analyst", "Analyste du risque"),
    Role.POLICY: Text("Policy unit", "Réglementation"),
    Role.IMAGE_ANALYST: Text("Image analyst", "Analyste d'images"),
    Role.OPERATOR: Text("Operator", "Opérateur"),
    Role.ISSUER: Text("Issuer of documents", "Émetteur de documents"),
    Role.NATIONAL_CONTACT: Text("National contact point", "Point de contact national"),
    Role.AUDITOR: Text("Auditor", "Auditeur"),
    Role.ADMINISTRATOR: Text("Administrator", "Administrateur"),
}


@dataclass(frozen=True)
class Account:
    """One account: its role, its person's name, its address, its password, and whether a code is asked for."""

    role: str
    name: str
    email: str
    password: str
    second_factor: bool


@dataclass(frozen=True)
class Accounts:
    """All of them, and the secret that their authenticators share: one code serves every account."""

    accounts: tuple[Account, ...]
    secret: str

    @property
    def uri(self) -> str:
        """What an authenticator on a telephone takes in."""
        return f"otpauth://totp/{quote('Passavant:demonstration')}?secret={self.secret}&issuer=Passavant"


@transaction.atomic
def make_accounts() -> Accounts:
    """Make one account for each role, with a random password and, for customs' roles, an authenticator."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    language = settings.language()
    secret = str(generate_totp_secret())
    customs, others = (Organisation.objects.get_or_create(name=text.say())[0] for text in (_CUSTOMS, _OTHERS))
    made = []
    for role, name in _PEOPLE.items():
        email, password = f"{role.value}@demo.example", secrets.token_urlsafe(12)
        person = make_account(email, name.say(), password, by="demonstration", language=language)
        ours = role not in (Role.OPERATOR, Role.ISSUER, Role.NATIONAL_CONTACT)
        give_role(person, role, customs if ours else others, by="demonstration")
        if person.needs_second_factor:
            TOTP.activate(person, secret)
        made.append(Account(role.value, person.name, email, password, person.needs_second_factor))
    return Accounts(tuple(made), secret)


def code(secret: str, at: float | None = None) -> str:
    """Return the code that counts at a time (default: now), as an authenticator shows it."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    counter = int(time.time() if at is None else at) // PERIOD
    return str(format_hotp_value(hotp_value(secret, counter)))
