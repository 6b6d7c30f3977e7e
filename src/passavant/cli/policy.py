"""`passavant policy`: list, show, check and compare policies."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

import typer

from passavant.cli.show import as_json, table
from passavant.texts import pick

__all__ = ["app"]

app = typer.Typer(
    no_args_is_help=True,
    help=pick(
        "The law as dated data: list, show, check, compare.",
        "Le droit en données datées : lister, montrer, vérifier, comparer.",
    ),
)
_JSON = Annotated[
    bool, typer.Option("--json", help=pick("Answer in JSON, for machines.", "Répond en JSON, pour les machines."))
]
_NAME = Annotated[
    str,
    typer.Argument(
        metavar="ID|FILE",
        help=pick("A shipped policy or a YAML file.", "Une réglementation fournie ou un fichier YAML."),
    ),
]
_WIDTH = 88


@app.command(
    "list",
    help=pick(
        "The policies that come with Passavant.\n\nExample: passavant policy list",
        "Les réglementations fournies avec Passavant.\n\nExemple : passavant policy list",
    ),
)
def list_(json_: _JSON = False) -> None:
    """Show the shipped policies."""
    from passavant.policy import load_policy, shipped_policies

    policies = [load_policy(name).file for name in shipped_policies()]
    if json_:
        as_json(
            [
                {
                    "id": file.policy,
                    "version": file.version,
                    "title": file.title.model_dump(),
                    "currency": file.currency,
                    "valid_from": file.valid_from,
                    "valid_to": file.valid_to,
                }
                for file in policies
            ]
        )
        return
    rows = [
        [
            pick("id", "id"),
            pick("jurisdiction", "juridiction"),
            pick("currency", "devise"),
            pick("valid from", "valable du"),
            "version",
        ]
    ]
    rows += [
        [file.policy, pick(file.title.en, file.title.fr), file.currency, file.valid_from.isoformat(), file.version]
        for file in policies
    ]
    table(rows)


@app.command(
    help=pick(
        "What a policy says on a day, with the law behind each value.\n\nExample: passavant policy show EU --on 2026-07-01",
        "Ce que dit une réglementation à une date, avec le texte de chaque valeur.\n\nExemple : passavant policy show EU --on 2026-07-01",
    )
)
def show(
    name: _NAME,
    on: Annotated[
        str | None,
        typer.Option(
            "--on",
            metavar="DATE",
            help=pick("Local day, YYYY-MM-DD (default: today).", "Jour local, AAAA-MM-JJ (par défaut : aujourd'hui)."),
        ),
    ] = None,
    json_: _JSON = False,
) -> None:
    """Show parameters, tables and rules in force."""
    from passavant.policy import load_policy
    from passavant.policy.display import in_force

    content = in_force(load_policy(name), _day(on))
    if json_:
        as_json(content)
        return
    typer.echo(f"{content['title']} ({content['policy']} {content['version']}) – {content['on']}")
    if not content["in_force"]:
        typer.echo(pick("Not in force on this day.", "Pas en vigueur à cette date."))
    typer.echo("")
    for entry in content["parameters"]:
        _entry(f"{entry['label']}: {entry['value']} {_unit(entry['unit'])}".replace(": ", pick(": ", " : "), 1), entry)
    for entry in content["tables"]:
        values = ", ".join(f"{key} {value}" for key, value in entry["rows"].items())
        _entry(f"{entry['label']} ({_unit(entry['unit'])}){pick(': ', ' : ')}{values or '—'}", entry)
    for entry in content["rules"]:
        _entry(f"{entry['section']}.{entry['id']}{pick(': ', ' : ')}{entry['text']}", entry)
    for entry in content["provisions"]:
        _entry(entry["text"], entry)


@app.command(
    help=pick(
        "Check a policy file: form, dates without holes, names, a last rule.\n\nExample: passavant policy check my-policy.yaml",
        "Vérifie un fichier de réglementation : forme, dates sans trou, noms, dernière règle.\n\nExemple : passavant policy check ma-réglementation.yaml",
    )
)
def check(name: _NAME, json_: _JSON = False) -> None:
    """Load a policy with all its checks."""
    from passavant.policy import load_policy, tariff_table

    policy = load_policy(name)
    lines = tariff_table(policy).num_rows
    if json_:
        as_json(
            {
                "policy": policy.id,
                "valid": True,
                "digest": policy.digest,
                "rules": len(policy.expressions),
                "tariff_lines": lines,
            }
        )
    else:
        text = pick(
            "{id}: valid; {rules} conditions, {lines} HS6 lines, digest {digest}",
            "{id} : valable ; {rules} conditions, {lines} lignes SH6, empreinte {digest}",
        )
        typer.echo(text.format(id=policy.id, rules=len(policy.expressions), lines=lines, digest=policy.digest[:16]))


@app.command(
    help=pick(
        "What two policies say differently.\n\nExample: passavant policy diff EU my-reform.yaml",
        "Ce que deux réglementations disent différemment.\n\nExemple : passavant policy diff EU ma-reforme.yaml",
    )
)
def diff(first: _NAME, second: _NAME, json_: _JSON = False) -> None:
    """Compare two policies entry by entry; exit 1 when they differ."""
    from passavant.policy import load_policy
    from passavant.policy.display import differences

    found = differences(load_policy(first), load_policy(second))
    if json_:
        as_json([{"path": entry.path, "first": entry.first, "second": entry.second} for entry in found])
    for entry in [] if json_ else found:
        typer.echo(entry.path)
        typer.echo(f"  - {entry.first or '—'}")
        typer.echo(f"  + {entry.second or '—'}")
    if found:
        raise typer.Exit(1)
    if not json_:
        typer.echo(pick("No difference.", "Aucune différence."))


def _day(text: str | None) -> dt.date:
    from passavant.errors import BadInput

    if text is None:
        return dt.datetime.now(dt.UTC).date()
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(
            "cli.date.invalid",
            got=(f"--on {text}", f"--on {text}"),
            expected=("a date such as 2026-07-01", "une date telle que 2026-07-01"),
            next_step=("Write year, month and day.", "Indiquez l'année, le mois et le jour."),
        ) from error


def _unit(unit: str) -> str:
    return {"percent": "%", "count": ""}.get(unit, unit)


def _entry(text: str, entry: dict[str, Any]) -> None:
    import textwrap

    typer.echo(textwrap.fill(text, _WIDTH, subsequent_indent="    "))
    note = f"{entry['reference'] or '—'} [{entry['certainty'] or '—'}]"
    typer.echo(textwrap.fill(note, _WIDTH, initial_indent="    ", subsequent_indent="    "))
