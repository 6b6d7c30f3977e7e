"""What a declarant is answered: the decision with its amounts, reasons and law, or why a declaration was refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from passavant.clearance.explain import Explanation
from passavant.clearance.lookup import Found
from passavant.clearance.run_law import RunLaw
from passavant.portal.declarations.asked import Told
from passavant.portal.declarations.journal import found_of
from passavant.portal.declarations.models import Entry, Submission
from passavant.portal.declarations.words import law_behind

__all__ = ["answer_of", "entry_answer", "submission_answer"]

_DECISION = (
    "decision_id", "supersedes", "law_on", "outcome", "category", "certainty", "currency_due", "customs_value_minor", "duty_minor",
    "vat_minor", "fees_minor", "vendor_vat_minor",
)  # fmt: skip
_ITEM = (
    "item_no", "hs_code", "origin", "customs_value_minor", "duty_minor", "vat_minor", "fees_minor", "vendor_vat_minor",
    "duty_rate_ppm", "vat_rate_ppm", "duty_rule", "vat_rule", "fx_rate", "fx_date",
)  # fmt: skip


def submission_answer(submission: Submission, told: Sequence[Told], law: RunLaw) -> dict[str, Any]:
    """Return the answer to a request that was decided at once, lines that could not be read at its end."""
    known = {one.record for one in told}
    unread = [
        Told(one["record"], "refused", errors=one["errors"], declaration_id=one["declaration_id"])
        for one in submission.refusals
        if one["record"] not in known
    ]
    return {
        "submission": str(submission.pk),
        "sandbox": submission.sandbox,
        "state": submission.state,
        "ignored": submission.ignored,
        "declarations": [answer_of(one, law) for one in (*told, *unread)],
    }


def answer_of(told: Told, law: RunLaw | None = None) -> dict[str, Any]:
    """Return what became of one declaration; the words are those of the law behind it, found unless it is given."""
    if told.status == "refused" or told.entry is None:
        return {
            "record": told.record,
            "status": "refused",
            "declaration_id": told.declaration_id,
            "errors": [dict(error) for error in told.errors],
        }
    found = Found(told.entry.consignment_id, told.decision, told.items, ()) if told.decision else None
    law = law if told.status == "decided" else None
    return {"record": told.record, **entry_answer(told.entry, law, found), "status": told.status}


def entry_answer(entry: Entry, law: RunLaw | None = None, found: Found | None = None) -> dict[str, Any]:
    """Return what was decided on a version of a declaration, as its declarant is told.

    Args:
        entry: The version.
        law: The words of the law that decided; found where they are not at hand.
        found: Its decision and items, where they are at hand; else they are read from the journal.
    """
    named = {
        "status": "cancelled" if entry.kind == Entry.Kind.CANCELLED else "decided",
        "consignment_id": entry.consignment_id,
        "declaration_id": entry.declaration_id,
        "version": entry.version,
        "at": entry.at.isoformat(),
    }
    if entry.kind == Entry.Kind.CANCELLED:
        return named
    found = found or found_of(entry)
    explanation = Explanation(found, law or law_behind(found.decision or {}, entry.batch_id), "declarant")
    decision = explanation.decision or {}
    return {
        **named,
        **{name: _plain(decision[name]) for name in _DECISION},
        "reasons": [_reason(explanation, *pair) for pair in explanation.reasons],
        "more_reasons": explanation.kept_back,
        "items": [{name: _plain(row[name]) for name in _ITEM} for row in explanation.found.items],
    }


def _reason(explanation: Explanation, entry: Mapping[str, Any], reason: Any) -> dict[str, Any]:
    texts = {language: explanation.say(entry, reason, language) for language in ("en", "fr")}
    return {
        "code": entry["code"],
        "item_no": entry["item_no"],
        "text": texts,
        "law": reason.reference if reason else None,
    }


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int | bool):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else format(value, "f")
