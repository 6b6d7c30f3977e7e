"""What the reasons of a run say, in words that hold for all its consignments, with the law behind each."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from passavant.clearance.explain import reason_text
from passavant.clearance.pipeline import reason_book
from passavant.clearance.report_data import Figures, ReasonCount
from passavant.clearance.rules import load_rules
from passavant.dataset.reasons import CERTAINTIES, OUTCOMES, Reason
from passavant.errors import PassavantError
from passavant.policy import Policy, load_policy

__all__ = ["Law", "ReasonLine", "law_of"]

_BLANK = "…"


@dataclass(frozen=True)
class ReasonLine:
    """One reason of a run; ``reason`` is None when the file that holds its words is not at hand."""

    code: str
    text: str
    consignments: int
    reason: Reason | None

    @property
    def reference(self) -> str | None:
        """Law, standard or list behind it."""
        return self.reason.reference if self.reason else None

    @property
    def level(self) -> int:
        """Position of its outcome in OUTCOMES; 0 is release."""
        return OUTCOMES.index(self.reason.outcome) if self.reason else 0

    @property
    def doubt(self) -> int:
        """Position of its certainty in CERTAINTIES; 0 is high."""
        return CERTAINTIES.index(self.reason.certainty) if self.reason else 0


@dataclass(frozen=True)
class Law:
    """The policy of a run and the meaning of its reasons.

    Attributes:
        policy: The policy at hand (None when its file is gone).
        same: Whether it is, by digest, the one that decided.
        same_rules: Whether the analyst rules at hand are those of the run.
        reasons: Every reason by code.
    """

    policy: Policy | None
    same: bool
    same_rules: bool
    reasons: Mapping[str, Reason]

    def lines(self, figures: Figures, language: str) -> list[ReasonLine]:
        """Return the reasons of a run in words, most frequent first."""
        return [self._line(count, language) for count in figures.reasons]

    def _line(self, count: ReasonCount, language: str) -> ReasonLine:
        reason = self.reasons.get(count.code)
        text = _general(reason, count, self.policy, language) if reason else count.code
        return ReasonLine(count.code, text, count.consignments, reason)


def law_of(manifest: Mapping[str, Any]) -> Law:
    """Find the policy and the rules of a run, as far as they are at hand."""
    try:
        policy = load_policy(manifest["policy"].get("path") or manifest["policy"]["id"])
    except PassavantError:
        return Law(None, False, False, {})
    rules = load_rules()
    same = policy.digest == manifest["policy"]["digest"]
    return Law(policy, same, rules.digest == manifest["digests"]["rules"], reason_book(policy, rules).reasons)


def _general(reason: Reason, count: ReasonCount, policy: Policy | None, language: str) -> str:
    """Fill a text with the law of the last day on which it was given; what differs by parcel becomes an ellipsis."""
    names = {
        name for text in (reason.text.en, reason.text.fr) for _, name, _, _ in string.Formatter().parse(text) if name
    }
    item = dict.fromkeys(names, _BLANK) | {"law_on": count.law_on}
    return reason_text(reason, {"params": "{}"}, item, policy, language)
