"""`passavant explain`: one decision, or one rejected row, in words."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from passavant.cli.options import JSON, OUT
from passavant.cli.show import as_json, echo
from passavant.texts import pick

if TYPE_CHECKING:
    from passavant.clearance.explain import Audience

__all__ = ["HELP", "explain"]

HELP = pick(
    "Explain one decision of a run: amounts, every reason, every legal reference; or why a row was rejected.\n\n"
    "Example: passavant explain out EU:NORDSHOP:A-1003",
    "Explique une décision d'un traitement : montants, motifs, références légales ; ou pourquoi une ligne est rejetée.\n\n"
    "Exemple : passavant explain out EU:NORDSHOP:A-1003",
)


class Reader(enum.StrEnum):
    """For whom a decision is explained."""

    officer = "officer"
    declarant = "declarant"


def explain(
    out: OUT,
    consignment: Annotated[
        str,
        typer.Argument(
            metavar="CONSIGNMENT",
            help=pick(
                "Consignment id, or a declaration, S10, waybill or order number, or FILE:ROW; @2 asks for version 2.",
                "Identifiant d'envoi, ou numéro de déclaration, S10, de lettre de transport ou de commande, ou "
                "FICHIER:LIGNE ; @2 demande la version 2.",
            ),
        ),
    ],
    reader: Annotated[
        Reader,
        typer.Option(
            "--for",
            help=pick(
                "For whom: a declarant is told neither the lane nor the reasons that are not communicated.",
                "Pour qui : au déclarant ne sont dits ni le circuit ni les motifs non communiqués.",
            ),
        ),
    ] = Reader.officer,
    rules: Annotated[
        list[Path] | None,
        typer.Option(
            "--rules",
            metavar="FILE",
            help=pick(
                "The analyst rules of the run, when OUT does not hold them.",
                "Les règles d'analyste du traitement, si OUT ne les contient pas.",
            ),
        ),
    ] = None,
    json_: JSON = False,
) -> None:
    """Find one consignment and say it in words."""
    from passavant.clearance.explain import explain as explain_one
    from passavant.clearance.rules import load_rules

    audience: Audience = "declarant" if reader is Reader.declarant else "officer"
    found = explain_one(out, consignment, rules=load_rules(rules) if rules else None, audience=audience)
    if json_:
        as_json(found.as_dict())
    else:
        echo(found.text())
