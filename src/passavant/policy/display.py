"""A policy in words: what is in force on a day, and what differs between two policies."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from passavant.dataset.reasons import Bilingual
from passavant.money.display import show_amount
from passavant.policy.law import in_unit, value_on
from passavant.policy.load import Policy
from passavant.policy.provisions import Known, provisions
from passavant.texts import exact, pick

__all__ = ["Difference", "differences", "in_force", "parameter_texts"]

_PPM_PER_PERCENT = 10_000

_SECTIONS = ("exclusion", "scheme", "duty", "fee", "vat", "waiver", "requirement")


@dataclass(frozen=True)
class Difference:
    """One thing that two policies say differently; None where one of them does not have it."""

    path: str
    first: str | None
    second: str | None


def in_force(policy: Policy, on: dt.date, language: str | None = None) -> dict[str, Any]:
    """Return what a policy says on a local day: parameters, tables and rules, each with reference and certainty."""
    file = policy.file
    parameters = []
    for name, parameter in file.parameters.items():
        value = value_on(parameter.values, on)
        parameters.append(
            {
                "name": name,
                "label": pick(parameter.label.en, parameter.label.fr, language),
                "unit": parameter.unit,
                "basis": parameter.basis,
                "value": str(value.value) if value else None,
                "since": value.from_.isoformat() if value else None,
                "reference": _said(value.reference if value else None, language),
                "certainty": (value.certainty or "high") if value else None,
                "note": _said(value.note if value else None, language),
            }
        )
    tables = []
    for name, table in file.tables.items():
        rows = {key: value_on(values, on) for key, values in table.rows.items()}
        tables.append(
            {
                "name": name,
                "label": pick(table.label.en, table.label.fr, language),
                "unit": table.unit,
                "key": table.key,
                "rows": {key: str(value.value) for key, value in rows.items() if value},
                "reference": _said(table.reference, language),
                "certainty": table.certainty,
                "note": _said(table.note, language),
                "default": str(table.default) if table.default is not None else None,
            }
        )
    return {
        "policy": policy.id,
        "version": file.version,
        "title": pick(file.title.en, file.title.fr, language),
        "on": on.isoformat(),
        "in_force": file.valid_from <= on <= (file.valid_to or dt.date.max),
        "valid_from": file.valid_from.isoformat(),
        "currency": file.currency,
        "threshold_currency": file.threshold_currency,
        "digest": policy.digest,
        "parameters": parameters,
        "tables": tables,
        "rules": _rules(policy, on, language),
        "provisions": provisions(policy, parameter_texts(policy, on, language), language),
    }


def parameter_texts(policy: Policy, on: dt.date, language: str | None = None) -> dict[str, str]:
    """Return every parameter in force on a day as texts show it: ``EUR 150.00``, ``8.1 %``."""
    texts = {}
    for name, parameter in policy.file.parameters.items():
        found = value_on(parameter.values, on)
        if found is not None:
            texts[name] = _shown(in_unit(found.value, parameter.unit), parameter.unit, language)
    return texts


def differences(first: Policy, second: Policy) -> list[Difference]:
    """Return every entry that differs between two policies, by path."""
    one, two = (
        _flat(first.file.model_dump(mode="json", by_alias=True)),
        _flat(second.file.model_dump(mode="json", by_alias=True)),
    )
    paths = sorted(one.keys() | two.keys())
    return [Difference(path, one.get(path), two.get(path)) for path in paths if one.get(path) != two.get(path)]


def _said(text: Bilingual | None, language: str | None) -> str | None:
    return text.text.say(language) if text else None


def _shown(value: Any, unit: str, language: str | None) -> str:
    if unit == "percent":
        return f"{exact(Decimal(value) / _PPM_PER_PERCENT, language)} %"
    return exact(Decimal(value), language) if unit in ("count", "kg") else show_amount(int(value), unit, language)


def _rules(policy: Policy, on: dt.date, language: str | None) -> list[dict[str, Any]]:
    found = []
    values = Known(parameter_texts(policy, on, language))
    for section in _SECTIONS:
        for rule in getattr(policy.file.rules, section):
            start, end = getattr(rule, "from_", None), getattr(rule, "to", None)
            if (start and on < start) or (end and on > end):
                continue
            text = pick(rule.text.en, rule.text.fr, language) if rule.text else rule.id
            found.append(
                {
                    "section": section,
                    "id": rule.id,
                    "when": getattr(rule, "when", None) or f"({rule.valid_when}) AND ({rule.applies_when})",
                    "text": text.format_map(values),
                    "reference": _said(rule.reference, language),
                    "certainty": rule.certainty,
                    "note": _said(rule.note, language),
                }
            )
    return found


def _flat(value: Any, path: str = "") -> dict[str, str]:
    if isinstance(value, dict):
        return {
            key: text
            for name, part in value.items()
            for key, text in _flat(part, f"{path}.{name}" if path else name).items()
        }
    if isinstance(value, list):
        named = {
            str(part.get("id") or part.get("from") or index): part
            for index, part in enumerate(value)
            if isinstance(part, dict)
        }
        if len(named) == len(value) and value:
            return {key: text for name, part in named.items() for key, text in _flat(part, f"{path}[{name}]").items()}
    return {} if value is None else {path: str(value)}
