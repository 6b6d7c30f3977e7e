"""The rule language: SQL boolean expressions, parsed by sqlglot, checked, and compiled to Ibis.

A rule may use columns and parameters by name, numbers and quoted texts, ``AND OR NOT``, comparisons, ``+ - *``,
``IN``, ``BETWEEN``, ``LIKE``, ``IS NULL``, ``CASE`` and the functions in :data:`FUNCTIONS`. There is no division
(money would turn into a float), no sub-query and nothing that reaches outside the row.

>>> sorted(parse_rule("hs_code LIKE '22%' AND goods_total <= relief").names)
['goods_total', 'hs_code', 'relief']
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

import sqlglot
from sqlglot import exp

from passavant.errors import BadInput, Both, Place

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["FUNCTIONS", "Expression", "compile_rule", "parse_rule"]

#: Functions a rule may call, with the number of arguments each takes.
FUNCTIONS: dict[str, tuple[int, int]] = {
    "ABS": (1, 1),
    "COALESCE": (2, 8),
    "CONTAINS": (2, 2),
    "LENGTH": (1, 1),
    "LOWER": (1, 1),
    "REGEXP_MATCHES": (2, 2),
    "STARTS_WITH": (2, 2),
    "SUBSTRING": (3, 3),
    "UPPER": (1, 1),
}

_COMPARISONS: dict[type[exp.Expr], Callable[[Any, Any], Any]] = {
    exp.EQ: lambda a, b: a == b,
    exp.NEQ: lambda a, b: a != b,
    exp.LT: lambda a, b: a < b,
    exp.LTE: lambda a, b: a <= b,
    exp.GT: lambda a, b: a > b,
    exp.GTE: lambda a, b: a >= b,
    exp.Add: lambda a, b: a + b,
    exp.Sub: lambda a, b: a - b,
    exp.Mul: lambda a, b: a * b,
}
_STRUCTURE = (exp.And, exp.Or, exp.Not, exp.Paren, exp.In, exp.Between, exp.Like, exp.Is, exp.Neg, exp.Case, exp.If)
_LEAVES = (exp.Literal, exp.Boolean, exp.Null, exp.Column, exp.Identifier)
_CALLS = (
    exp.Abs, exp.Coalesce, exp.Contains, exp.Length, exp.Lower, exp.RegexpLike, exp.RegexpFullMatch, exp.StartsWith,
    exp.Substring, exp.Upper,
)  # fmt: skip


@dataclass(frozen=True)
class Expression:
    """A parsed rule: its text, its syntax tree, the names it uses and where it was written."""

    text: str
    tree: exp.Expr
    names: frozenset[str]
    place: Place | None = None

    def patterns(self, column: str) -> list[str] | None:
        """Return the regular expressions this rule looks for in a column.

        None when it uses the column in another way too, or a pattern that matches the empty text: then a text in which
        nothing is found may not be put in the column's place.
        """
        found: list[str] = []
        for use in self.tree.find_all(exp.Column):
            parent = use.parent
            if use.name != column:
                continue
            if not (isinstance(parent, exp.RegexpLike) and parent.this is use and parent.expression.is_string):
                return None
            found.append(parent.expression.name)
        return None if any(re.search(pattern, "") for pattern in found) else found

    def check(self, known: Collection[str]) -> None:
        """Refuse names that are neither columns nor parameters.

        Raises:
            BadInput: an unknown name, with the nearest known ones.
        """
        for name in sorted(self.names - set(known)):
            near = ", ".join(difflib.get_close_matches(name, sorted(known), n=3)) or "—"
            raise _refusal(
                "engines.rule.unknown_name",
                (f"the rule names {name!r}, which is no column", f"la règle cite {name!r}, qui n'est pas une colonne"),
                (f"a known name; nearest: {near}", f"un nom connu ; les plus proches : {near}"),
                self.text,
                self.place,
            )


def parse_rule(text: str, place: Place | None = None) -> Expression:
    """Parse and check one rule.

    Args:
        text: The SQL boolean expression.
        place: File and line, shown in errors.

    Raises:
        BadInput: not SQL, or SQL outside the rule language.
    """
    try:
        tree = sqlglot.parse_one(text, dialect="duckdb")
    except sqlglot.errors.SqlglotError as error:
        problem = str(error).split("\n")[0][:160]
        raise _refusal(
            "engines.rule.syntax",
            (f"not an SQL expression: {problem}", f"ce n'est pas une expression SQL : {problem}"),
            ("a boolean SQL expression", "une expression SQL booléenne"),
            text,
            place,
        ) from error
    for node in tree.walk():
        _check_node(node, text, place)
    names = frozenset(column.name for column in tree.find_all(exp.Column))
    return Expression(text, tree, names, place)


def compile_rule(rule: Expression, scope: Mapping[str, Any]) -> ir.BooleanValue:
    """Turn a rule into an Ibis expression over ``scope``: a value for each name; unknown (null) counts as no."""
    rule.check(scope.keys())
    value: Any = _build(rule.tree, scope)
    return value.fill_null(False) if hasattr(value, "fill_null") else value


def _check_node(node: exp.Expr, text: str, place: Place | None) -> None:
    allowed = isinstance(node, (*_STRUCTURE, *_LEAVES, *_CALLS, *_COMPARISONS))
    if isinstance(node, exp.Column) and node.table:
        allowed = False
    if isinstance(node, exp.In) and not node.expressions:
        allowed = False  # IN (SELECT …)
    if not allowed:
        shown = node.sql(dialect="duckdb")[:60]
        functions = ", ".join(sorted(FUNCTIONS))
        raise _refusal(
            "engines.rule.not_allowed",
            (f"{shown!r} is outside the rule language", f"{shown!r} est hors du langage des règles"),
            (
                f"AND OR NOT, comparisons, + - *, IN, BETWEEN, LIKE, IS NULL, CASE, {functions}",
                f"AND OR NOT, comparaisons, + - *, IN, BETWEEN, LIKE, IS NULL, CASE, {functions}",
            ),
            text,
            place,
        )


def _build(node: Any, scope: Mapping[str, Any]) -> Any:
    import ibis

    if isinstance(node, exp.Paren):
        return _build(node.this, scope)
    if isinstance(node, exp.Column):
        return scope[node.name]
    if isinstance(node, exp.Literal):
        return node.this if node.is_string else _number(node.this)
    if isinstance(node, exp.Boolean):
        return ibis.literal(bool(node.this))
    if isinstance(node, exp.Null):
        return ibis.null()
    if isinstance(node, exp.And | exp.Or):
        left, right = _build(node.this, scope), _build(node.expression, scope)
        return left & right if isinstance(node, exp.And) else left | right
    if isinstance(node, exp.Not):
        return ~_build(node.this, scope)
    if isinstance(node, exp.Neg):
        return -_build(node.this, scope)
    if type(node) in _COMPARISONS:
        left, right = _build(node.this, scope), _build(node.expression, scope)
        return _COMPARISONS[type(node)](_lift(left), right)
    return _build_test(node, scope)


def _build_test(node: Any, scope: Mapping[str, Any]) -> Any:
    import ibis

    subject: Any = _lift(_build(node.this, scope)) if node.this is not None else None
    if isinstance(node, exp.In):
        return subject.isin([_build(item, scope) for item in node.expressions])
    if isinstance(node, exp.Between):
        return subject.between(_build(node.args["low"], scope), _build(node.args["high"], scope))
    if isinstance(node, exp.Like):
        return subject.like(_build(node.expression, scope))
    if isinstance(node, exp.Is):
        other = _build(node.expression, scope)
        return subject.isnull() if isinstance(node.expression, exp.Null) else subject == other
    if isinstance(node, exp.Case):
        branches = [(_build(part.this, scope), _build(part.args["true"], scope)) for part in node.args["ifs"]]
        default = node.args.get("default")
        return ibis.cases(*branches, else_=_build(default, scope) if default is not None else None)
    return _build_call(node, subject, scope)


def _build_call(node: Any, subject: Any, scope: Mapping[str, Any]) -> Any:
    if isinstance(node, exp.Coalesce):
        others = [_build(item, scope) for item in node.expressions]
        return reduce(lambda value, other: value.fill_null(other), others, subject)
    if isinstance(node, exp.Contains | exp.StartsWith | exp.RegexpLike):
        other = _build(node.expression, scope)
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

    if text.isdigit():
        return int(text)
    whole, _, part = text.partition(".")
    return ibis.literal(text).cast(f"decimal({len(whole) + len(part)}, {len(part)})")


def _refusal(code: str, got: Both, expected: Both, text: str, place: Place | None) -> BadInput:
    where = Place(file=place.file, line=place.line, field=place.field, value=text) if place else Place(value=text)
    return BadInput(
        code,
        got=got,
        expected=expected,
        next_step=(
            "Correct the rule and run `passavant policy check FILE`.",
            "Corrigez la règle et lancez `passavant policy check FICHIER`.",
        ),
        place=where,
    )
