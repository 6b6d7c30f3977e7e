"""What of a rule can be told again from published goods items: each name as the clearance saw it, or not at all.

A name counts as kept only where the value in ``items`` is the very one that the rule would have seen. The release category,
for one, is not: rules raise it after they have looked at it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import ibis

from passavant.policy.names import DECLARED, PIECES

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["keeps", "scope_of_items"]

#: Names that are kept under another, or made of kept columns.
_MADE: Mapping[str, tuple[str, ...]] = {
    "goods_total": ("threshold_value_minor",),
    "articles": ("quantity", "unit"),
    "mass_total": ("gross_mass_kg", "consignment_id", "version"),
    "text": ("description",),
    "hours_before_arrival": ("arrival_at", "lodged_at"),
    "nature": ("nature", "intrinsic_value", "hs_code"),
}
#: Names kept as they are, besides declared ones; others, which a later version may keep, are taken where they stand.
_AS_THEY_ARE = (
    "items", "person_count", "duty_minor", "vat_minor", "customs_value_minor", "goods_value", "transport_total", "cif_total",
    "person_value", "excluded", "lost_relief", "lost_scheme", "any_excluded", "scheme_applies", "scheme_invalid",
)  # fmt: skip
_SECONDS_PER_HOUR = 3600
#: HS chapter of printed matter.
_PRINTED = "49"


def keeps(columns: Collection[str]) -> list[str]:
    """Return the names of the rule language that items with these columns can tell.

    >>> "goods_total" in keeps(["threshold_value_minor"]), "arrival_at" in keeps(["lodged_at"])
    (True, False)
    """
    known = set(columns)
    plain = [name for name in (*DECLARED, *_AS_THEY_ARE) if name in known and name not in _MADE]
    return sorted([*plain, *(name for name, needed in _MADE.items() if known.issuperset(needed))])


def scope_of_items(items: ir.Table, names: Sequence[str]) -> dict[str, Any]:
    """Return what each name stands for, over a table of published items; see :func:`keeps` for which there are."""
    return {name: _made(items, name) if name in _MADE else items[name] for name in names}


def _made(items: ir.Table, name: str) -> Any:
    if name == "goods_total":
        return items.threshold_value_minor
    if name == "articles":
        counted = items.unit.isnull() | items.unit.isin(PIECES)
        return ibis.ifelse(counted, items.quantity, ibis.literal("1").cast("decimal(18, 3)"))
    if name == "mass_total":
        whole = ibis.window(group_by=["filename", "consignment_id", "version"])
        return items.gross_mass_kg.sum().over(whole).cast("decimal(20, 3)")
    if name == "text":
        return items.description.lower().fill_null("")
    if name == "nature":
        return _treated(items)
    return (items.arrival_at.epoch_seconds() - items.lodged_at.epoch_seconds()) // _SECONDS_PER_HOUR


def _treated(items: ir.Table) -> Any:
    """Return the nature that rules see: documents with a value or an HS code of goods are goods."""
    valued = (items.intrinsic_value != 0).fill_null(False)
    coded = items.hs_code.notnull() & ~items.hs_code.startswith(_PRINTED)
    goods = (items.nature == "documents") & (valued | coded)
    return ibis.ifelse(goods, "sale", items.nature)
