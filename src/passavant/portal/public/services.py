"""What a shopper pays, computed by the clearance of one declaration: nothing here knows a rule of its own.

A clearance is made ready at the first question of a month (some seconds), then an answer takes about a tenth of one; the latest
answers are kept, and one question is worked on at a time.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from passavant.clearance.explain import Explanation
from passavant.dataset.rejected import Rejected
from passavant.errors import BadInput
from passavant.policy import load_policy
from passavant.portal.declarations.grounds import rate_files
from passavant.portal.public.question import Amount, Answer, Question, Told
from passavant.portal.public.ready import Stamps, cleared
from passavant.texts import Text

__all__ = ["landed_cost"]

_KEPT = 256
#: Seconds that a question waits for the one before it.
_PATIENCE = 20.0
_turn = threading.BoundedSemaphore(1)
_DECLARANT, _DECLARATION = "shopper", "question"
#: A number of the right form for each scheme: the seller's own is not asked.
_SCHEMES = {
    "EU": ("ioss", "IM0000000000"),
    "NO": ("voec", "VOEC2000000"),
    "CH": ("ch_mail_order", "CHE-000.000.000"),
}
#: Kind of charge, its column, the column of its rate, and how the codes of its rules begin.
_CHARGES = (
    ("duty", "duty_minor", "duty_rate_ppm", ("policy.duty.",)),
    ("vat", "vat_minor", "vat_rate_ppm", ("policy.vat.",)),
    ("fees", "fees_minor", None, ("policy.fee.",)),
    ("vendor_vat", "vendor_vat_minor", "vat_rate_ppm", ("policy.vat.",)),
)
#: Of the other reasons, those that a question gives rise to: not that it names no importer, which no shopper was asked.
_TOLD = ("policy.", "dataset.hs_code.", "dataset.description.", "clearance.tariff.")


def landed_cost(question: Question) -> Answer:
    """Return what is due on a purchase, with the rules and the law behind each amount.

    Raises:
        BadInput: too many others are asking at this moment.
    """
    stamps = tuple((str(file), file.stat().st_mtime_ns) for file in rate_files())
    return _answered(question, load_policy(question.policy).digest, stamps)


@lru_cache(maxsize=_KEPT)
def _answered(question: Question, _digest: str, rates: Stamps) -> Answer:
    if not _turn.acquire(timeout=_PATIENCE):
        raise BadInput(
            "portal.landed_cost.busy",
            got=("many questions at this moment", "de nombreuses questions en ce moment"),
            expected=("one after the other", "l'une après l'autre"),
            next_step=("Ask again in a minute.", "Reposez la question dans une minute."),
        )
    try:
        found = cleared(question.policy, question.on, _row(question), rates)
    finally:
        _turn.release()
    if isinstance(found, Rejected):  # what the form lets through is readable; were it not, nothing is known
        raise _unreadable(found)
    return _answer_of(question, found)


def _row(question: Question) -> dict[str, Any]:
    """Return a declaration that says what the question says, and nothing of any person."""
    scheme, scheme_id = _SCHEMES.get(question.policy, (None, None)) if question.collected else (None, None)
    row = {
        "declarant_id": _DECLARANT,
        "declaration_id": _DECLARATION,
        "lodged_at": f"{question.on.isoformat()}T12:00:00Z",
        "channel": question.channel,
        "importer_country": question.destination,
        "exporter_country": question.sent_from,
        "departure_country": question.sent_from,
        "nature": question.nature,
        "scheme": scheme,
        "scheme_id": scheme_id,
        "currency": question.currency,
        "intrinsic_value": str(question.value),
        "transport_cost": str(question.shipping) if question.shipping else None,
        "description": "article of the question",
        "hs_code": question.hs_code,
        "origin": question.origin,
        "quantity": str(question.quantity),
        "gross_mass_kg": str(question.mass) if question.mass else None,
    }
    return {name: value for name, value in row.items() if value is not None}


def _answer_of(question: Question, found: Explanation) -> Answer:
    decision, item = found.decision or {}, found.found.items[0]
    told = [_told(found, *pair) for pair in found.reasons]
    charges = tuple(_amount(charge, item, told) for charge in _CHARGES)
    counted = {rule.code for charge in charges for rule in charge.rules}
    policy = load_policy(question.policy)
    return Answer(
        question=question,
        currency=decision["currency_due"],
        customs_value_minor=item["customs_value_minor"],
        amounts=tuple(one for one in charges if one.kind in ("duty", "vat") or one.minor),
        others=tuple(one for one in told if one.code not in counted and one.code.startswith(_TOLD)),
        rate=(item["fx_rate"], item["fx_date"]) if item["fx_rate"] and item["currency"] != decision["currency_due"] else None,
        category=int(decision["category"]),
        certainty=decision["certainty"],
        policy_version=policy.file.version,
        digest=policy.digest,
    )  # fmt: skip


def _amount(
    charge: tuple[str, str, str | None, tuple[str, ...]], item: Mapping[str, Any], told: Sequence[Told]
) -> Amount:
    kind, column, rate, starts = charge
    rules = tuple(one for one in told if one.code.startswith(starts))
    if kind == "vat" and item["vendor_vat_minor"]:
        rules = ()  # they are those of what the seller collects
    return Amount(kind, item[column], item[rate] if rate and item[column] else None, rules)


def _told(found: Explanation, entry: Mapping[str, Any], reason: Any) -> Told:
    text = Text(found.say(entry, reason, "en"), found.say(entry, reason, "fr"))
    reference = reason.cited if reason else Text("", "")
    return Told(entry["code"], text, reference, reason.certainty if reason else "low", reason.outcome if reason else "release")  # fmt: skip


def _unreadable(row: Rejected) -> BadInput:
    first = row.errors[0].as_record()
    return BadInput(
        "portal.landed_cost.unreadable",
        got=("a question that cannot be declared", "une question qui ne peut être déclarée"),
        expected=(str(first["expected_en"]), str(first["expected_fr"])),
        next_step=("Correct it and ask again.", "Corrigez-la et reposez-la."),
    )
