"""Reasons that come from a policy: one per rule, and the engine's own about tariff, exchange and category."""

from __future__ import annotations

from passavant.dataset.reasons import Reason, load_reasons
from passavant.policy.model import PolicyFile

__all__ = ["policy_reasons"]

#: Reasons that are as certain as the policy says its tariff or its exchange rates are.
_AS_CERTAIN = (
    "policy.tariff.hs_version", "policy.tariff.stated_default", "policy.exchange.approximate_rule", "policy.exchange.approximate_threshold",
    "policy.exchange.given_rate",
)  # fmt: skip


def policy_reasons(file: PolicyFile) -> dict[str, Reason]:
    """Return every reason a policy can give, by code ``policy.section.id``."""
    own = load_reasons("policy")
    reasons: dict[str, Reason] = {}
    for section in ("duty", "fee", "vat", "waiver"):
        for rule in getattr(file.rules, section):
            reasons[f"policy.{section}.{rule.id}"] = Reason(
                text=rule.text,
                reference=rule.reference.en,
                reference_fr=rule.reference.french,
                certainty=rule.certainty,
            )
    for exclusion in file.rules.exclusion:
        reasons[f"policy.exclusion.{exclusion.id}"] = Reason(
            text=exclusion.text,
            reference=exclusion.reference.en,
            reference_fr=exclusion.reference.french,
            certainty=exclusion.certainty,
            full_declaration=True,
        )
    for requirement in file.rules.requirement:
        reasons[f"policy.requirement.{requirement.id}"] = Reason(
            text=requirement.text,
            reference=requirement.reference.en,
            reference_fr=requirement.reference.french,
            certainty=requirement.certainty,
            outcome=requirement.outcome,
            declarant=requirement.declarant,
            risk="quality",
        )
    for scheme in file.rules.scheme:
        for name, fault in (("invalid", scheme.invalid), ("exceeded", scheme.exceeded)):
            reasons[f"policy.scheme.{scheme.id}_{name}"] = Reason(
                text=fault.text,
                reference=scheme.reference.en,
                reference_fr=scheme.reference.french,
                outcome=fault.outcome,
                certainty=scheme.certainty,
                risk="fiscal",
            )
    reasons.update({code: _with_law(code, reason, file) for code, reason in own.items()})
    return reasons


def _with_law(code: str, reason: Reason, file: PolicyFile) -> Reason:
    """Give an engine's own reason the policy's reference and certainty where the policy states one."""
    limits = file.full_declaration_above
    sources = {
        "policy.tariff.": file.tariff,
        "policy.exchange.": file.exchange,
        "policy.category.above": limits[0] if limits else None,
    }
    for prefix, source in sources.items():
        if source is not None and code.startswith(prefix):
            update: dict[str, str | None] = {
                "reference": source.reference.en,
                "reference_fr": source.reference.french,
            }
            if code in _AS_CERTAIN:
                update["certainty"] = source.certainty
            return reason.model_copy(update=update)
    return reason
