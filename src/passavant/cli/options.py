"""Options and arguments that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from passavant.texts import pick

__all__ = ["ISSUER", "JSON", "LOG", "OUT", "POLICY_NAME"]

JSON = Annotated[
    bool, typer.Option("--json", help=pick("Answer in JSON, for machines.", "Répond en JSON, pour les machines."))
]
OUT = Annotated[
    Path, typer.Argument(metavar="OUT", help=pick("Folder written by `clear`.", "Dossier écrit par `clear`."))
]
POLICY_NAME = Annotated[
    str,
    typer.Argument(
        metavar="ID|FILE",
        help=pick("A shipped policy or a YAML file.", "Une réglementation fournie ou un fichier YAML."),
    ),
]
ISSUER = Annotated[
    str | None,
    typer.Option(
        "--issuer",
        metavar="NAME",
        help=pick(
            "Issuer's key to sign with, if you have several.", "Clé d'émetteur à utiliser, si vous en avez plusieurs."
        ),
    ),
]
LOG = Annotated[
    str | None,
    typer.Option(
        "--log",
        metavar="URL",
        help=pick(
            "Address of a log (else $PASSAVANT_LOG, else this machine's log).",
            "Adresse d'un journal (sinon $PASSAVANT_LOG, sinon le journal de ce poste).",
        ),
    ),
]
