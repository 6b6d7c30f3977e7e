"""`passavant policy reason`: what one reason code means, where it leads, and who is told."""

from __future__ import annotations

import datetime as dt
import difflib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from passavant.cli.options import JSON
from passavant.cli.show import as_json, echo
from passavant.texts import Text, colon, day, pick

if TYPE_CHECKING:
    from passavant.dataset.reasons import Reason
    from passavant.policy import Policy

__all__ = ["HELP", "reason"]

HELP = pick(
    "Explain one reason code: its text, what it leads to, its reference, and who is told.\n\n"
    "Example: passavant policy reason dataset.description.stop_word",
    "Explique un code de motif : texte, suite donnée, référence, et à qui il est communiqué.\n\n"
    "Exemple : passavant policy reason dataset.description.stop_word",
)


def reason(
    code: Annotated[
        str,
        typer.Argument(metavar="CODE", help=pick("As `clear` and `explain` print it.", "Tel que l'affichent `clear` et `explain`.")),
    ],
    name: Annotated[
        str | None,
        typer.Option(
            "--policy",
            metavar="ID|FILE",
            help=pick("Only under this policy (default: every shipped one).", "Selon cette seule réglementation (par défaut : toutes celles fournies)."),
        ),
    ] = None,
    rules: Annotated[
        list[Path] | None,
        typer.Option("--rules", metavar="FILE", help=pick("Analyst rules instead of the starter set.", "Règles d'analyste au lieu du jeu de départ.")),
    ] = None,
    json_: JSON = False,
) -> None:  # fmt: skip
    """Look a code up under one policy, or under each, and say each meaning once."""
    from passavant.clearance.rules import load_rules
    from passavant.clearance.run_law import RunLaw, all_reasons
    from passavant.policy import load_policy, shipped_policies

    policies = [load_policy(one) for one in ([name] if name else shipped_policies())]
    chosen = load_rules(rules) if rules else load_rules()
    laws = [(policy, RunLaw(policy, True, True, all_reasons(policy, chosen))) for policy in policies]
    meanings: list[dict[str, Any]] = []
    for policy, law in laws:
        if code in law.reasons:
            _add(meanings, policy, _meaning(code, law.reasons[code], law))
    if not meanings:
        raise _unknown(code, [known for _, law in laws for known in law.reasons])
    if json_:
        as_json(meanings)
    else:
        echo("\n\n".join([code, *(_said(meaning) for meaning in meanings)]))


def _meaning(code: str, reason: Reason, law: Any) -> dict[str, Any]:
    from passavant.clearance.reason_words import general_text

    today = dt.datetime.now(dt.UTC).date()
    meaning = reason.model_dump(include={"outcome", "certainty", "risk", "declarant"})
    texts = {language: general_text(reason, law, today, language) for language in ("en", "fr")}
    return {"code": code, "text": texts, "reference": reason.cited._asdict(), "on": today.isoformat(), **meaning}


def _add(meanings: list[dict[str, Any]], policy: Policy, meaning: dict[str, Any]) -> None:
    same = next((one for one in meanings if {**one, "policies": None} == {**meaning, "policies": None}), None)
    if same is None:
        meanings.append(meaning | {"policies": [policy.id]})
    else:
        same["policies"].append(policy.id)


def _said(meaning: dict[str, Any]) -> str:
    from passavant.clearance.words import CERTAINTY, OUTCOME, RISKS, audience, with_code

    outcome, risk, on = meaning["outcome"], meaning["risk"], day(dt.date.fromisoformat(meaning["on"]))
    rows = [
        (Text(f"Text on {on}", f"Texte au {on}"), _in(meaning["text"])),
        (Text("Leads to", "Suite"), with_code(OUTCOME[outcome], outcome)),
        (Text("Reference", "Référence"), _in(meaning["reference"])),
        (Text("Certainty", "Certitude"), CERTAINTY[meaning["certainty"]].say()),
        (Text("Risk", "Risque"), with_code(RISKS[risk], risk) if risk else "—"),
        (Text("Declarant", "Déclarant"), audience(meaning["declarant"]).say()),
        (Text("Policies", "Réglementations"), ", ".join(meaning["policies"])),
    ]
    return "\n".join(f"  {label.say()}{colon()}{value}" for label, value in rows)


def _in(texts: dict[str, str]) -> str:
    return pick(texts["en"], texts["fr"])


def _unknown(code: str, known: list[str]) -> Exception:
    from passavant.errors import NotFound

    near = (
        ", ".join(difflib.get_close_matches(code, sorted(set(known)), n=3, cutoff=0.5))
        or "dataset.description.stop_word"
    )
    return NotFound(
        "cli.reason.unknown",
        got=(f"no reason has the code {code}", f"aucun motif n'a le code {code}"),
        expected=("a code as `clear` and `explain` print it", "un code tel que l'affichent `clear` et `explain`"),
        next_step=(
            (
                f"Did you mean one of {near}? A code of your own policy or rules needs --policy FILE or --rules FILE (a run keeps "
                "copies: OUT/policy.yaml, OUT/rules)."
            ),
            (
                f"Vouliez-vous dire l'un de {near} ? Un code de votre propre réglementation ou de vos règles demande --policy FICHIER "
                "ou --rules FICHIER (un traitement en garde copie : OUT/policy.yaml, OUT/rules)."
            ),
        ),
    )
