"""Where the figures of a run come from: law, rules, rates, snapshot and inputs, each with its digest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from passavant.clearance.report_html import Html, code, element, listing, stack, table
from passavant.clearance.report_view import View
from passavant.clearance.report_words import show_instant

__all__ = ["provenance"]

_INPUTS = 100


def provenance(view: View) -> Html:
    """Return the provenance of one run."""
    parts = [
        element("p", _static(view)),
        *(element("p", doubt.say(view.language), class_="notice") for doubt in view.law.doubts),
        listing(_facts(view)),
        _inputs(view),
    ]
    return Html("".join(parts))


def _static(view: View) -> str:
    text = view.t(
        "Static figures of this run: they do not change after it.",
        "Chiffres arrêtés de ce traitement : ils ne changent plus ensuite.",
    )
    simulated = view.t(
        " Simulated data: no such consignment exists.", " Données simulées : aucun de ces envois n'existe."
    )
    return text + (simulated if view.figures.manifest.get("simulated") else "")


def _facts(view: View) -> list[tuple[str, str]]:
    manifest = view.figures.manifest
    policy, digests = manifest["policy"], manifest.get("digests", {})
    known = [
        (view.t("Run", "Traitement"), code(manifest["run_id"])),
        (
            view.t("Policy", "Réglementation"),
            stack(f"{policy['id']}, version {policy.get('version', '—')}", _digest(policy)),
        ),
        (view.t("Days of law", "Droit applicable"), view.days),
        (view.t("Analyst rules", "Règles d'analyste"), _digest(digests, "rules")),
        (view.t("Exchange rates", "Taux de change"), _digest(digests, "rates")),
        (view.t("Snapshot", "Instantané"), _digest(digests, "snapshot")),
        (view.t("Key", "Clé"), code(digests["key_id"]) if digests.get("key_id") else ""),
        (view.t("Begun", "Début"), _instant(view, "started_at")),
        (view.t("Finished", "Fin"), _instant(view, "finished_at")),
        ("Passavant", str(manifest.get("passavant", "—"))),
    ]
    return [(label, value) for label, value in known if value]


def _inputs(view: View) -> Html:
    inputs = view.figures.manifest.get("inputs", [])
    rows = [[str(one["file"]), view.n(one.get("rows", 0)), code(one["sha256"])] for one in inputs[:_INPUTS]]
    if inputs[_INPUTS:]:
        more = view.n(len(inputs) - _INPUTS)
        rows.append([view.t(f"{more} more in manifest.json", f"{more} de plus dans manifest.json"), "", ""])
    if not rows:
        return element("p", view.t("No input is named.", "Aucune donnée d'entrée n'est nommée."), class_="none")
    title = view.t(f"Inputs of {view.name}", f"Données d'entrée, {view.name}")
    return table(
        title, [view.t("File", "Fichier"), view.t("Rows", "Lignes"), "SHA-256"], rows, numeric=(1,), class_="digests"
    )


def _digest(found: Mapping[str, Any], name: str = "digest") -> str:
    return code(f"SHA-256 {found[name]}") if found.get(name) else ""


def _instant(view: View, name: str) -> str:
    text = view.figures.manifest.get(name)
    return show_instant(text, view.language) if text else ""
