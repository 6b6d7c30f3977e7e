"""Which version counts, and what its goods items come to: one definition for the summary of a run and for accounts.

Counts and sums speak of the latest version of each consignment, and sums of its goods items with known amounts.
"""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["AMOUNTS", "DUE", "known_sums", "latest", "unknown_amounts"]

#: Amounts that are added up: minor units of the currency due.
AMOUNTS = ("customs_value_minor", "duty_minor", "vat_minor", "fees_minor", "vendor_vat_minor")
#: Those that somebody owes.
DUE = AMOUNTS[1:]


def latest(decisions: ir.Table) -> ir.Table:
    """Keep the decisions on the latest version of each consignment; only amended consignments are grouped."""
    amended = decisions.filter(decisions.version > 1)
    newest = amended.group_by("consignment_id").agg(newest_version=amended.version.max())
    newest = newest.rename(amended_id="consignment_id")
    older = [decisions.consignment_id == newest.amended_id, decisions.version < newest.newest_version]
    return decisions.anti_join(newest, older)


def known_sums(items: ir.Table, names: tuple[str, ...] = AMOUNTS) -> dict[str, Any]:
    """Return the sum of each amount over the goods items whose amount is known."""
    return {name: items[name].sum().fill_null(0) for name in names}


def unknown_amounts(items: ir.Table) -> ir.IntegerValue:
    """Return the number of goods items with an amount due that could not be worked out (no rate, specific duty)."""
    return ibis.ifelse(reduce(add, (items[name] for name in DUE)).isnull(), 1, 0).sum().fill_null(0)
