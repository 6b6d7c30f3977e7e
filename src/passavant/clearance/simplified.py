"""The simplified declarations of release category 3: one JSON line per consignment.

Only the latest version of a consignment is written, and none that an earlier run's later version supersedes.
A line states what the WCO Immediate Release Guidelines ask of a simplified declaration; parties appear as keys, names
stay in the vault. A party key is written as text: readers that know no 64-bit integers would change it silently.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from passavant.clearance.latest import latest
from passavant.engines import Engine
from passavant.engines.text import concat, json_object

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["RECORD", "write_simplified"]

#: Name and version of the record.
RECORD = "passavant/simplified-declaration/1"
_CATEGORY = 3
_KEY = ["consignment_id", "version"]
_AMOUNTS = ("customs_value_minor", "duty_minor", "vat_minor", "fees_minor", "vendor_vat_minor")
_HEAD = (
    "consignment_id", "version", "declarant_id", "declaration_id", "decision_id", "channel", "scheme", "scheme_id", "procedure",
    "nature", "importer_country", "importer_key", *_AMOUNTS, "currency_due", "outcome", "law_on",
)  # fmt: skip
_GOODS = (
    "item_no", "description", "hs_code", "origin", "quantity", "gross_mass_kg", "intrinsic_value", "currency", *_AMOUNTS,
)  # fmt: skip


def write_simplified(engine: Engine, items: Path, decisions: Path, path: Path) -> int:
    """Write the simplified declarations of a run; return their number."""
    consignments = engine.read(decisions)
    consignments = latest(consignments).filter(lambda rows: (rows.category == _CATEGORY) & rows.superseded_by.isnull())
    joined = consignments.join(_goods(engine.read(items)), _KEY)
    joined = joined.mutate(importer_key=joined.importer_key.cast("string"), law_on=joined.law_on.cast("string"))
    head = json_object({name: joined[name] for name in _HEAD})
    line = concat([f'{{"record":"{RECORD}","declaration":', head, ',"goods":[', joined.goods, "]}"])
    return engine.write_lines(joined.select(line=line), path)


def _goods(items: ir.Table) -> ir.Table:
    """Return per consignment its goods as JSON objects; an item that stands alone needs no grouping."""
    alone, several = (
        rows.select(*_KEY, "item_no", "importer_key", goods=json_object({name: rows[name] for name in _GOODS}))
        for rows in (items.filter(items["items"] == 1), items.filter(items["items"] > 1))
    )
    together = several.group_by(_KEY).agg(
        importer_key=lambda rows: rows.importer_key.max(),
        goods=lambda rows: rows.goods.group_concat(",", order_by=rows.item_no),
    )
    alone = alone.drop("item_no")
    return alone.union(together.select(alone.columns))
