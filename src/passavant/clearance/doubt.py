"""How certain the values of law are that an answer uses: the least certain of them counts for the answer.

A reason's own certainty is fixed; a value's changes with its date and, in a table, with its key. The column ``doubt`` keeps
the worst seen so far: 0 high, 1 medium, 2 low.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import ibis

from passavant.policy.law import Law
from passavant.policy.model import Charge

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["AMOUNTS", "doubt_column", "raise_doubt", "values_of"]

#: Fields of a charge that name a parameter or a table.
AMOUNTS = ("rate", "flat", "per_kg", "minimum_per_kg", "deduct")


def doubt_column(name: str) -> str:
    """Return the column that holds the doubt about a policy table's value for the row."""
    return f"law_doubt_{name}"


def values_of(law: Law, key: str, charge: Charge | None = None) -> set[str]:
    """Return the parameters and tables that a rule (``section.id``) names in its condition and its charge."""
    named = law.policy.expressions[key].names & law.policy.file.parameters.keys()
    charged = (getattr(charge, field) for field in AMOUNTS) if charge else ()
    return {*named, *(name for name in charged if name)}


def raise_doubt(table: ir.Table, law: Law, uses: Iterable[tuple[Any, set[str]]]) -> ir.Table:
    """Raise ``doubt`` on rows of which a condition is true to that of the values which go with it."""
    parts = []
    for condition, names in uses:
        levels = [level for level in (_level(table, law, name) for name in names) if not _is_none(level)]
        if levels:
            worst = levels[0] if len(levels) == 1 else ibis.greatest(*levels)
            parts.append(ibis.ifelse(condition, worst, 0))
    return table.mutate(doubt=ibis.greatest(table.doubt, *parts).cast("int8")) if parts else table


def _level(table: ir.Table, law: Law, name: str) -> Any:
    if name in law.policy.file.parameters:
        return law.doubt(name, table.law_period)
    return table[doubt_column(name)].fill_null(0)


def _is_none(level: Any) -> bool:
    return isinstance(level, int) and level == 0
