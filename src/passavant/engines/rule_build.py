"""A rule's syntax tree turned into an Ibis expression, part by part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

from sqlglot import exp

from passavant.engines.exact import Operator, alike, exactly

__all__ = ["ARITHMETIC", "COMPARISONS", "build"]

#: Comparisons of the rule language, each as Ibis makes it.
COMPARISONS: dict[type[exp.Expr], Callable[[Any, Any], Any]] = {
    exp.EQ: lambda a, b: a == b,
    exp.NEQ: lambda a, b: a != b,
    exp.LT: lambda a, b: a < b,
    exp.LTE: lambda a, b: a <= b,
    exp.GT: lambda a, b: a > b,
    exp.GTE: lambda a, b: a >= b,
}
#: Sums and products, each exact.
ARITHMETIC: dict[type[exp.Expr], Operator] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*"}


def build(node: Any, scope: Mapping[str, Any]) -> Any:
    """Return what a part of a rule means over ``scope``: a value for each name."""
    import ibis

    if isinstance(node, exp.Paren):
        return build(node.this, scope)
    if isinstance(node, exp.Column):
        return scope[node.name]
    if isinstance(node, exp.Literal):
        return node.this if node.is_string else _number(node.this)
    if isinstance(node, exp.Boolean | exp.Null):
        return ibis.literal(bool(node.this)) if isinstance(node, exp.Boolean) else ibis.null()
    if isinstance(node, exp.And | exp.Or):
        left, right = build(node.this, scope), build(node.expression, scope)
        return left & right if isinstance(node, exp.And) else left | right
    if isinstance(node, exp.Not):
        return ~build(node.this, scope)
    if isinstance(node, exp.Neg):
        return -build(node.this, scope)
    if type(node) in COMPARISONS or type(node) in ARITHMETIC:
        left, right = build(node.this, scope), build(node.expression, scope)
        if type(node) in ARITHMETIC:
            return exactly(ARITHMETIC[type(node)], left, right)
        return COMPARISONS[type(node)](*alike(_lift(left), right))
    return _build_test(node, scope)


def _build_test(node: Any, scope: Mapping[str, Any]) -> Any:
    import ibis

    subject: Any = _lift(build(node.this, scope)) if node.this is not None else None
    if isinstance(node, exp.In):
        subject, *items = alike(subject, *(build(item, scope) for item in node.expressions))
        return subject.isin(items)
    if isinstance(node, exp.Between):
        subject, low, high = alike(subject, build(node.args["low"], scope), build(node.args["high"], scope))
        return subject.between(low, high)
    if isinstance(node, exp.Like):
        return subject.like(build(node.expression, scope))
    if isinstance(node, exp.Is):
        if isinstance(node.expression, exp.Null):
            return subject.isnull()
        return (subject == build(node.expression, scope)).fill_null(False)
    if isinstance(node, exp.Case):
        default = node.args.get("default")
        parts = [part.args["true"] for part in node.args["ifs"]] + ([default] if default is not None else [])
        values = alike(*(build(part, scope) for part in parts))
        branches = [(build(part.this, scope), value) for part, value in zip(node.args["ifs"], values, strict=False)]
        return ibis.cases(*branches, else_=values[-1] if default is not None else None)
    return _build_call(node, subject, scope)


def _build_call(node: Any, subject: Any, scope: Mapping[str, Any]) -> Any:
    if isinstance(node, exp.Coalesce):
        values = alike(subject, *(build(item, scope) for item in node.expressions))
        return reduce(lambda value, other: value.fill_null(other), values)
    if isinstance(node, exp.Contains | exp.StartsWith | exp.RegexpLike):
        other = build(node.expression, scope)
        verb = {exp.Contains: "contains", exp.StartsWith: "startswith", exp.RegexpLike: "re_search"}[type(node)]
        return getattr(subject, verb)(other)
    if isinstance(node, exp.Substring):
        start = int(node.args["start"].name) - 1
        return subject.substr(start, int(node.args["length"].name))
    verbs = {exp.Abs: "abs", exp.Length: "length", exp.Lower: "lower", exp.Upper: "upper"}
    return getattr(subject, verbs[type(node)])()


def _lift(value: Any) -> Any:
    """Turn a plain literal on the left side into an Ibis one, so that its operators build expressions."""
    import ibis

    return ibis.literal(value) if isinstance(value, str | int | float) else value


def _number(text: str) -> Any:
    import ibis

    if text.isdigit() and len(text) < len(str(2**63)):
        return int(text)
    whole, _, part = text.partition(".")
    return ibis.literal(text).cast(f"decimal({len(whole) + len(part)}, {len(part)})")
