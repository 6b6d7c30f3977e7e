"""Reasons: why a consignment is treated as it is, with the law behind each, in English and French.

A reason never lowers an outcome: the outcome of a consignment is the highest minimum of its reasons.

>>> at_least("release", "screen")
'screen'
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_serializer, model_validator

from passavant.errors import BadInput, NotFound
from passavant.texts import Text, load_yaml, validate

__all__ = [
    "CERTAINTIES", "OUTCOMES", "Bilingual", "Certainty", "Outcome", "Reason", "Reference", "at_least", "load_reasons",
]  # fmt: skip

Outcome = Literal["release", "request_information", "screen", "control", "do_not_load"]
Certainty = Literal["high", "medium", "low"]

#: Outcomes, lowest first (DESIGN §4).
OUTCOMES: tuple[Outcome, ...] = ("release", "request_information", "screen", "control", "do_not_load")
#: Certainties, best first: an answer is as certain as its least certain part.
CERTAINTIES: tuple[Certainty, ...] = ("high", "medium", "low")


class Bilingual(BaseModel):
    """A text as data files write it: ``{en: …, fr: …}``, both required."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    en: str = Field(min_length=1)
    fr: str = Field(min_length=1)

    @property
    def text(self) -> Text:
        """The same as a :class:`passavant.texts.Text`."""
        return Text(self.en, self.fr)


class Reference(Bilingual):
    """What an entry rests on: ``{en: …, fr: …}``, or one text where the act has no other name."""

    @model_validator(mode="before")
    @classmethod
    def _one_text(cls, written: Any) -> Any:
        return {"en": written, "fr": written} if isinstance(written, str) else written

    @model_serializer
    def _as_written(self) -> str | dict[str, str]:
        return {"en": self.en, "fr": self.fr} if self.french else self.en

    @property
    def french(self) -> str | None:
        """The French where it differs: what :class:`Reason` holds beside the other."""
        return self.fr if self.fr != self.en else None


class Reason(BaseModel):
    """One reason a decision may carry.

    Attributes:
        outcome: The least outcome it leads to.
        text: What it says; ``{name}`` is filled from the reason's params, the item or the policy.
        reference: Law, standard or list behind it, in the language of the act.
        reference_fr: The same in French, where it is a text of our own or the act is bilingual (`{en: …, fr: …}` in files).
        declarant: Whether the declarant may see it.
        certainty: What it does to the certainty of the answer.
        full_declaration: It puts the consignment in release category 4.
        audit: A released consignment is marked for audit after clearance (blue lane).
        risk: Which risk it speaks of; fiscal and non-fiscal risks are never added up.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    outcome: Outcome = "release"
    text: Bilingual
    reference: str = Field(min_length=1)
    reference_fr: str | None = None
    declarant: bool = True
    certainty: Certainty = "high"
    full_declaration: bool = False
    audit: bool = False
    risk: Literal["quality", "fiscal", "non_fiscal", "environment"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _two_languages(cls, values: Any) -> Any:
        """Take a reference written in both languages apart."""
        written = values.get("reference") if isinstance(values, dict) else None
        if not isinstance(written, dict):
            return values
        both = Bilingual.model_validate(written)
        return {**values, "reference": both.en, "reference_fr": both.fr}

    @property
    def cited(self) -> Text:
        """The reference as each language shows it."""
        return Text(self.reference, self.reference_fr or self.reference)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    version: str
    licence: str
    source: Bilingual
    reasons: dict[str, Reason]


def at_least(outcome: Outcome, minimum: Outcome) -> Outcome:
    """Return the higher of two outcomes."""
    return max(outcome, minimum, key=OUTCOMES.index)


def load_reasons(room: str) -> dict[str, Reason]:
    """Read a room's ``data/reasons.yaml``.

    Raises:
        BadInput: a mistake in the file, or a code outside the room.
    """
    path = Path(__file__).parent.parent / room / "data" / "reasons.yaml"
    if not path.exists():
        raise NotFound(
            "dataset.reasons.absent",
            got=(f"the room {room} has no reasons", f"le volet {room} n'a pas de motifs"),
            expected=(str(path), str(path)),
            next_step=("Check the name of the room.", "Vérifiez le nom du volet."),
        )
    document = load_yaml(path)
    reasons = validate(_File, document).reasons
    for code in reasons:
        if not code.startswith(f"{room}.") or code.count(".") != 2:
            raise BadInput(
                "dataset.reasons.code",
                got=(f"the code {code}", f"le code {code}"),
                expected=(f"{room}.subject.detail", f"{room}.sujet.détail"),
                next_step=("Rename the reason.", "Renommez le motif."),
                place=document.place("reasons", code),
            )
    return reasons
