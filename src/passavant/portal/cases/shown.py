"""An explanation as the page of a case and the API show it: money, goods, and every reason with its law."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from passavant.clearance.explain import Explanation
from passavant.clearance.reason_words import general_text
from passavant.clearance.words import AMOUNTS, RISKS
from passavant.portal.declarations.grounds import current_law

__all__ = ["case_shown", "declarant_shown", "grouped", "reason_named"]

_ITEM = (
    "item_no", "description", "hs_code", "origin", "quantity", "unit", "gross_mass_kg", "net_mass_kg", "currency",
    "intrinsic_value", "customs_value_minor", "duty_minor", "vat_minor", "fees_minor", "vendor_vat_minor", "currency_due",
    "duty_rate_ppm", "vat_rate_ppm", "duty_rule", "vat_rule", "importer_key", "exporter_key", "departure_country", "s10",
    "house_waybill", "order_id", "fx_rate", "fx_date",
)  # fmt: skip
_DECISION = (
    "decision_id", "supersedes", "law_on", "lodged_at", "channel", "marketplace_id", "seller_id", "scheme", "scheme_id",
    "procedure", "nature", "importer_country", "certainty", "category", "outcome", "lane", "policy_digest", "rules_digest",
)  # fmt: skip


def case_shown(explanation: Explanation, language: str) -> dict[str, Any]:
    """Return what is shown of a decision; nothing tells whether it was drawn at random.

    Args:
        explanation: For an officer.
        language: ``en`` or ``fr``.
    """
    decision: Mapping[str, Any] = explanation.decision or {}
    return {
        "decision": {name: decision.get(name) for name in _DECISION},
        "amounts": [(AMOUNTS[name].say(language), decision.get(name)) for name in AMOUNTS],
        "currency": decision.get("currency_due", ""),
        "reasons": [_reason(explanation, *pair, language) for pair in explanation.reasons],
        "items": [{name: row.get(name) for name in _ITEM} for row in explanation.found.items],
        "doubts": [note.say(language) for note in explanation.law.doubts],
    }


def declarant_shown(explanation: Explanation, language: str) -> dict[str, Any]:
    """Return what a declarant is told of a decision: no lane, and no reason that is for customs alone.

    Args:
        explanation: For a declarant.
        language: ``en`` or ``fr``.
    """
    whole = case_shown(explanation, language)
    return {name: whole[name] for name in ("amounts", "currency", "reasons")} | {"kept_back": explanation.kept_back}


def grouped(reasons: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return a row for each reason that is said in the same words, with the goods items that it is about."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for reason in reasons:
        row = rows.setdefault((reason["code"], reason["text"]), {**reason, "item_numbers": []})
        if reason["item_no"] is not None:
            row["item_numbers"].append(reason["item_no"])
    return list(rows.values())


def reason_named(code: str, language: str) -> str:
    """Return what a reason says in general; its code where nothing holds it any more."""
    law = current_law()
    reason = law.reasons.get(code)
    return general_text(reason, law, dt.datetime.now(dt.UTC).date(), language) if reason else code


def _reason(explanation: Explanation, entry: Mapping[str, Any], reason: Any, language: str) -> dict[str, Any]:
    law = None if reason is None else (reason.reference_fr if language == "fr" else None) or reason.reference
    risk = RISKS[reason.risk].say(language) if reason is not None and reason.risk else ""
    return {
        "code": entry["code"],
        "item_no": entry["item_no"],
        "text": explanation.say(entry, reason, language),
        "law": law,
        "outcome": reason.outcome if reason is not None else "",
        "risk": risk,
        "declarant": bool(reason and reason.declarant),
    }
