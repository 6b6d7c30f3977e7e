"""`passavant explain`: one decision, or one rejected row, in words."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from passavant.cli.options import JSON, OUT
from passavant.cli.show import as_json, echo
from passavant.texts import colon, number, pick

if TYPE_CHECKING:
    from passavant.clearance.explain import Audience, Explanation
    from passavant.clearance.seal import DecisionProof

__all__ = ["HELP", "explain", "show_proof"]

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
    proof: Annotated[
        bool,
        typer.Option(
            "--proof",
            help=pick(
                "Prove that the decision stands as it was sealed (clear --seal).",
                "Prouve que la décision est telle qu'elle a été scellée (clear --seal).",
            ),
        ),
    ] = False,
    trust_: Annotated[
        Path | None,
        typer.Option(
            "--trust",
            metavar="POLICY",
            help=pick("Whom you trust, for --proof.", "À qui vous vous fiez, pour --proof."),
        ),
    ] = None,
    json_: JSON = False,
) -> None:
    """Find one consignment and say it in words."""
    from passavant.clearance.explain import explain as explain_one
    from passavant.clearance.rules import load_rules

    audience: Audience = "declarant" if reader is Reader.declarant else "officer"
    found = explain_one(out, consignment, rules=load_rules(rules) if rules else None, audience=audience)
    proved = _proved(out, found, trust_) if proof else None
    if json_:
        as_json(found.as_dict() | ({"proof": proved.record()} if proved else {}))
        return
    echo(found.text())
    if proved:
        show_proof(proved)


def show_proof(proved: DecisionProof) -> None:
    """Say what was proved, and how anybody can check it."""
    said, verdict = proved.verdict.entry.statement, proved.verdict
    witnesses = ", ".join(name for name, _ in verdict.witnesses) or pick(
        "none that you named", "aucun que vous ayez nommé"
    )
    echo()
    echo(
        pick(
            "Proof: this decision stands as it was sealed.", "Preuve : cette décision est telle qu'elle a été scellée."
        )
    )
    rows = [
        (pick("leaf", "feuille"), proved.decision_id),
        (
            pick("decision", "décision"),
            pick(
                f"{number(proved.index + 1)} of {number(proved.size)} under the root {proved.root.hex()}",
                f"{number(proved.index + 1)} sur {number(proved.size)} sous la racine {proved.root.hex()}",
            ),
        ),
        (pick("sealed by", "scellée par"), f"{said.issuer}, {verdict.entry.logged_at}"),
        (
            pick("log", "journal"),
            pick(
                f"{verdict.origin}, entry {verdict.index} of {verdict.size}",
                f"{verdict.origin}, inscription {verdict.index} sur {verdict.size}",
            ),
        ),
        (pick("witnesses", "témoins"), witnesses),
    ]
    for label, value in rows:
        echo(f"  {label}{colon()}{value}")


def _proved(out: Path, found: Explanation, policy: Path | None) -> DecisionProof:
    from passavant.clearance.seal import prove_decision
    from passavant.sealing.desk import trust

    return prove_decision(out, found.found, trust(policy))
