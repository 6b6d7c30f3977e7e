"""One decision explained: what was declared, what is due, every reason and the law behind each."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from passavant.clearance.pipeline import reason_book
from passavant.clearance.rules import RuleSet, load_rules
from passavant.dataset.reasons import OUTCOMES, Reason
from passavant.engines import Engine, open_duckdb
from passavant.errors import NotFound
from passavant.lake import read_manifest
from passavant.money.display import show_amount
from passavant.policy import Policy, load_policy
from passavant.policy.display import parameter_texts
from passavant.texts import Text, number, pick

__all__ = ["Explanation", "explain", "reason_text"]

_CATEGORY = {
    1: Text("1 – correspondence and documents", "1 – correspondance et documents"),
    2: Text("2 – low value, nothing due", "2 – faible valeur, rien n'est dû"),
    3: Text("3 – low value, simplified declaration", "3 – faible valeur, déclaration simplifiée"),
    4: Text("4 – full declaration", "4 – déclaration complète"),
}
_OUTCOME = {
    "release": Text("release", "mainlevée"),
    "request_information": Text("request for information", "demande d'information"),
    "screen": Text("screening", "examen non intrusif"),
    "control": Text("control", "contrôle"),
    "do_not_load": Text("do not load", "ne pas charger"),
}
_LANE = {
    "green": Text("green", "vert"),
    "blue": Text("blue", "bleu"),
    "yellow": Text("yellow", "jaune"),
    "red": Text("red", "rouge"),
}
_CERTAINTY = {"high": Text("high", "élevée"), "medium": Text("medium", "moyenne"), "low": Text("low", "faible")}
_AMOUNTS = (
    ("customs_value_minor", Text("customs value", "valeur en douane")),
    ("duty_minor", Text("duty", "droits de douane")),
    ("fees_minor", Text("fees", "redevances")),
    ("vat_minor", Text("VAT at the border", "TVA à la frontière")),
    ("vendor_vat_minor", Text("VAT collected by the vendor", "TVA perçue par le vendeur")),
)


@dataclass(frozen=True)
class Explanation:
    """A decision with everything needed to explain it.

    Attributes:
        decision: The row of ``decisions``.
        items: Its rows of ``items``, by item number.
        reasons: Meaning of every reason code of the run.
        policy: The policy applied (None when its file is not at hand).
        same_law: Whether the policy at hand is, by digest, the one that decided.
    """

    decision: Mapping[str, Any]
    items: list[Mapping[str, Any]]
    reasons: Mapping[str, Reason]
    policy: Policy | None
    same_law: bool

    def as_dict(self) -> dict[str, Any]:
        """Return everything for machines, each reason with its texts and reference."""
        found = [
            dict(entry)
            | {
                "text": {"en": self._say(entry, "en"), "fr": self._say(entry, "fr")},
                "reference": self.reasons[entry["code"]].reference if entry["code"] in self.reasons else None,
            }
            for entry in self.ordered_reasons
        ]
        items = [_shown(item) for item in self.items]
        return {"decision": _shown(self.decision) | {"reasons": found}, "items": items}

    @cached_property
    def ordered_reasons(self) -> list[Mapping[str, Any]]:
        """Reasons, the weightiest first."""
        unknown = Reason(text={"en": "?", "fr": "?"}, reference="?")  # type: ignore[arg-type]  # pydantic builds it

        def weight(entry: Mapping[str, Any]) -> int:
            return -OUTCOMES.index(self.reasons.get(entry["code"], unknown).outcome)

        return sorted(self.decision["reasons"], key=weight)

    def text(self, language: str | None = None) -> str:
        """Return the explanation in words."""
        lines = [*self._head(language), "", *self._amounts(language), ""]
        lines.append(pick("Reasons", "Motifs", language))
        lines += [line for entry in self.ordered_reasons for line in self._reason(entry, language)]
        if not self.same_law:
            lines += [
                "",
                pick(
                    "Note: the policy at hand is not the one that decided; its texts may differ.",
                    "Note : la réglementation disponible n'est pas celle qui a décidé ; ses textes peuvent différer.",
                    language,
                ),
            ]
        return "\n".join(lines)

    def _head(self, language: str | None) -> list[str]:
        row = self.decision
        space = " " if pick("", " ", language) else ""
        pairs = [
            (pick("Consignment", "Envoi", language), f"{row['consignment_id']} (version {row['version']})"),
            (
                pick("Outcome", "Suite donnée", language),
                " – ".join(
                    (
                        _OUTCOME[row["outcome"]].say(language),
                        f"{pick('lane', 'circuit', language)} {_LANE[row['lane']].say(language)}",
                    )
                ),
            ),
            (pick("Release category", "Catégorie de mainlevée", language), _CATEGORY[row["category"]].say(language)),
            (pick("Law of", "Droit applicable au", language), str(row["law_on"])),
            (pick("Certainty", "Certitude", language), _CERTAINTY[row["certainty"]].say(language)),
            (pick("Decision", "Décision", language), row["decision_id"]),
        ]
        return [f"{label}{space}: {value}" for label, value in pairs]

    def _amounts(self, language: str | None) -> list[str]:
        currency = self.decision["currency_due"]
        lines = [pick("What is due", "Ce qui est dû", language)]
        for item in self.items:
            lines.append(
                f"  {pick('item', 'article', language)} {item['item_no']}  {item['description'] or ''}  HS {item['hs_code'] or '—'}  "
                f"{item['intrinsic_value'] or '—'} {item['currency'] or ''}"
            )
            lines += [
                f"    {label.say(language):<28} {show_amount(item[name], currency, language):>18}{self._rate(item, name, language)}"
                for name, label in _AMOUNTS
                if item[name] != 0 or name == "customs_value_minor"
            ]
        if len(self.items) > 1:
            lines.append(f"  {pick('consignment', 'envoi', language)}")
            lines += [
                f"    {label.say(language):<28} {show_amount(self.decision[name], currency, language):>18}"
                for name, label in _AMOUNTS
            ]
        return lines

    def _rate(self, item: Mapping[str, Any], name: str, language: str | None) -> str:
        ppm = {
            "duty_minor": item["duty_rate_ppm"],
            "vat_minor": item["vat_rate_ppm"],
            "vendor_vat_minor": item["vat_rate_ppm"],
        }.get(name)
        if (
            name == "customs_value_minor"
            and item["fx_rate"] is not None
            and item["currency"] != self.decision["currency_due"]
        ):
            return f"  (1 {item['currency']} = {item['fx_rate'].normalize():f} {self.decision['currency_due']}, {item['fx_date']})"
        return f"  ({number(ppm / 10_000, language, 2)} %)" if ppm else ""

    def _reason(self, entry: Mapping[str, Any], language: str | None) -> list[str]:
        reason = self.reasons.get(entry["code"])
        where = (
            f" [{pick('item', 'article', language)} {entry['item_no']}]"
            if entry["item_no"] is not None and len(self.items) > 1
            else ""
        )
        lead = f"→ {_OUTCOME[reason.outcome].say(language)} : " if reason and reason.outcome != "release" else ""
        lead = lead if pick("", "x", language) else lead.replace(" : ", ": ")
        lines = [f"  • {lead}{self._say(entry, language)}{where}"]
        if reason:
            certainty = (
                ""
                if reason.certainty == "high"
                else f" – {pick('certainty', 'certitude', language)} {_CERTAINTY[reason.certainty].say(language)}"
            )
            lines.append(f"      {reason.reference}{certainty}  ({entry['code']})")
        return lines

    def _say(self, entry: Mapping[str, Any], language: str | None) -> str:
        reason = self.reasons.get(entry["code"])
        if reason is None:
            return str(entry["code"])
        item = next((row for row in self.items if row["item_no"] == entry["item_no"]), self.items[0])
        return reason_text(reason, entry, item, self.policy, language)


def explain(out: Path, consignment: str, *, rules: RuleSet | None = None, engine: Engine | None = None) -> Explanation:
    """Explain one decision of a run.

    Args:
        out: A folder written by ``clear``.
        consignment: Consignment id; or a declaration id, S10 number, waybill or order number that occurs once. ``@2`` behind
            it asks for version 2 (default: the latest).
        rules: The analyst rules of the run, when they were not the starter set.
        engine: Session to use.

    Raises:
        NotFound: no such run or consignment; near ones are named.
    """
    manifest = read_manifest(out)
    engine = engine or open_duckdb()
    wanted, _, version = consignment.partition("@")
    decision = _find(engine, out, wanted, version)
    table = engine.read(out / "items.parquet")
    same = (table.consignment_id == decision["consignment_id"]) & (table.version == decision["version"])
    items = engine.fetch(table.filter(same).order_by("item_no")).to_pylist()
    policy = _policy(manifest)
    reasons = reason_book(policy, rules or load_rules()).reasons if policy else {}
    return Explanation(decision, items, reasons, policy, bool(policy and policy.digest == manifest["policy"]["digest"]))


def reason_text(
    reason: Reason,
    entry: Mapping[str, Any],
    item: Mapping[str, Any],
    policy: Policy | None,
    language: str | None = None,
) -> str:
    """Return a reason's text with its placeholders filled from its params, the item and the policy in force that day."""
    values: dict[str, Any] = {name: "—" if value is None else value for name, value in item.items()}
    if policy is not None and item["law_on"] is not None:
        values |= parameter_texts(policy, item["law_on"], language)
    params = json.loads(entry["params"] or "{}")
    if policy is not None and params.get("value", "").isdigit():
        params["value"] = show_amount(int(params["value"]), policy.file.threshold_currency, language)
    text = reason.text.fr if pick("", "x", language) else reason.text.en
    return text.format_map(_Blank(values | params))


