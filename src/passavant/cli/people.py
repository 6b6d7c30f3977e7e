"""`passavant people`: accounts of the portal, made and closed by whoever runs it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from passavant.cli import people_integrity
from passavant.cli.framework import App
from passavant.cli.options import JSON
from passavant.cli.serve import actor_name, open_portal
from passavant.cli.show import as_json, echo, table
from passavant.errors import BadInput, NotFound, Place
from passavant.texts import colon, pick

__all__ = ["app"]

app = App(
    help=pick(
        "Accounts of the portal: made, listed, closed.\n\n"
        "Example: passavant people add ada@customs.example --name 'Ada Lund' --role officer --for Customs",
        "Comptes du portail : créés, listés, fermés.\n\n"
        "Exemple : passavant people add ada@douane.example --name 'Ada Lund' --role officer --for Douane",
    ),
)
_EMAIL = Annotated[str, typer.Argument(metavar="EMAIL", help=pick("E-mail address.", "Adresse électronique."))]


@app.command("add", help=pick(
    "Make an account, or give one another role. A first password is shown once; a second factor is asked for at sign-in.\n\n"
    "Example: passavant people add ada@customs.example --name 'Ada Lund' --role officer --for Customs",
    "Crée un compte, ou lui donne un rôle de plus. Un premier mot de passe est affiché une seule fois.\n\n"
    "Exemple : passavant people add ada@douane.example --name 'Ada Lund' --role officer --for Douane",
))  # fmt: skip
def add(
    email: _EMAIL,
    role: Annotated[str, typer.Option("--role", metavar="ROLE", help=pick(
        "officer, supervisor, analyst, policy, image_analyst, operator, issuer, national_contact, auditor, administrator.",
        "officer (agent), supervisor (chef), analyst (analyste), policy (réglementation), image_analyst (imagerie), operator "
        "(opérateur), issuer (émetteur), national_contact (contact national), auditor (auditeur), administrator (administrateur)."))],
    organisation: Annotated[str, typer.Option("--for", metavar="NAME", help=pick("Organisation.", "Organisation."))],
    name: Annotated[str, typer.Option("--name", metavar="NAME", help=pick("Name, for a new account.", "Nom, pour un nouveau compte."))] = "",
    language: Annotated[str, typer.Option("--language", metavar="en|fr", help=pick("Language.", "Langue."))] = "en",
) -> None:  # fmt: skip
    """Make or widen an account."""
    open_portal()
    from passavant.portal.people.roles import Role
    from passavant.portal.people.services import make_or_widen

    if role not in Role.values:
        raise _no_role(role, ", ".join(Role.values))
    person, password = make_or_widen(email, name, Role(role), organisation, by=actor_name(), language=language)
    if password:
        echo(f"{pick('account', 'compte')}{colon()}{person.email}")
        echo(f"{pick('first password, shown once', 'premier mot de passe, affiché une fois')}{colon()}{password}")
    echo(f"{pick('role', 'rôle')}{colon()}{role} ({organisation})")


@app.command("list", help=pick(
    "Show the accounts and their roles.\n\nExample: passavant people list",
    "Montre les comptes et leurs rôles.\n\nExemple : passavant people list",
))  # fmt: skip
def list_(json_: JSON = False) -> None:
    """Show them."""
    open_portal()
    from passavant.portal.people.models import Person

    people: list[dict[str, Any]] = [
        {
            "email": person.email,
            "name": person.name,
            "active": person.is_active,
            "roles": [f"{one.role} ({one.organisation})" for one in person.memberships.select_related("organisation")],
        }
        for person in Person.objects.prefetch_related("memberships")
    ]
    if json_:
        as_json(people)
        return
    yes, no = pick("yes", "oui"), pick("no", "non")
    heading = [pick("e-mail", "adresse"), pick("name", "nom"), pick("active", "actif"), pick("roles", "rôles")]
    rows = [[one["email"], one["name"], yes if one["active"] else no, ", ".join(one["roles"])] for one in people]
    table([heading, *rows])


@app.command("close", help=pick(
    "Close an account; what it did stays in the trail.\n\nExample: passavant people close ada@customs.example --because 'left the service'",
    "Ferme un compte ; ce qu'il a fait reste dans la piste d'audit.\n\nExemple : passavant people close ada@douane.example --because 'a quitté le service'",
))  # fmt: skip
def close(
    email: _EMAIL,
    because: Annotated[str, typer.Option("--because", metavar="REASON", help=pick("Why.", "Pourquoi."))],
) -> None:
    """Close it."""
    open_portal()
    from passavant.portal.people.models import Person
    from passavant.portal.people.services import close_account

    person = Person.objects.filter(email=email.lower(), is_active=True).first()
    if person is None:
        raise NotFound(
            "cli.people.none",
            got=(f"no open account of {email}", f"aucun compte ouvert de {email}"),
            expected=("an account of the portal", "un compte du portail"),
            next_step=("See passavant people list.", "Voyez passavant people list."),
        )
    close_account(person, by=actor_name(), purpose=because)
    echo(pick(f"closed: {person.email}", f"fermé : {person.email}"))


app.command("integrity", help=people_integrity.HELP)(people_integrity.integrity)


def _no_role(role: str, roles: str) -> BadInput:
    return BadInput(
        "cli.people.role",
        got=(f"the role {role}", f"le rôle {role}"),
        expected=(roles, roles),
        next_step=("Name one of these.", "Indiquez l'un d'eux."),
        place=Place(field="--role"),
    )
