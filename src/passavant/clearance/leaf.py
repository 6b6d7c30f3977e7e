"""The leaf of one decision, put together again from the files of its run (docs/decisions/0007), without the engine.

Whoever changes an amount, a description or a reason in these files afterwards changes the leaf, and its SHA-256 is no
longer the decision's id.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["leaf_of", "leaf_sha256"]

_FIELD, _ITEM = "\x1f", "\x1e"
_BITS = 62
_AMOUNTS = ("customs_value_minor", "duty_minor", "vat_minor", "fees_minor", "vendor_vat_minor")
_DECLARED = ("version", "law_on", "party_key", "channel", "importer_country", "scheme", "scheme_id")
_DECIDED = ("category", "outcome", "lane", "certainty", "currency_due", *_AMOUNTS)
_TEXTS = ("hs_code", "origin", "currency", "description")
_NUMBERS = ("intrinsic_value", "quantity", "gross_mass_kg", "category", *_AMOUNTS)


def leaf_of(decision: Mapping[str, Any], items: Sequence[Mapping[str, Any]], manifest: Mapping[str, Any]) -> str:
    """Return the text whose SHA-256 is the decision's id.

    Args:
        decision: The row of ``decisions``.
        items: Its rows of ``items``.
        manifest: The run's manifest: which bit is which reason, and which columns a reason shows.
    """
    lines = [_line(item, manifest) for item in sorted(items, key=lambda item: item["item_no"])]
    cells = [
        f"passavant/decision/{decision['schema_version']}",
        decision["consignment_id"],
        *(_text(decision[name]) for name in (*_DECLARED, *_DECIDED)),
        "1" if decision["stratum"] else "0",
        _text(decision["propensity_ppm"]),
        decision["basis"],
        _ITEM.join(lines),
    ]
    return _FIELD.join(cells)


def leaf_sha256(decision: Mapping[str, Any], items: Sequence[Mapping[str, Any]], manifest: Mapping[str, Any]) -> str:
    """Return the id that a decision must have, in hexadecimal."""
    return hashlib.sha256(leaf_of(decision, items, manifest).encode()).hexdigest()


def _line(item: Mapping[str, Any], manifest: Mapping[str, Any]) -> str:
    cells = [str(item["item_no"]), *(_text(item[name]) for name in (*_TEXTS, *_NUMBERS)), _reasons(item, manifest)]
    return _FIELD.join(cells)


def _reasons(item: Mapping[str, Any], manifest: Mapping[str, Any]) -> str:
    """Return the words of the reason mask, then the params of the reasons that show columns."""
    bits: list[str] = manifest["reason_bits"]
    words = [item[f"reason_mask_{number}"] for number in range(-(-max(1, len(bits)) // _BITS))]
    place = {code: number for number, code in enumerate(bits)}
    shown: Mapping[str, Mapping[str, str]] = manifest["reason_params"]
    params = [
        _params(item, columns)
        for code, columns in shown.items()
        if words[place[code] // _BITS] >> (place[code] % _BITS) & 1
    ]
    return ".".join([*map(str, words), "".join(params)])


def _params(item: Mapping[str, Any], columns: Mapping[str, str]) -> str:
    values = {name: _text(item[column]) for name, column in columns.items()}
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def _text(value: Any) -> str:
    return "" if value is None else str(value)
