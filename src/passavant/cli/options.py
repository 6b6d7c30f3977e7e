"""Options and arguments that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from passavant.texts import pick

__all__ = ["JSON", "OUT", "POLICY_NAME"]

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
