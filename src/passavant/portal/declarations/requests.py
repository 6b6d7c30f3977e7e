"""What customs asks about a declaration: by the reasons of its decision, and by officers; with what was answered so far."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from passavant.clearance.explain import Explanation
from passavant.portal.cases.addresses import answers_path
from passavant.portal.cases.answering import Word, case_behind, exchange_of, takes_answer
from passavant.portal.cases.shown import declarant_shown, grouped
from passavant.portal.cases.words import REASONS
from passavant.portal.declarations.journal import found_of
from passavant.portal.declarations.models import Entry
from passavant.portal.declarations.remedies import remedy
from passavant.portal.declarations.standing import standings
from passavant.portal.declarations.words import law_behind

__all__ = ["reasons_told", "requests_of"]


def reasons_told(entry: Entry, language: str) -> Mapping[str, Any]:
    """Return what the page of a declaration shows of its decision: reasons with what to do about each, and money.

    Args:
        entry: A version of the declaration.
        language: ``en`` or ``fr``.

    Returns:
        Nothing for a cancellation.
    """
    explanation = _explained(entry)
    if explanation is None:
        return {}
    shown = declarant_shown(explanation, language)
    rows = grouped(shown["reasons"])
    for row in rows:
        row["what_to_do"] = remedy(row["code"]).say(language) if _asks(row["outcome"]) else ""
    return shown | {"reasons": rows}


def requests_of(entry: Entry) -> dict[str, Any]:
    """Return what is asked about a version of a declaration and what was answered, for machines, in both languages."""
    case = case_behind(entry)
    words = exchange_of(case) if case else []
    open_to_answers = takes_answer(case)
    return {
        "consignment_id": entry.consignment_id,
        "declaration_id": entry.declaration_id,
        "version": entry.version,
        "state": standings([entry])[0],
        "answers_url": answers_path(entry.consignment_id) if open_to_answers else None,
        "reasons": _reasons(entry),
        "requests": [_request(word) for word in words if word.asked],
        "answers": [_answer(word) for word in words if not word.asked],
    }


def _reasons(entry: Entry) -> list[dict[str, Any]]:
    explanation = _explained(entry)
    pairs = explanation.reasons if explanation else []
    return [
        {
            "code": one["code"],
            "item_no": one["item_no"],
            "text": {language: explanation.say(one, reason, language) for language in ("en", "fr")},
            "law": reason.reference,
            "what_to_do": _both(remedy(one["code"])),
        }
        for one, reason in pairs
        if explanation and reason and _asks(reason.outcome)
    ]


def _request(word: Word) -> dict[str, Any]:
    asked = REASONS["request_information"][word.asked]
    return {"at": word.at, "asked": word.asked, "text": _both(asked), "question": word.text}


def _answer(word: Word) -> dict[str, Any]:
    files = [{"name": file.name, "type": file.kind, "size": file.size, "sha256": file.digest} for file in word.files]
    return {"at": word.at, "by": word.by, "text": word.text, "files": files}


def _explained(entry: Entry) -> Explanation | None:
    if entry.batch is None:
        return None
    found = found_of(entry)
    return Explanation(found, law_behind(found.decision or {}, entry.batch_id), "declarant")


def _asks(outcome: str) -> bool:
    return outcome not in ("", "release")


def _both(text: tuple[str, str]) -> dict[str, str]:
    return dict(zip(("en", "fr"), text, strict=True))
