"""`passavant generate`: synthetic data to try everything on, with the truth beside it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from passavant.cli.framework import App
from passavant.cli.options import JSON
from passavant.cli.show import as_json, echo, table
from passavant.errors import BadInput, Place
from passavant.texts import number, pick, plural

if TYPE_CHECKING:
    from passavant.synthetic import Generated

__all__ = ["PARCELS_HELP", "app", "date_of", "parcels"]

app = App(
    help=pick(
        "Make synthetic data, with the truth about its faults.\n\nExample: passavant generate parcels --rows 10000 -o day",
        "Produit des données fictives, avec la vérité sur leurs défauts.\n\n"
        "Exemple : passavant generate parcels --rows 10000 -o jour",
    ),
)
PARCELS_HELP = pick(
    "Make a day of e-commerce consignments and, beside it, the table of the faults put into it.\n\n"
    "Example: passavant generate parcels --rows 10000 --seed 1 --day 2026-09-15 --destination EU -o day",
    "Produit une journée d'envois de commerce électronique et, à côté, la table des défauts qui y sont placés.\n\n"
    "Exemple : passavant generate parcels --rows 10000 --seed 1 --day 2026-09-15 --destination EU -o jour",
)
_DAY = "2026-09-15"  # the bundled exchange rates cover it


@app.callback()
def _group() -> None:
    """Keep `parcels` a command of its own while it is the only one."""


@app.command("parcels", help=PARCELS_HELP)
def parcels(
    rows: Annotated[int, typer.Option("--rows", metavar="N", help=pick(
        "How many goods items, exactly.", "Nombre d'articles, exactement."))],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="DIR", help=pick(
        "Folder to write; it must not exist, or be empty.", "Dossier à écrire ; absent ou vide."))],
    seed: Annotated[int, typer.Option("--seed", metavar="S", help=pick(
        "The same seed gives the same day.", "La même graine donne la même journée."))] = 1,
    day: Annotated[str, typer.Option("--day", metavar="YYYY-MM-DD", help=pick(
        "Local day on which all is lodged.", "Jour local de dépôt."))] = _DAY,
    destination: Annotated[str, typer.Option("--destination", metavar="ID", help=pick(
        "EU, NO, CH, NG or KR.", "EU, NO, CH, NG ou KR."))] = "EU",
    format_: Annotated[str, typer.Option("--format", metavar="NAME", help=pick(
        "parquet or csv; the truth is Parquet.", "parquet ou csv ; la vérité est en Parquet."))] = "parquet",
    json_: JSON = False,
) -> None:  # fmt: skip
    """Parse, generate, show."""
    from passavant.synthetic import generate

    local_day = date_of(day, "--day")
    with _bar(rows) as tell:
        made = generate(rows, seed=seed, day=local_day, destination=destination, out=out, format=format_, progress=tell)
    if json_:
        as_json(made.as_dict())
    else:
        _show(made)


def date_of(text: str, option: str) -> date:
    """Return the day that an option names.

    Raises:
        BadInput: it is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(
            "cli.day.invalid",
            got=(f"{text!r} is not a date", f"{text!r} n'est pas une date"),
            expected=("a day written YYYY-MM-DD", "un jour écrit AAAA-MM-JJ"),
            next_step=(f"Write it like {_DAY}.", f"Écrivez-le comme {_DAY}."),
            place=Place(field=option, value=text),
        ) from error


@contextmanager
def _bar(rows: int) -> Iterator[Callable[[int], None] | None]:
    """Show a bar on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(pick("Goods items", "Articles"), total=rows)
        yield lambda done: bar.advance(task, done)


def _show(made: Generated) -> None:
    counted = (number(made.rows), number(made.consignments))
    echo(
        pick(
            f"{{}} goods {plural(made.rows, 'item')} in {{}} {plural(made.consignments, 'consignment')}: {{}}",
            f"{{}} {plural(made.rows, 'article')} dans {{}} {plural(made.consignments, 'envoi')} : {{}}",
        ).format(*counted, made.parcels)
    )
    echo(pick("Truth beside it: {}", "Vérité à côté : {}").format(made.truth))
    heading = [pick("fault", "défaut"), pick("goods items", "articles")]
    table([heading, *([kind, number(count)] for kind, count in made.faults.items())], right=(1,))
