"""What a reason says, its placeholders filled: of one consignment, or in general."""

from __future__ import annotations

import datetime as dt
import json
import string
from collections.abc import Mapping
from typing import Any

from passavant.clearance.run_law import RunLaw
from passavant.dataset.reasons import Reason
from passavant.money.display import show_amount
from passavant.texts import day, exact, pick

__all__ = ["general_text", "reason_text"]

_BLANK = "…"
#: Columns of an item that texts show as numbers.
_NUMBERS = ("intrinsic_value", "quantity", "gross_mass_kg", "net_mass_kg")


def reason_text(
    reason: Reason, entry: Mapping[str, Any], item: Mapping[str, Any], law: RunLaw, language: str | None = None
) -> str:
    """Return a reason's text with its placeholders filled from its params, the item and the policy in force that day."""
    values: dict[str, Any] = {name: "—" if value is None else value for name, value in item.items()}
    values |= {name: exact(item[name], language) for name in _NUMBERS if _is_number(item.get(name))}
    values |= law.parameters(item["law_on"], language)
    if law.policy and item.get("scheme") in {rule.scheme for rule in law.policy.file.rules.scheme}:
        values["scheme"] = _scheme(item["scheme"])
    params = json.loads(entry["params"] or "{}")
    if law.threshold_currency and params.get("value", "").isdigit():
        params["value"] = show_amount(int(params["value"]), law.threshold_currency, language)
    if params.get("date"):
        params["date"] = day(dt.date.fromisoformat(params["date"]), language)
    return _said(reason, language).format_map(_Blank(values | params))


def general_text(reason: Reason, law: RunLaw, on: Any, language: str | None = None) -> str:
    """Return a text with the law of a day; what differs by parcel becomes an ellipsis."""
    texts = (reason.text.en, reason.text.fr)
    names = {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}
    return reason_text(reason, {"params": "{}"}, dict.fromkeys(names, _BLANK) | {"law_on": on}, law, language)


def _said(reason: Reason, language: str | None) -> str:
    return pick(reason.text.en, reason.text.fr, language)


def _scheme(name: str) -> str:
    """Write IOSS and VOEC as the acronyms they are; what is made of words stays as the code has it."""
    return name if "_" in name else name.upper()


def _is_number(value: Any) -> bool:
    return hasattr(value, "normalize")


class _Blank(dict[str, Any]):
    """What no one knows shows as an ellipsis."""

    def __missing__(self, key: str) -> str:
        return _BLANK