class _Blank(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "—"


def _find(engine: Engine, out: Path, wanted: str, version: str) -> dict[str, Any]:
    items = engine.read(out / "items.parquet")
    decisions = engine.read(out / "decisions.parquet")
    by_id = decisions.filter(decisions.consignment_id == wanted)
    if not engine.value(by_id.count()):
        named = items.filter(
            (items.declaration_id == wanted)
            | (items.s10 == wanted)
            | (items.house_waybill == wanted)
            | (items.order_id == wanted)
        )
        by_id = decisions.semi_join(named, "consignment_id")
    rows = engine.fetch(by_id.order_by("version")).to_pylist()
    if version.isdigit():
        rows = [row for row in rows if row["version"] == int(version)]
    if not rows or len({row["consignment_id"] for row in rows}) > 1:
        raise _unknown(engine, decisions, wanted, sorted({row["consignment_id"] for row in rows}))
    return dict(rows[-1])


def _unknown(engine: Engine, decisions: Any, wanted: str, several: list[str]) -> NotFound:
    if several:
        shown = ", ".join(several[:5])
        got = (f"{wanted} names {len(several)} consignments", f"{wanted} désigne {len(several)} envois")
        return NotFound(
            "clearance.consignment.ambiguous",
            got=got,
            expected=("one consignment id", "un identifiant d'envoi"),
            next_step=(f"Choose one of {shown}.", f"Choisissez parmi {shown}."),
        )
    sample = engine.fetch(decisions.select("consignment_id").limit(5_000)).column(0).to_pylist()
    near = ", ".join(difflib.get_close_matches(wanted, sample, n=3, cutoff=0.5) or sample[:3]) or "—"
    return NotFound(
        "clearance.consignment.unknown",
        got=(f"this run has no consignment {wanted!r}", f"ce passage ne contient pas l'envoi {wanted!r}"),
        expected=(
            "a consignment id such as EU:DECLARANT:DECLARATION",
            "un identifiant d'envoi tel que EU:DÉCLARANT:DÉCLARATION",
        ),
        next_step=(f"Try one of {near}.", f"Essayez par exemple {near}."),
    )


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what nobody sees before the result of an inspection is known, and the reasons' bits."""
    hidden = ("stratum", "propensity_ppm", "consignment_no")
    return {name: value for name, value in row.items() if name not in hidden and not name.startswith("reason_mask_")}


def _policy(manifest: Mapping[str, Any]) -> Policy | None:
    source = manifest["policy"].get("path") or manifest["policy"]["id"]
    try:
        return load_policy(source)
    except NotFound:
        return None
