"""`passavant explain`: one decision, or one rejected row, in words."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from passavant.cli.asked_log import another_log, asked_log, has_log, pinned
from passavant.cli.options import JSON, LOG
from passavant.cli.show import as_json, echo
from passavant.errors import BadInput, Place
from passavant.texts import colon, number, pick

if TYPE_CHECKING:
    from passavant.clearance.explain import Audience
    from passavant.clearance.seal import DecisionProof
    from passavant.clearance.sealed_run import SealedRun
    from passavant.sealing.verification import Verdict

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
    out: Annotated[
        Path,
        typer.Argument(
            metavar="OUT",
            help=pick(
                "Folder written by `clear`, or a lake (the newest run that holds the consignment).",
                "Dossier écrit par `clear`, ou entrepôt de données (le dernier traitement qui contient l'envoi).",
            ),
        ),
    ],
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
            help=pick(
                "Whom you trust, for --proof: logs, witnesses, the issuers who may have sealed.",
                "À qui vous vous fiez, pour --proof : journaux, témoins, émetteurs qui ont pu sceller.",
            ),
        ),
    ] = None,
    log: LOG = None,
    offline: Annotated[
        bool,
        typer.Option(
            "--offline",
            help=pick(
                "With --proof: ask no log whether the seal still holds.",
                "Avec --proof : ne demande à aucun journal si le scellé tient toujours.",
            ),
        ),
    ] = False,
    json_: JSON = False,
) -> None:
    """Find one consignment and say it in words."""
    from passavant.clearance.explain import explain as explain_one
    from passavant.clearance.rules import load_rules
    from passavant.clearance.seal import prove_found

    if not proof:
        _check_alone({"--trust": trust_, "--log": log, "--offline": offline})
    sealed = (
        _sealed(out, trust_, log, offline) if proof else None
    )  # before a table is read: it may not be the sealed one
    audience: Audience = "declarant" if reader is Reader.declarant else "officer"
    found = explain_one(out, consignment, rules=load_rules(rules) if rules else None, audience=audience)
    proved = prove_found(sealed, found.found) if sealed else None
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
        (pick("sealed by", "scellée par"), f"{said.issuer} ({pinned(verdict)}), {verdict.entry.logged_at}"),
        (
            pick("log", "journal"),
            pick(
                f"{verdict.origin}, entry {verdict.index} of {verdict.size}",
                f"{verdict.origin}, inscription {verdict.index} sur {verdict.size}",
            ),
        ),
        (pick("witnesses", "témoins"), witnesses),
        (pick("status of the seal", "état du scellé"), _status(verdict)),
    ]
    for label, value in rows:
        echo(f"  {label}{colon()}{value}")


def _status(verdict: Verdict) -> str:
    if verdict.status is None:
        return pick(
            "as of the receipt; no log was asked for a later revocation (--log URL)",
            "à la date du reçu ; aucun journal n'a été interrogé sur une révocation ultérieure (--log URL)",
        )
    return pick("valid, as the log answers now", "valide, selon la réponse du journal à cette heure")


def _sealed(out: Path, policy: Path | None, log: str | None, offline: bool) -> SealedRun:
    """Check the run's seal; where a log is at hand, ask it whether the seal still holds."""
    from passavant.clearance.sealed_run import open_sealed
    from passavant.sealing.desk import trust

    desk = asked_log(log) if not offline and has_log(log) else None
    sealed = open_sealed(out, trust(policy), desk)
    if log is not None and desk is not None and desk.origin != sealed.verdict.origin:
        raise another_log(desk.origin, sealed.verdict.origin)
    return sealed


def _check_alone(options: dict[str, object]) -> None:
    """Refuse options that mean nothing without --proof: who gives them believes that something was proved."""
    for name, given in options.items():
        if given:
            raise BadInput(
                "cli.explain.proof",
                got=(f"{name} without --proof: nothing would be verified", f"{name} sans --proof : rien ne serait vérifié"),
                expected=(f"--proof with {name}", f"--proof avec {name}"),
                next_step=(f"Add --proof, or leave {name} out.", f"Ajoutez --proof, ou retirez {name}."),
                place=Place(field=name),
            )  # fmt: skip
