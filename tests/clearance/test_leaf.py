"""The leaf that seals a decision, put together once more in plain Python from the files of a run."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from passavant.clearance import Run

_AMOUNTS = ("customs_value_minor", "duty_minor", "vat_minor", "fees_minor", "vendor_vat_minor")
#: Reasons that show columns of the row, in the order of their bits, with what they show.
_SHOWN = {
    "signals.split.exact_key": (("parcels", "split_parcels"), ("value", "split_value")),
    "signals.quota.counted": (("count", "person_count"),),
}


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _params(row: dict[str, Any], code: str) -> str:
    return "{" + ",".join(f'"{name}":"{_text(row[column])}"' for name, column in _SHOWN[code]) + "}"


def _reason_text(row: dict[str, Any], bits: list[str]) -> str:
    masks = [row[name] for name in sorted(name for name in row if name.startswith("reason_mask_"))]
    codes = [code for place, code in enumerate(bits) if masks[place // 62] >> (place % 62) & 1]
    return ".".join([*map(str, masks), "".join(_params(row, code) for code in _SHOWN if code in codes)])


def _line(row: dict[str, Any], bits: list[str]) -> str:
    texts = [_text(row[name]) for name in ("hs_code", "origin", "currency", "description")]
    numbers = [_text(row[name]) for name in ("intrinsic_value", "quantity", "gross_mass_kg", "category", *_AMOUNTS)]
    return "\x1f".join([str(row["item_no"]), *texts, *numbers, _reason_text(row, bits)])


def _leaf(row: dict[str, Any], items: list[dict[str, Any]], bits: list[str]) -> str:
    lines = [_line(item, bits) for item in sorted(items, key=lambda item: item["item_no"])]
    declared = ("version", "law_on", "party_key", "channel", "importer_country", "scheme", "scheme_id")
    decided = ("category", "outcome", "lane", "certainty", "currency_due", *_AMOUNTS)
    cells = [
        f"passavant/decision/{row['schema_version']}",
        row["consignment_id"],
        *(_text(row[name]) for name in (*declared, *decided)),
        "1" if row["stratum"] else "0",
        _text(row["propensity_ppm"]),
        row["basis"],
        "\x1e".join(lines),
    ]
    return hashlib.sha256("\x1f".join(cells).encode()).hexdigest()


@pytest.mark.parametrize("policy", ["EU", "NG"])
def test_a_decision_id_is_the_digest_of_its_leaf(policy: str, run: Callable[[str], Run]) -> None:
    out: Path = run(policy).out
    items = defaultdict(list)
    for item in pq.read_table(out / "items.parquet").to_pylist():
        items[item["consignment_id"], item["version"]].append(item)
    rows = pq.read_table(out / "decisions.parquet").to_pylist()

    again = [
        _leaf(row, items[row["consignment_id"], row["version"]], run(policy).manifest["reason_bits"]) for row in rows
    ]

    assert [row["decision_id"] for row in rows] == again
    assert any(len(goods) > 1 for goods in items.values())
    assert any(reason["params"] != "{}" for row in rows for reason in row["reasons"])
