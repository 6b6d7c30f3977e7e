"""`passavant account`: who owes what, the largest first."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from passavant.cli.options import JSON
from passavant.cli.show import as_json, echo, table
from passavant.texts import number, pick, plural, visible

if TYPE_CHECKING:
    from passavant.clearance.account import Account

__all__ = ["HELP", "account", "show_account"]

HELP = pick(
    "What each platform or operator owes for the period, reconciled with the decisions; the 20 largest lines.\n\n"
    "Example: passavant account out",
    "Ce que doit chaque plateforme ou opérateur pour la période, rapproché des décisions ; les 20 lignes les plus élevées.\n\n"
    "Exemple : passavant account out",
)
_LINES = 20
#: Texts that a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@")


def account(
    outs: Annotated[
        list[Path],
        typer.Argument(
            metavar="OUT…",
            help=pick(
                "Folders written by `clear`, a folder of them, or a lake.",
                "Dossiers écrits par `clear`, dossier de ceux-ci, ou entrepôt de données.",
            ),
        ),
    ],
    every: Annotated[bool, typer.Option("--all", help=pick("Show every line.", "Affiche toutes les lignes."))] = False,
    csv_: Annotated[
        Path | None,
        typer.Option(
            "--csv",
            metavar="FILE",
            help=pick("Write every line to a CSV file as well.", "Écrit aussi toutes les lignes dans un fichier CSV."),
        ),
    ] = None,
    json_: JSON = False,
) -> None:
    """Show who owes what."""
    from passavant.clearance.account import account as make_account

    made = make_account(*outs)
    if csv_ is not None:
        _write_csv(made, csv_)
    if json_:
        as_json(made.as_dict())
    else:
        show_account(made, len(made.lines) if every else _LINES)
        if csv_ is not None:
            echo(pick(f"Every line: {csv_}", f"Toutes les lignes : {csv_}"))
    if not made.reconciled:
        raise typer.Exit(1)


def show_account(made: Account, lines: int) -> None:
    """Print the largest lines, what the others come to, the total and whether it agrees with the decisions."""
    from passavant.money.display import show_amount

    rows, amount = made.rows(), [sum(line[name] for name in made.totals) for line in made.lines]
    ranked = sorted(range(len(amount)), key=lambda index: -amount[index])
    table([rows[0], *(rows[index + 1] for index in ranked[:lines]), rows[-1]], right=range(3, len(rows[0])))
    left = ranked[lines:]
    if left:
        together = show_amount(sum(amount[index] for index in left), made.currency)
        echo(
            pick(
                f"… and {number(len(left))} more, together {together}, included in the total (all: --all or --csv FILE)",
                f"… et {number(len(left))} {plural(len(left), 'autre')}, {together} en tout, compris dans le total "
                "(tout : --all ou --csv FICHIER)",
            )
        )
    echo(made.verdict())


def _write_csv(made: Account, path: Path) -> None:
    from passavant.errors import BadInput, Place
    from passavant.texts.file_faults import fault_of

    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["payer", "period", "status", "consignments", "items", "currency", *_columns(made)])
            writer.writerows(_row(made, line) for line in made.lines)
    except OSError as error:
        why = fault_of(error)
        raise BadInput(
            "cli.file.unwritable",
            got=(f"the file cannot be written: {why.en}", f"le fichier ne peut être écrit : {why.fr}"),
            expected=("a file in a folder that exists", "un fichier dans un dossier existant"),
            next_step=("Name another file with --csv.", "Indiquez un autre fichier avec --csv."),
            place=Place(file=str(path)),
        ) from error


def _columns(made: Account) -> list[str]:
    return [name.removesuffix("_minor") for name in made.totals]


def _row(made: Account, line: dict[str, object]) -> list[str]:
    from decimal import Decimal

    from passavant.money.currency import minor_digits

    digits = minor_digits(made.currency) or 0
    texts = [visible(str(line.get(name, ""))) for name in ("payer", "period", "status", "consignments", "items")]
    texts = [f"'{text}" if text.startswith(_FORMULA) else text for text in texts]
    return [*texts, made.currency, *(f"{Decimal(str(line[name])).scaleb(-digits):f}" for name in made.totals)]
