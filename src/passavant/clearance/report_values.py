"""The chart of declared values, with the policy's thresholds marked on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from passavant.clearance.report_charts import Column, Label, Mark, histogram
from passavant.clearance.report_data import Bin
from passavant.clearance.report_html import Html, element, table
from passavant.clearance.report_view import View
from passavant.clearance.report_words import BASES
from passavant.money.currency import minor_digits
from passavant.money.display import show_amount
from passavant.policy import Policy, in_unit, value_on
from passavant.texts import Text, number

__all__ = ["Threshold", "thresholds", "values"]


class Threshold(NamedTuple):
    """A value of law that a consignment's worth is compared with, minor units of the threshold currency."""

    minor: int
    label: tuple[str, str]
    basis: str
    reference: tuple[str, str]


def thresholds(policy: Policy, days: tuple[dt.date, dt.date]) -> list[Threshold]:
    """Return the thresholds of value in force on any day between two, lowest first; those of zero are left out."""
    found = set()
    for parameter in policy.file.parameters.values():
        if parameter.basis not in BASES or parameter.unit != policy.file.threshold_currency:
            continue
        starts = [value.from_ for value in parameter.values if days[0] < value.from_ <= days[1]]
        for value in filter(None, (value_on(parameter.values, day) for day in (days[0], *starts))):
            cited = value.reference.text if value.reference else Text("—", "—")
            label, minor = (parameter.label.en, parameter.label.fr), int(in_unit(value.value, parameter.unit))
            found.add(Threshold(minor, label, parameter.basis, cited))
    return sorted(threshold for threshold in found if threshold.minor > 0)


def values(view: View) -> Html:
    """Show how many consignments are worth how much, in the currency of the thresholds."""
    policy, days = view.law.policy, view.figures.days
    currency = policy.file.threshold_currency if policy else ""
    label = view.label("values", view.t("Declared values", "Valeurs déclarées"), view.t(
        "Consignments by intrinsic value on a logarithmic scale; each class includes its upper bound. Dashed lines mark the policy's thresholds.",
        "Envois par valeur intrinsèque, sur une échelle logarithmique ; chaque classe comprend sa borne supérieure. Les tirets marquent les seuils de la réglementation.",
    ))  # fmt: skip
    marked = thresholds(policy, days) if policy and view.law.same and days else []
    svg = _chart(view, label, marked, currency) if view.figures.bins and policy else ""
    headings = [
        view.t(f"Value, {currency}", f"Valeur, {currency}"),
        view.t("Consignments", "Envois"),
        view.t("Share", "Part"),
    ]
    cells = [
        [_class(view, one, currency), view.n(one.consignments), view.share(one.consignments)]
        for one in view.figures.bins
    ]
    for name, count in (
        (view.t("zero or negative", "nulle ou négative"), view.figures.worthless),
        (view.t("not known", "inconnue"), view.figures.unvalued),
    ):
        cells += [[name, view.n(count), view.share(count)]] if count else []
    return view.exhibit(
        label, svg, table(label.title, headings, cells, numeric=(0, 1, 2)), notes=_legend(view, marked, currency)
    )


def _chart(view: View, label: Label, marked: Sequence[Threshold], currency: str) -> str:
    rows = [
        Column(
            _low(one, currency),
            _major(one.high, currency),
            one.consignments,
            f"{_class(view, one, currency)}: {view.n(one.consignments)}",
        )
        for one in view.figures.bins
    ]
    marks = [
        Mark(_major(minor, currency), _short(view, minor, currency)) for minor in sorted({one.minor for one in marked})
    ]
    axes = (
        view.t(
            f"Intrinsic value, {currency} (logarithmic scale)",
            f"Valeur intrinsèque, {currency} (échelle logarithmique)",
        ),
        view.t("Consignments", "Envois"),
    )
    return histogram(rows, marks, label, axes=axes, language=view.language)


def _legend(view: View, marked: Iterable[Threshold], currency: str) -> str:
    """Say what each marked threshold is, what it is compared with and where the law has it."""
    entries = [
        element("li", [
            element("strong", show_amount(one.minor, currency, view.language)), f" {view.t(*one.label)} ({BASES[one.basis].say(view.language)}). ",
            element("cite", view.t(*one.reference), lang="en" if one.reference[0] == one.reference[1] else None),
        ])
        for one in marked
    ]  # fmt: skip
    return element("ul", entries, class_="thresholds") if entries else Html()


def _class(view: View, one: Bin, currency: str) -> str:
    high = _short(view, one.high, currency)
    return f"{_short(view, one.low, currency)}–{high}" if one.low else view.t(f"up to {high}", f"jusqu'à {high}")


def _short(view: View, minor: int, currency: str) -> str:
    """Write an amount without decimals where it has none."""
    amount = Decimal(minor).scaleb(-(minor_digits(currency) or 0))
    whole = amount == amount.to_integral_value()
    return number(amount, view.language, 0 if whole else minor_digits(currency) or 0)


def _low(one: Bin, currency: str) -> float:
    """Return a lower bound that a logarithmic axis can show."""
    return _major(one.low or one.high, currency) / (1 if one.low else 2)


def _major(minor: int, currency: str) -> float:
    """Return a position on the axis: for drawing only, amounts stay integers."""
    return float(Decimal(minor).scaleb(-(minor_digits(currency) or 0)))
