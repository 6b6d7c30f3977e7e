"""``required_when`` rules as JSON Schema conditions: the same rule, said to whoever builds the message.

SQL's unknown counts as false, so ``nature <> 'documents'`` holds only where a nature is given.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from passavant.dataset.element import Element

__all__ = ["always_required", "condition", "requires", "rule_columns"]

Json = dict[str, Any]
_NOT_NULL: Json = {"not": {"type": "null"}}


def always_required(element: Element) -> bool:
    """Tell whether an element must be there whatever the rest says."""
    return element.required_when == "TRUE"


def rule_columns(rule: str) -> frozenset[str]:
    """Return the columns a rule reads."""
    from passavant.engines.rule_language import parse_rule

    return parse_rule(rule).names


def condition(rule: str) -> Json:
    """Return a JSON Schema that a row satisfies exactly when the rule is true for it.

    Raises:
        BadInput: the rule is not of the rule language.
        NotImplementedError: the rule uses more than ``= <> IN``, ``IS [NOT] NULL``, ``AND`` and ``OR``.
    """
    from passavant.engines.rule_language import parse_rule

    return _translate(parse_rule(rule).tree)


def _translate(node: Any) -> Json:
    from sqlglot import exp

    if isinstance(node, exp.Paren):
        return _translate(node.this)
    if isinstance(node, exp.And | exp.Or):
        parts = [_translate(part) for part in node.flatten()]
        return {"allOf" if isinstance(node, exp.And) else "anyOf": parts}
    if isinstance(node, exp.Is):
        return {"properties": {node.this.name: {"type": "null"}}}  # absent satisfies it too
    if isinstance(node, exp.Not) and isinstance(node.this, exp.Is):
        return _present(node.this.this.name, _NOT_NULL)
    return _comparison(node)


def _comparison(node: Any) -> Json:
    from sqlglot import exp

    if isinstance(node, exp.EQ):
        return _present(node.this.name, {"const": node.expression.name})
    if isinstance(node, exp.NEQ):
        return _present(node.this.name, {"not": {"enum": [node.expression.name, None]}})
    if isinstance(node, exp.In):
        return _present(node.this.name, {"enum": [value.name for value in node.expressions]})
    raise NotImplementedError(f"no JSON Schema for {node.sql()!r}")


def _present(name: str, test: Json) -> Json:
    return {"required": [name], "properties": {name: test}}


def requires(names: Iterable[str]) -> Json:
    """Return a JSON Schema that asks for these members, not null."""
    asked = list(names)
    return {"required": asked, "properties": dict.fromkeys(asked, _NOT_NULL)}
