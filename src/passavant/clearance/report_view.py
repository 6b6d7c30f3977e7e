"""One run as a page sees it: its figures, its law, and numbers and words in the page's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from passavant.clearance.report_charts import Label
from passavant.clearance.report_data import Figures
from passavant.clearance.report_html import Html, details, element
from passavant.clearance.report_reasons import ReasonLine, reason_lines
from passavant.clearance.run_law import RunLaw
from passavant.money.currency import minor_digits
from passavant.money.display import show_amount
from passavant.texts import day, number, pick

__all__ = ["View"]

_LEAST_SHARE = 0.05  # per cent: what is less is written "< 0.1"


@dataclass(frozen=True)
class View:
    """A run, the language of the page, and the prefix of its ids."""

    figures: Figures
    law: RunLaw
    language: str
    prefix: str

    @cached_property
    def lines(self) -> list[ReasonLine]:
        """The reasons of the run in words, most frequent first."""
        return reason_lines(self.law, self.figures, self.language)

    @property
    def name(self) -> str:
        """Name of the jurisdiction, with the policy's id."""
        known, short = self.law.policy, str(self.figures.manifest["policy"]["id"])
        return f"{self.t(known.file.title.en, known.file.title.fr)} ({short})" if known else short

    @property
    def days(self) -> str:
        """The days of law that the run applied."""
        if self.figures.days is None:
            return "—"
        first, last = (day(one, self.language) for one in self.figures.days)
        return first if first == last else self.t(f"{first} to {last}", f"du {first} au {last}")

    @property
    def currency(self) -> str:
        """Currency in which amounts are due."""
        policy = self.law.policy
        return str(self.figures.manifest.get("currency") or (policy.file.currency if policy else "XXX"))

    def t(self, en: str, fr: str) -> str:
        """Pick a text."""
        return pick(en, fr, self.language)

    def n(self, value: int) -> str:
        """Write a count."""
        return number(value, self.language)

    def share(self, part: int, whole: int | None = None) -> str:
        """Write a share of all consignments, or of ``whole``, in per cent."""
        whole = self.figures.consignments if whole is None else whole
        if not whole:
            return "—"
        percent = 100 * part / whole
        less = "< " if 0 < percent < _LEAST_SHARE else ""
        text = number(0.1 if less else percent, self.language, 1)
        return f"{less}{text}{self.t('%', ' %')}"

    def counted(self, part: int) -> str:
        """Write a count with its share of all consignments."""
        return f"{self.n(part)} ({self.share(part)})"

    def money(self, minor: int) -> str:
        """Write an amount of the currency due as a bare number, all decimals of its minor unit."""
        return self.amount(minor, self.currency)

    def amount(self, minor: int, currency: str) -> str:
        """Write an amount of a currency as a bare number."""
        digits = minor_digits(currency) or 0
        return number(Decimal(minor).scaleb(-digits), self.language, digits)

    def due(self, minor: int) -> str:
        """Write an amount with the currency due."""
        return show_amount(minor, self.currency, self.language)

    def label(self, key: str, title: str, description: str) -> Label:
        """Name a chart."""
        return Label(f"{self.prefix}-{key}", title, description)

    def exhibit(
        self,
        label: Label,
        svg: str,
        table: str,
        *,
        legend: Sequence[tuple[str, str]] = (),
        notes: str = "",
        wide: bool = False,
    ) -> Html:
        """Return a chart with its title, its description, its legend and, under a summary, its table."""
        key = f"{label.name}-heading"
        keys = [
            element("li", [element("span", "", class_="key", style=f"background:{colour}"), name])
            for name, colour in legend
        ]
        parts = [
            element("h4", label.title, id=key),
            element("p", label.description, class_="about"),
            *([element("ul", keys, class_="legend")] if keys else []),
            Html(svg) if svg else element("p", self.t("Nothing to show.", "Rien à montrer."), class_="none"),
            notes,
            *([details(self.t("Table of these figures", "Tableau de ces chiffres"), table)] if svg else []),
        ]
        return element("figure", parts, aria_labelledby=key, class_="wide" if wide else None)
