"""`passavant dataset`: the elements of a consignment, who holds which, their JSON Schema, and rejected rows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from passavant.cli import rejected
from passavant.cli.framework import App
from passavant.cli.options import JSON
from passavant.cli.show import as_json, echo, table
from passavant.texts import pick

if TYPE_CHECKING:
    from passavant.dataset.schema import Element, Schema

__all__ = ["app"]

app = App(
    help=pick(
        "The harmonised consignment: its elements, who holds which, its JSON Schema; the rows a run rejected.\n\n"
        "Example: passavant dataset show intrinsic_value",
        "L'envoi harmonisé : ses éléments, qui détient quoi, son schéma JSON ; les lignes rejetées d'un traitement.\n\n"
        "Exemple : passavant dataset show intrinsic_value",
    ),
)
_SHOW = pick(
    "List the elements of the data set, or show one in full.\n\nExample: passavant dataset show intrinsic_value",
    "Liste les éléments du jeu de données, ou en détaille un.\n\nExemple : passavant dataset show intrinsic_value",
)
_FLOW = pick(
    "Who holds which element and in which message it reaches customs: a list, or with -o a drawing (SVG)."
    "\n\nExample: passavant dataset flow -o flow.svg",
    "Qui détient quel élément et par quel message il parvient à la douane : une liste, ou avec -o un dessin (SVG)."
    "\n\nExemple : passavant dataset flow -o circulation.svg",
)
_SCHEMA = pick(
    "Write the JSON Schema of a goods item as a row, or of a consignment with its items.\n\n"
    "Example: passavant dataset schema --nested > consignment.schema.json",
    "Écrit le schéma JSON d'un article en ligne, ou d'un envoi avec ses articles.\n\n"
    "Exemple : passavant dataset schema --nested > envoi.schema.json",
)
_ELEMENT = Annotated[
    str | None,
    typer.Argument(metavar="ELEMENT", help=pick("Column name; all when left out.", "Nom de colonne ; tous sinon.")),
]
_OUT = Annotated[
    Path | None,
    typer.Option("-o", "--out", metavar="FILE", help=pick("SVG file to write.", "Fichier SVG à écrire.")),
]
_NESTED = Annotated[
    bool,
    typer.Option("--nested", help=pick("A consignment with its items.", "Un envoi avec ses articles.")),
]


app.command("rejected", help=rejected.HELP)(rejected.rejected)


@app.command("show", help=_SHOW)
def show(element: _ELEMENT = None, json_: JSON = False) -> None:
    """Show every element as a table, or one in full."""
    from passavant.dataset.schema import load_schema

    schema = load_schema()
    chosen = schema.elements if element is None else (schema.element(element),)
    if json_:
        shown = [one.model_dump(exclude_none=True) for one in chosen]
        as_json(shown if element is None else shown[0])
    elif element is None:
        _list(schema)
    else:
        _one(chosen[0], schema)


@app.command("flow", help=_FLOW)
def flow(out: _OUT = None, json_: JSON = False) -> None:
    """List who holds what, or draw it into a file."""
    from passavant import settings
    from passavant.dataset.flow import flow_svg
    from passavant.dataset.schema import load_schema

    if json_:
        as_json(
            [{"element": one.name, "held_by": one.held_by, "sent_in": one.sent_in} for one in load_schema().elements]
        )
    elif out is not None:
        _write(out, flow_svg(settings.language()))
        echo(pick(f"{out} written.", f"{out} écrit."))
    else:
        _holders(load_schema())


@app.command("schema", help=_SCHEMA)
def schema(nested: _NESTED = False) -> None:
    """Print the JSON Schema."""
    from passavant.dataset.json_schema import json_schema

    as_json(json_schema(nested=nested))


def _list(schema: Schema) -> None:
    from passavant.dataset.wording import LEVELS, type_word

    rows = [pick("column|name|level|type|WCO|EUCDM", "colonne|nom|niveau|type|OMD|EUCDM").split("|")]
    rows += [
        [one.name, one.label.text.say(), LEVELS[one.level].say(), type_word(one), one.wco_id or "", one.eucdm_shown]
        for one in schema.elements
    ]
    table(rows)
    echo(_status_note())


def _status_note() -> str:
    from passavant.dataset.wording import STATUSES

    return "\n" + pick("; ", " ; ").join(f"({status}) {text.say()}" for status, text in STATUSES.items())


def _one(element: Element, schema: Schema) -> None:
    import textwrap

    from passavant.dataset.wording import facts

    echo(f"{element.name}{pick(': ', ' : ')}{element.label.text.say()}")
    echo(textwrap.fill(element.definition.text.say(), 100, initial_indent="  ", subsequent_indent="  "))
    rows = [(one.label, one.value) for one in facts(element, schema)]
    rows += [(code.code, code.label.text.say()) for code in element.codes]
    width = max(len(label) for label, _ in rows)
    for label, value in rows:
        echo(f"  {label.ljust(width)}  {value}")
    if element.eucdm:
        echo(_status_note())


def _holders(schema: Schema) -> None:
    rows = [pick("holder|element|sent in", "détenteur|élément|transmis dans").split("|")]
    for holder in schema.holders:
        held = [one for one in schema.elements if holder.id in one.held_by]
        rows += [[holder.label.text.say(), one.name, ", ".join(one.sent_in) or "—"] for one in held]
    table(rows)
    echo(
        pick(
            "\nThe drawing: passavant dataset flow -o flow.svg",
            "\nLe dessin : passavant dataset flow -o circulation.svg",
        )
    )


def _write(path: Path, text: str) -> None:
    from passavant.errors import BadInput, Place
    from passavant.texts.file_faults import fault_of

    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInput(
            "cli.file.unwritable",
            got=(
                f"the file cannot be written: {fault_of(error).en}",
                f"le fichier ne peut être écrit : {fault_of(error).fr}",
            ),
            expected=("a file in a folder that exists", "un fichier dans un dossier existant"),
            next_step=("Name another file with -o.", "Indiquez un autre fichier avec -o."),
            place=Place(file=str(path)),
        ) from error
