"""What a shopper asks and is answered: one article, one destination, one day; amounts in minor units, texts in both languages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from passavant.texts import Text

__all__ = ["Amount", "Answer", "Question", "Told"]


@dataclass(frozen=True)
class Question:
    """A purchase.

    Attributes:
        policy: Id of a policy: ``EU``.
        destination: Country of the policy to which it goes.
        on: The day on which it is declared.
        value: What the goods cost, in ``currency``.
        currency: ISO 4217 code.
        hs_code: At least the first six digits.
        origin: Country in which the goods were made.
        sent_from: Country from which they are sent.
        shipping: Cost of carriage, in ``currency``.
        nature: ``sale``, ``gift``, ``sample``, ``return`` or ``documents``.
        channel: ``post``, ``express`` or ``platform``.
        collected: Whether the seller collects the tax under a scheme (IOSS, VOEC …).
        quantity: How many articles.
        mass: Gross mass in kilograms.
    """

    policy: str
    destination: str
    on: dt.date
    value: Decimal
    currency: str
    hs_code: str
    origin: str
    sent_from: str
    shipping: Decimal = Decimal(0)
    nature: str = "sale"
    channel: str = "post"
    collected: bool = False
    quantity: int = 1
    mass: Decimal | None = None


@dataclass(frozen=True)
class Told:
    """A rule that counted: what it says, the law behind it, how certain that is, and what it leads to beyond release."""

    code: str
    text: Text
    reference: Text
    certainty: str
    outcome: str

    def record(self, language: str) -> dict[str, str]:
        """Return it for machines, in one language."""
        return {
            "code": self.code,
            "text": self.text.say(language),
            "reference": self.reference.say(language),
            "certainty": self.certainty,
            "outcome": self.outcome,
        }


@dataclass(frozen=True)
class Amount:
    """One kind of charge: ``duty``, ``vat``, ``fees`` or ``vendor_vat``; None where no amount can be told."""

    kind: str
    minor: int | None
    rate_ppm: int | None
    rules: tuple[Told, ...]


@dataclass(frozen=True)
class Answer:
    """What is due.

    Attributes:
        currency: Of every amount.
        customs_value_minor: What duty is reckoned on.
        amounts: Each kind of charge with its rules.
        others: What else counted.
        rate: Units of ``currency`` for one of the question's currency, and the day of that rate.
        category: Release category, 1 to 4.
        certainty: Of the whole: ``high``, ``medium`` or ``low``.
        policy_version: Of the policy.
        digest: SHA-256 of the policy.
    """

    question: Question
    currency: str
    customs_value_minor: int | None
    amounts: tuple[Amount, ...]
    others: tuple[Told, ...]
    rate: tuple[Decimal, dt.date] | None
    category: int
    certainty: str
    policy_version: str
    digest: str

    @property
    def known(self) -> bool:
        """Whether every amount could be told."""
        return self.customs_value_minor is not None and all(one.minor is not None for one in self.amounts)

    @property
    def at_the_border_minor(self) -> int | None:
        """What is paid on arrival: everything but what the seller collects."""
        if not self.known:
            return None
        return sum(one.minor or 0 for one in self.amounts if one.kind != "vendor_vat")

    def record(self, language: str) -> dict[str, Any]:
        """Return it for machines, in one language."""
        return {
            "policy": self.question.policy,
            "policy_version": self.policy_version,
            "policy_digest": self.digest,
            "law_on": self.question.on,
            "currency": self.currency,
            "customs_value_minor": self.customs_value_minor,
            "at_the_border_minor": self.at_the_border_minor,
            "amounts": [
                {
                    "kind": one.kind,
                    "minor": one.minor,
                    "rate_ppm": one.rate_ppm,
                    "rules": [rule.record(language) for rule in one.rules],
                }
                for one in self.amounts
            ],
            "others": [told.record(language) for told in self.others],
            "exchange_rate": str(self.rate[0]) if self.rate else None,
            "exchange_rate_of": self.rate[1] if self.rate else None,
            "category": self.category,
            "certainty": self.certainty,
            "language": language,
        }
