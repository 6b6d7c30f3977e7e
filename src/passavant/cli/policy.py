"""`passavant policy`: list, show and compare policies; :mod:`passavant.cli.policy_files` adds check, copy and reason."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

import typer

from passavant.cli import policy_files, reason
from passavant.cli.framework import App
from passavant.cli.options import JSON, POLICY_NAME
from passavant.cli.show import as_json, echo, table
from passavant.texts import colon, day, exact, pick

__all__ = ["app"]

app = App(
    help=pick(
        "The law as dated data: list, show, copy, check, compare.\n\nExample: passavant policy show EU --on 2026-07-01",
        "Le droit en données datées : lister, montrer, copier, vérifier, comparer.\n\n"
        "Exemple : passavant policy show EU --on 2026-07-01",
    ),
)
app.command("check", help=policy_files.CHECK_HELP)(policy_files.check)
app.command("copy", help=policy_files.COPY_HELP)(policy_files.copy)
app.command("reason", help=reason.HELP)(reason.reason)
_WIDTH = 88


@app.command(
    "list",
    help=pick(
        "The policies that come with Passavant.\n\nExample: passavant policy list",
        "Les réglementations fournies avec Passavant.\n\nExemple : passavant policy list",
    ),
)
def list_(json_: JSON = False) -> None:
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
            pick("jurisdiction", "territoire"),
            pick("currency", "devise"),
            pick("in force from", "en vigueur depuis"),
            "version",
        ]
    ]
    rows += [
        [file.policy, pick(file.title.en, file.title.fr), file.currency, day(file.valid_from), file.version]
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
    name: POLICY_NAME,
    on: Annotated[
        str | None,
        typer.Option(
            "--on",
            metavar="DATE",
            help=pick("Local day, YYYY-MM-DD (default: today).", "Jour local, AAAA-MM-JJ (par défaut : aujourd'hui)."),
        ),
    ] = None,
    json_: JSON = False,
) -> None:
    """Show parameters, tables and rules in force."""
    from passavant.policy import load_policy
    from passavant.policy.display import in_force

    on_day = _day(on)
    content = in_force(load_policy(name), on_day)
    if json_:
        as_json(content)
        return
    echo(f"{content['title']} ({content['policy']} {content['version']}) – {day(on_day)}")
    if not content["in_force"]:
        echo(pick("Not in force on this day.", "Pas en vigueur à cette date."))
    echo("")
    for entry in content["parameters"]:
        _entry(f"{entry['label']}{colon()}{_value(entry['value'])} {_unit(entry['unit'])}".rstrip(), entry)
    for entry in content["tables"]:
        values = ", ".join(f"{key} {_value(value)}" for key, value in entry["rows"].items())
        _entry(f"{entry['label']} ({_unit(entry['unit'])}){colon()}{values or '—'}", entry)
    for entry in content["rules"]:
        _entry(f"{entry['section']}.{entry['id']}{colon()}{entry['text']}", entry)
    for entry in content["provisions"]:
        _entry(entry["text"], entry)


@app.command(
    help=pick(
        "What two policies say differently.\n\nExample: passavant policy diff EU my-policy.yaml",
        "Ce que deux réglementations disent différemment.\n\nExemple : passavant policy diff EU ma-réglementation.yaml",
    )
)
def diff(first: POLICY_NAME, second: POLICY_NAME, json_: JSON = False) -> None:
    """Compare two policies entry by entry; exit 1 when they differ."""
    from passavant.policy import load_policy
    from passavant.policy.display import differences

    found = differences(load_policy(first), load_policy(second))
    if json_:
        as_json([{"path": entry.path, "first": entry.first, "second": entry.second} for entry in found])
    for entry in [] if json_ else found:
        echo(entry.path)
        echo(f"  - {entry.first or '—'}")
        echo(f"  + {entry.second or '—'}")
    if found:
        raise typer.Exit(1)
    if not json_:
        echo(pick("No difference.", "Aucune différence."))


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


def _value(value: str | None) -> str:
    return "—" if value is None else exact(Decimal(value))


def _unit(unit: str) -> str:
    return {"percent": "%", "count": ""}.get(unit, unit)


def _entry(text: str, entry: dict[str, Any]) -> None:
    import textwrap

    echo(textwrap.fill(text, _WIDTH, subsequent_indent="    "))
    from passavant.clearance.words import CERTAINTY

    certainty = entry["certainty"] and f"[{pick('certainty', 'certitude')} {CERTAINTY[entry['certainty']].say()}]"
    note = entry["note"] and f"{pick('Note', 'Note')}{colon()}{entry['note']}"
    for line in (" ".join(part for part in (entry["reference"], certainty) if part), note):
        if line:
            echo(textwrap.fill(line, _WIDTH, initial_indent="    ", subsequent_indent="    "))
