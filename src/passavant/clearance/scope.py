"""What a rule can see of a row: its columns, the derived amounts known so far, and the policy's parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from passavant.policy.law import Law
from passavant.policy.names import DECLARED, DERIVED, TOTALS

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["scope_of"]


def scope_of(table: ir.Table, law: Law | None) -> Mapping[str, Any]:
    """Return the values rules may name, from a table and (for policies) the parameters in force."""
    columns = set(table.columns)
    scope: dict[str, Any] = {name: table[name] for name in (*DECLARED, *DERIVED, *TOTALS) if name in columns}
    if "treated_as" in columns:  # documents that are goods
        scope["nature"] = table.treated_as
    if law is not None:
        for name in law.policy.file.parameters:
            scope[name] = law.parameter(name, table.law_period)
    return scope
