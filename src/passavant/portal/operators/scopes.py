"""What a key may do, and the permissions of API routes that follow from it.

>>> (scope("webhooks:manage") | scope("declarations:read")).name
'webhooks:manage | declarations:read'
"""

from __future__ import annotations

from passavant.portal.people.permissions import Predicate
from passavant.texts import Text

__all__ = ["SCOPES", "scope"]

#: Every scope, with what it lets a key do.
SCOPES: dict[str, Text] = {
    "declarations:write": Text("lodge, amend and cancel declarations", "déposer, modifier et annuler des déclarations"),
    "declarations:read": Text("read declarations and their decisions", "consulter les déclarations et leurs décisions"),
    "webhooks:manage": Text("manage webhooks", "gérer les webhooks"),
}


def scope(name: str) -> Predicate:
    """Return the permission of the keys that have a scope; a person signed in has none.

    Raises:
        KeyError: there is no such scope.
    """
    SCOPES[name]
    return Predicate(name, lambda who: name in getattr(who, "scopes", ()))
