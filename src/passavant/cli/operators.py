"""`passavant operators`: the organisations that declare through the API, their keys and their quotas."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from passavant.cli.framework import App
from passavant.cli.options import JSON
from passavant.cli.serve import actor_name, open_portal
from passavant.cli.show import as_json, echo, table
from passavant.errors import NotFound
from passavant.texts import colon, pick

__all__ = ["app"]

app = App(
    help=pick(
        "Operators: organisations that declare through the API, their keys and quotas.\n\n"
        "Example: passavant operators add 'Example Post' --declarant-id LP",
        "Opérateurs : les organisations qui déclarent par l'interface, leurs clés et leurs quotas.\n\n"
        "Exemple : passavant operators add 'Poste Exemple' --declarant-id LP",
    ),
)
keys = App(
    help=pick(
        "Keys of operators for the API.\n\nExample: passavant operators key list",
        "Clés d'interface des opérateurs.\n\nExemple : passavant operators key list",
    ),
)
app.add_typer(keys, name="key")
_NAME = Annotated[str, typer.Argument(metavar="NAME", help=pick("Name of the organisation.", "Nom de l'organisation."))]


@app.command("add", help=pick(
    "Add an operator, by the name that its declarations call it.\n\nExample: passavant operators add 'Example Post' --declarant-id LP",
    "Ajoute un opérateur, sous le nom que lui donnent ses déclarations.\n\nExemple : passavant operators add 'Poste Exemple' --declarant-id LP",
))  # fmt: skip
def add(
    name: _NAME,
    declarant_id: Annotated[str, typer.Option("--declarant-id", metavar="ID", help=pick("Declarant.", "Déclarant."))],
) -> None:
    """Add it."""
    open_portal()
    from passavant.portal.operators.services import add_operator

    added = add_operator(name, declarant_id, by=actor_name())
    echo(f"{pick('operator', 'opérateur')}{colon()}{added.name} ({added.declarant_id})")


@app.command("list", help=pick(
    "Show the operators and their keys, without secrets.\n\nExample: passavant operators list",
    "Montre les opérateurs et leurs clés, sans les secrets.\n\nExemple : passavant operators list",
))  # fmt: skip
def list_(json_: JSON = False) -> None:
    """Show them."""
    open_portal()
    from passavant.portal.people.models import Organisation

    found: list[dict[str, Any]] = [
        {"operator": one.name, "declarant_id": one.declarant_id, "keys": [_shown(key) for key in one.api_keys.all()]}
        for one in Organisation.objects.exclude(declarant_id="").order_by("name").prefetch_related("api_keys")
    ]
    if json_:
        as_json(found)
        return
    heading = [
        pick("operator", "opérateur"),
        pick("declarant", "déclarant"),
        pick("key", "clé"),
        pick("scopes", "portées"),
    ]
    heading += [pick("last used", "dernier usage"), pick("expires", "échéance"), pick("state", "état")]
    rows = [[one["operator"], one["declarant_id"], *cells] for one in found for cells in _key_cells(one["keys"])]
    table([heading, *rows])


def _shown(key: Any) -> dict[str, Any]:
    return {
        "id": key.id,
        "label": key.label,
        "scopes": key.scopes,
        "sandbox": key.sandbox,
        "last_used": key.last_used and key.last_used.isoformat(),
        "expires_at": key.expires_at and key.expires_at.isoformat(),
        "revoked": key.revoked_at is not None,
    }


def _key_cells(keys_: list[dict[str, Any]]) -> list[list[str]]:
    """Return the cells of each key; of an operator without one, a row of dashes."""
    return [
        [one["id"], ", ".join(one["scopes"]), one["last_used"] or "—", (one["expires_at"] or "—")[:10], _state(one)]
        for one in keys_
    ] or [["—"] * 5]


def _state(key: dict[str, Any]) -> str:
    if key["revoked"]:
        return pick("revoked", "révoquée")
    return pick("sandbox", "essai") if key["sandbox"] else pick("in force", "en vigueur")


@app.command("quota", help=pick(
    "Set how many declarations an operator may send.\n\nExample: passavant operators quota 'Example Post' --minute 20000 --day 5000000",
    "Fixe combien de déclarations un opérateur peut envoyer.\n\nExemple : passavant operators quota 'Poste Exemple' --minute 20000 --day 5000000",
))  # fmt: skip
def quota(
    name: _NAME,
    minute: Annotated[int, typer.Option("--minute", min=1, max=2**31 - 1, help=pick("A minute.", "Par minute."))],
    day: Annotated[int, typer.Option("--day", min=1, max=2**31 - 1, help=pick("A day (UTC).", "Par jour (UTC)."))],
    sandbox: Annotated[bool, typer.Option("--sandbox", help=pick("Of sandbox keys.", "Des clés d'essai."))] = False,
) -> None:
    """Set it."""
    open_portal()
    from passavant.portal.operators.services import set_quota

    made = set_quota(_organisation(name), minute, day, by=actor_name(), sandbox=sandbox)
    echo(f"{pick('quota', 'quota')}{colon()}{made}")


@keys.command("add", help=pick(
    "Make a key. It is shown once.\n\n"
    "Example: passavant operators key add 'Example Post' --label 'sorting centre' --scope declarations:write --scope declarations:read",
    "Crée une clé. Elle est affichée une seule fois.\n\n"
    "Exemple : passavant operators key add 'Poste Exemple' --label 'centre de tri' --scope declarations:write --scope declarations:read",
))  # fmt: skip
def key_add(
    name: _NAME,
    label: Annotated[str, typer.Option("--label", metavar="TEXT", help=pick("What it is for.", "Son usage."))],
    scope: Annotated[list[str], typer.Option("--scope", metavar="SCOPE", help=pick(
        "declarations:write, declarations:read, webhooks:manage; repeat it.",
        "declarations:write (déposer), declarations:read (consulter), webhooks:manage (webhooks) ; à répéter."))],
    network: Annotated[list[str] | None, typer.Option("--network", metavar="CIDR", help=pick(
        "From where it may be used; anywhere if absent.", "D'où elle peut servir ; de partout si absent."))] = None,
    days: Annotated[int | None, typer.Option("--days", min=1, max=3660, help=pick(
        "Days until it ends.", "Jours jusqu'à son échéance."))] = None,
    sandbox: Annotated[bool, typer.Option("--sandbox", help=pick("For trials.", "Pour des essais."))] = False,
) -> None:  # fmt: skip
    """Make it."""
    open_portal()
    import datetime as dt

    from passavant.portal.operators.services import make_key

    ends = dt.datetime.now(dt.UTC) + dt.timedelta(days=days) if days else None
    key, secret = make_key(
        _organisation(name), label, scope, by=actor_name(), sandbox=sandbox, expires_at=ends, networks=network or []
    )
    echo(f"{pick('key', 'clé')}{colon()}{key.id}")
    echo(f"{pick('shown once', 'affiché une fois')}{colon()}{secret}")


@keys.command("list", help=pick(
    "Show the keys, without their secrets.\n\nExample: passavant operators key list",
    "Montre les clés, sans leurs secrets.\n\nExemple : passavant operators key list",
))  # fmt: skip
def key_list(json_: JSON = False) -> None:
    """Show them."""
    open_portal()
    from passavant.portal.operators.models import ApiKey

    found: list[dict[str, Any]] = [
        {
            "id": one.id,
            "operator": one.organisation.name,
            "label": one.label,
            "scopes": one.scopes,
            "sandbox": one.sandbox,
            "revoked": one.revoked_at is not None,
            "last_used": one.last_used and one.last_used.isoformat(),
        }
        for one in ApiKey.objects.select_related("organisation")
    ]
    if json_:
        as_json(found)
        return
    yes, no = pick("yes", "oui"), pick("no", "non")
    heading = [pick("key", "clé"), pick("operator", "opérateur"), pick("label", "usage"), pick("scopes", "portées")]
    heading += [pick("sandbox", "essai"), pick("revoked", "révoquée"), pick("last used", "dernier usage")]
    rows = [
        [one["id"], one["operator"], one["label"], ", ".join(one["scopes"]), yes if one["sandbox"] else no,
         yes if one["revoked"] else no, one["last_used"] or "—"]
        for one in found
    ]  # fmt: skip
    table([heading, *rows])


@keys.command("revoke", help=pick(
    "Revoke a key; it stops within 5 seconds.\n\nExample: passavant operators key revoke abcdefgh2345 --because 'the server was sold'",
    "Révoque une clé ; elle cesse en 5 secondes.\n\nExemple : passavant operators key revoke abcdefgh2345 --because 'serveur cédé'",
))  # fmt: skip
def key_revoke(
    key: Annotated[str, typer.Argument(metavar="KEY", help=pick("Its identifier.", "Son identifiant."))],
    because: Annotated[str, typer.Option("--because", metavar="REASON", help=pick("Why.", "Pourquoi."))],
) -> None:
    """Revoke it."""
    open_portal()
    from passavant.portal.operators.models import ApiKey
    from passavant.portal.operators.services import revoke_key

    found = ApiKey.objects.select_related("organisation").filter(pk=key).first()
    if found is None:
        raise NotFound(
            "cli.operators.key",
            got=(f"no key {key}", f"aucune clé {key}"),
            expected=("the identifier of a key, without its secret", "l'identifiant d'une clé, sans son secret"),
            next_step=("See passavant operators key list.", "Voyez passavant operators key list."),
        )
    revoke_key(found, by=actor_name(), purpose=because)
    echo(pick(f"revoked: {found.id}", f"révoquée : {found.id}"))


def _organisation(name: str) -> Any:
    from passavant.portal.people.models import Organisation

    found = Organisation.objects.filter(name=name).first()
    if found is None:
        raise NotFound(
            "cli.operators.none",
            got=(f"no organisation {name}", f"aucune organisation {name}"),
            expected=("an operator of the portal", "un opérateur du portail"),
            next_step=("Run: passavant operators add NAME --declarant-id ID", "Exécutez : passavant operators add NOM --declarant-id ID"),
        )  # fmt: skip
    return found
