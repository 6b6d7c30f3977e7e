"""What the reasons of a run say, in words that hold for all its consignments, with the law behind each."""

from __future__ import annotations

from dataclasses import dataclass

from passavant.clearance.reason_words import general_text
from passavant.clearance.report_data import Figures, ReasonCount
from passavant.clearance.run_law import RunLaw
from passavant.dataset.reasons import CERTAINTIES, OUTCOMES, Reason

__all__ = ["ReasonLine", "reason_lines"]


@dataclass(frozen=True)
class ReasonLine:
    """One reason of a run; ``reason`` is None when the file that holds its words is not at hand."""

    code: str
    text: str
    consignments: int
    reason: Reason | None

    @property
    def level(self) -> int:
        """Position of its outcome in OUTCOMES; 0 is release."""
        return OUTCOMES.index(self.reason.outcome) if self.reason else 0

    @property
    def doubt(self) -> int:
        """Position of its certainty in CERTAINTIES; 0 is high."""
        return CERTAINTIES.index(self.reason.certainty) if self.reason else 0


def reason_lines(law: RunLaw, figures: Figures, language: str) -> list[ReasonLine]:
    """Return the reasons of a run in words, most frequent first; amounts are those of the last day each was given."""
    return [_line(law, count, language) for count in figures.reasons]


def _line(law: RunLaw, count: ReasonCount, language: str) -> ReasonLine:
    reason = law.reasons.get(count.code)
    text = general_text(reason, law, count.law_on, language) if reason else count.code
    return ReasonLine(count.code, text, count.consignments, reason)
