"""`passavant report`: one HTML page over one or several runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from passavant.cli.show import echo
from passavant.texts import colon, pick

__all__ = ["HELP", "report"]

HELP = pick(
    "Write one HTML page over one or several runs: figures, charts, reasons with their law, provenance. It needs no network.\n\n"
    "Example: passavant report out -o report.html",
    "Écrit une page HTML sur un ou plusieurs traitements : chiffres, graphiques, motifs et textes, provenance. Sans réseau.\n\n"
    "Exemple : passavant report out -o rapport.html",
)


def report(
    outs: Annotated[
        list[Path],
        typer.Argument(metavar="OUT…", help=pick("Folders written by `clear`.", "Dossiers écrits par `clear`.")),
    ],
    path: Annotated[
        Path, typer.Option("-o", "--out", metavar="FILE", help=pick("The page to write.", "La page à écrire."))
    ],
    consignment: Annotated[
        str | None,
        typer.Option(
            "--explain",
            metavar="CONSIGNMENT",
            help=pick("Add one consignment of the first OUT, explained.", "Ajoute un envoi du premier OUT, expliqué."),
        ),
    ] = None,
) -> None:
    """Write the page and say where."""
    from passavant import settings
    from passavant.clearance.report import write_report

    language: Literal["en", "fr"] = "fr" if settings.language() == "fr" else "en"
    write_report(outs, path, language=language, explained=(outs[0], consignment) if consignment else None)
    echo(f"{pick('Report', 'Rapport')}{colon()}{path.absolute()}")
