"""`passavant dataset rejected`, and what `passavant clear` says of rejected rows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from passavant.cli.options import JSON
from passavant.cli.show import as_json, echo, table
from passavant.texts import number, pick, plural

if TYPE_CHECKING:
    from passavant.dataset.rejected_rows import RejectedError, RejectedRows

__all__ = ["HELP", "rejected", "show_rejected"]

HELP = pick(
    "Show the rows that a run rejected: which errors are frequent, then each row with what was expected and the remedy."
    "\n\nExample: passavant dataset rejected out",
    "Montre les lignes rejetées d'un traitement : les erreurs fréquentes, puis chaque ligne avec l'attendu et le remède."
    "\n\nExemple : passavant dataset rejected out",
)
_OUT = Annotated[
    Path, typer.Argument(metavar="OUT", help=pick("Folder written by `clear`.", "Dossier écrit par `clear`."))
]
_SHOWN = 50
_FREQUENT = 3


def rejected(out: _OUT, json_: JSON = False) -> None:
    """Show the rejected rows of a run."""
    from passavant.dataset.rejected_rows import read_rejected

    found = read_rejected(out, most=None if json_ else _SHOWN)
    if json_:
        counts = [{"code": one.code, "count": one.count} for one in found.frequent]
        errors = [one.as_dict() for one in found.errors]
        as_json({"rows_in": found.rows_in, "rejected_rows": found.rows, "counts": counts, "errors": errors})
        return
    echo(_headline(found))
    if found.rows:
        _counts(found)
        _table(found)


def show_rejected(out: Path) -> None:
    """Say, after a run, how many rows were rejected, the most frequent errors, and how to see the rest."""
    from passavant.dataset.rejected_rows import read_rejected

    found = read_rejected(out, most=0)
    if not found.rows:
        return
    echo(f"\n{_headline(found)}")
    for one in found.frequent[:_FREQUENT]:
        echo(f"  {number(one.count)} × {one.code}{pick(', such as', ', par exemple')} {_where(one)}")
        echo(f"    {pick('Expected: ', 'Attendu : ')}{one.expected.say()}. {one.remedy.say()}")
    echo(f"{pick('See them with: ', 'Pour les voir : ')}passavant dataset rejected {out}\n")


def _where(one: RejectedError) -> str:
    from passavant.settings import language

    return one.place.describe(language())


def _headline(found: RejectedRows) -> str:
    rows, whole = number(found.rows), number(found.rows_in)
    if not found.rows:
        if found.rows_in == 1:
            return pick("The only row was not rejected.", "L'unique ligne n'a pas été rejetée.")
        return pick(f"None of the {whole} rows was rejected.", f"Aucune des {whole} lignes n'a été rejetée.")
    if found.rows == found.rows_in:
        return pick(
            f"Every row was rejected ({whole} of {whole}): nothing could be decided.",
            plural(
                found.rows,
                "L'unique ligne a été rejetée : rien n'a pu être décidé.",
                f"Toutes les lignes ont été rejetées ({whole} sur {whole}) : rien n'a pu être décidé.",
            ),
        )
    return pick(
        plural(
            found.rows,
            f"{rows} of {whole} rows was rejected; its consignment is not released.",
            f"{rows} of {whole} rows were rejected; their consignments are not released.",
        ),
        plural(
            found.rows,
            f"{rows} ligne sur {whole} a été rejetée ; la mainlevée de son envoi n'est pas accordée.",
            f"{rows} lignes sur {whole} ont été rejetées ; la mainlevée de leurs envois n'est pas accordée.",
        ),
    )


def _counts(found: RejectedRows) -> None:
    heading = [pick("error", "erreur"), pick("times", "fois"), pick("first", "premier cas")]
    echo()
    table([heading, *([one.code, number(one.count), _where(one)] for one in found.frequent)], right=(1,))


def _table(found: RejectedRows) -> None:
    heading = pick(
        "file|row|declaration|field|value|expected|remedy", "fichier|ligne|déclaration|champ|valeur|attendu|remède"
    )
    cells = [
        [
            one.place.file or "",
            str(one.place.row),
            one.declaration or "—",
            one.place.field or "—",
            one.place.value or "—",
            one.expected.say(),
            one.remedy.say(),
        ]
        for one in found.errors
    ]
    echo()
    table([heading.split("|"), *cells], right=(1,))
    if found.rows > found.shown:
        left = found.rows - found.shown
        more = number(left)
        echo(
            pick(
                f"… and {more} more {plural(left, 'row')} (--json lists all).",
                f"… et {more} {plural(left, 'autre ligne', 'autres lignes')} (--json donne tout).",
            )
        )
