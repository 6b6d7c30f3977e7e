"""Who calls the API: a key of an organisation, or a person signed in who acts for one."""

from __future__ import annotations

from dataclasses import dataclass

from passavant.portal.operators.models import ApiKey
from passavant.portal.people.models import Organisation, Person

__all__ = ["Caller", "Member"]


@dataclass(frozen=True)
class Caller:
    """A system that showed a valid key. Permissions see it as they see a person, one without roles.

    Attributes:
        organisation: Whose key it is.
        key: The key, as it was when it was last looked up (seconds ago at most).
        declarant_id: As the organisation's declarations name it.
        scopes: What the key may do.
        sandbox: Whether it works on trial data alone.
    """

    organisation: Organisation
    key: ApiKey
    declarant_id: str
    scopes: frozenset[str]
    sandbox: bool
    is_authenticated: bool = True
    is_active: bool = True
    roles: frozenset[str] = frozenset()

    @property
    def actor(self) -> str:
        """As the trail names it."""
        return f"key {self.key.pk}"


@dataclass(frozen=True)
class Member:
    """A person signed in, in the roles that the person has for one organisation."""

    organisation: Organisation
    person: Person
    roles: frozenset[str]
    scopes: frozenset[str] = frozenset()

    @property
    def is_authenticated(self) -> bool:
        """True: nobody becomes a member otherwise."""
        return self.person.is_authenticated

    @property
    def is_active(self) -> bool:
        """Whether the account is open."""
        return self.person.is_active

    @property
    def actor(self) -> str:
        """As the trail names the person."""
        return self.person.email
