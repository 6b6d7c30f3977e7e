"""The simplified declarations of release category 3: one JSON line per consignment.

A line states what the WCO Immediate Release Guidelines ask of a simplified declaration; parties appear as keys, names
stay in the vault. The lines are put together as text: the engine's own JSON writer takes ten times as long.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis

from passavant.engines import Engine
from passavant.engines.text import concat

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["RECORD", "write_simplified"]

#: Name and version of the record.
RECORD = "passavant/simplified-declaration/1"
_CATEGORY = 3
_KEY = ["consignment_id", "version"]
_AMOUNTS = ("customs_value_minor", "duty_minor", "vat_minor", "fees_minor", "vendor_vat_minor")
_TEXTS = (
    "consignment_id", "declarant_id", "declaration_id", "decision_id", "channel", "scheme", "scheme_id", "procedure", "nature",
    "importer_country", "currency_due", "outcome", "law_on",
)  # fmt: skip
_GOODS_TEXTS = ("description", "hs_code", "origin", "currency")
_GOODS_NUMBERS = ("item_no", "quantity", "gross_mass_kg", "intrinsic_value", *_AMOUNTS)


def write_simplified(engine: Engine, items: Path, decisions: Path, path: Path) -> int:
    """Write the simplified declarations of a run; return their number."""
    consignments = engine.read(decisions)
    consignments = consignments.filter(consignments.category == _CATEGORY)
    goods = engine.read(items)
    goods = goods.mutate(goods=_object(goods, _GOODS_TEXTS, _GOODS_NUMBERS))
    alone = goods.filter(goods["items"] == 1).select(*_KEY, "importer_key", "goods")
    several = (
        goods.filter(goods["items"] > 1)
        .group_by(_KEY)
        .agg(
            importer_key=lambda rows: rows.importer_key.max(),
            goods=lambda rows: rows.goods.group_concat(",", order_by=rows.item_no),
        )
    )
    joined = consignments.join(alone.union(several.select(alone.columns)), _KEY)
    head = _object(joined, _TEXTS, ("version", "importer_key", *_AMOUNTS))
    line = concat([f'{{"record":"{RECORD}","declaration":', head, ',"goods":[', joined.goods, "]}"])
    return engine.write_lines(joined.select(line=line), path)


def _object(table: ir.Table, texts: tuple[str, ...], numbers: tuple[str, ...]) -> Any:
    """Return a JSON object of a row's columns; what is not known is null. Texts are escaped in rows that need it."""
    plain = {name: table[name].cast("string") for name in texts}
    needed = concat([text.fill_null("") for text in plain.values()]).re_search(r'["\\\x00-\x1f\x7f]')
    escaped = {name: _escaped(text) for name, text in plain.items()}
    return ibis.ifelse(needed, _written(table, escaped, numbers), _written(table, plain, numbers))


def _written(table: ir.Table, texts: dict[str, Any], numbers: tuple[str, ...]) -> Any:
    cells: list[Any] = []
    for name, text in texts.items():
        cells += [f'"{name}":', ibis.ifelse(text.isnull(), "null", concat(['"', text.fill_null(""), '"'])), ","]
    for name in numbers:
        cells += [f'"{name}":', table[name].cast("string").fill_null("null"), ","]
    return concat(["{", *cells[:-1], "}"])


def _escaped(text: Any) -> Any:
    return text.replace("\\", "\\\\").replace('"', '\\"').re_replace(r"[\x00-\x1f\x7f]+", " ")
