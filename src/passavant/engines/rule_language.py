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
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import sqlglot
from sqlglot import exp

from passavant.engines.rule_build import ARITHMETIC, COMPARISONS, build
from passavant.errors import BadInput, Both, Place

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["FUNCTIONS", "Expression", "compile_rule", "parse_rule", "refusal"]

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

_STRUCTURE = (exp.And, exp.Or, exp.Not, exp.Paren, exp.In, exp.Between, exp.Like, exp.Is, exp.Neg, exp.Case, exp.If)
_LEAVES = (exp.Literal, exp.Boolean, exp.Null, exp.Column, exp.Identifier)
_CALLS: dict[type[exp.Expr], str] = {
    exp.Abs: "ABS", exp.Coalesce: "COALESCE", exp.Contains: "CONTAINS", exp.Length: "LENGTH", exp.Lower: "LOWER",
    exp.RegexpLike: "REGEXP_MATCHES", exp.StartsWith: "STARTS_WITH", exp.Substring: "SUBSTRING", exp.Upper: "UPPER",
}  # fmt: skip
#: What SQL allows to be added to these and the language does not know.
_ADDITIONS: dict[type[exp.Expr], str] = {
    exp.RegexpLike: "flag", exp.Length: "binary", exp.Between: "symmetric", exp.Case: "this",
}  # fmt: skip
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")


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

    def expanded(self, conditions: Mapping[str, Expression]) -> Expression:
        """Return the same rule with the names of conditions replaced by what they say."""
        if not self.names & conditions.keys():
            return self

        def said(node: exp.Expr) -> exp.Expr:
            named = isinstance(node, exp.Column) and node.name in conditions
            return exp.Paren(this=conditions[node.name].tree.copy()) if named else node

        tree = self.tree.transform(said)
        return replace(self, tree=tree, names=frozenset(column.name for column in tree.find_all(exp.Column)))

    def check(self, known: Collection[str]) -> None:
        """Refuse names that are neither columns nor parameters.

        Raises:
            BadInput: an unknown name, with the nearest known ones.
        """
        for name in sorted(self.names - set(known)):
            near = ", ".join(difflib.get_close_matches(name, sorted(known), n=3)) or "—"
            raise refusal(
                "engines.rule.unknown_name",
                (f"the rule names {name!r}, which is not known here", f"la règle cite {name!r}, inconnu ici"),
                (f"a known name; did you mean {near}?", f"un nom connu ; vouliez-vous écrire {near} ?"),
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
        raise refusal(
            "engines.rule.syntax",
            _syntax(error),
            (
                "a whole condition, such as goods_total <= relief",
                "une condition complète, telle que goods_total <= relief",
            ),
            text,
            place,
        ) from error
    for node in tree.walk():
        _check_node(node, text, place)
    names = frozenset(column.name for column in tree.find_all(exp.Column))
    return Expression(text, tree, names, place)


def compile_rule(
    rule: Expression, scope: Mapping[str, Any], *, unknown: Literal["no", "null"] = "no"
) -> ir.BooleanValue:
    """Turn a rule into an Ibis expression over ``scope``: a value for each name.

    Args:
        rule: A parsed rule.
        scope: What each name stands for.
        unknown: Whether a condition that cannot be judged (null) counts as no or stays null.
    """
    rule.check(scope.keys())
    value: Any = build(rule.tree, scope)
    return value.fill_null(False) if unknown == "no" and hasattr(value, "fill_null") else value


def _syntax(error: sqlglot.errors.SqlglotError) -> Both:
    found = getattr(error, "errors", None) or [{}]
    near, column = found[0].get("highlight"), found[0].get("col")
    if not near:
        return "not an SQL expression", "ce n'est pas une expression SQL"
    return (
        f"not an SQL expression: it breaks off or goes wrong at {near!r}, character {column}",
        f"ce n'est pas une expression SQL : elle s'interrompt ou se trompe à {near!r}, caractère {column}",
    )


def _allowed(node: exp.Expr) -> bool:
    if not isinstance(node, (*_STRUCTURE, *_LEAVES, *_CALLS, *COMPARISONS, *ARITHMETIC)):
        return False
    if node.args.get(_ADDITIONS.get(type(node), "")):
        return False
    if isinstance(node, exp.Column):
        return not node.table
    if isinstance(node, exp.If):
        return isinstance(node.parent, exp.Case)
    if isinstance(node, exp.Literal):
        return bool(node.is_string or _NUMBER.fullmatch(node.this))
    return not isinstance(node, exp.In) or bool(node.expressions)  # IN (SELECT …) has none


def _arguments(node: exp.Expr) -> int:
    """Return how many arguments a call has."""
    values = (value if isinstance(value, list) else [value] for value in node.args.values())
    return sum(isinstance(one, exp.Expr) for value in values for one in value)


def _check_count(node: exp.Expr, text: str, place: Place | None) -> None:
    name = _CALLS[type(node)]
    least, most = FUNCTIONS[name]
    found, wanted = _arguments(node), str(least) if least == most else f"{least}-{most}"
    if not least <= found <= most:
        raise refusal(
            "engines.rule.arguments",
            (f"{name} with {found} arguments", f"{name} avec {found} arguments"),
            (f"arguments: {wanted}", f"nombre d'arguments : {wanted}"),
            text,
            place,
        )


def _check_node(node: exp.Expr, text: str, place: Place | None) -> None:
    if not _allowed(node):
        shown = node.sql(dialect="duckdb")[:60]
        functions = ", ".join(sorted(FUNCTIONS))
        raise refusal(
            "engines.rule.not_allowed",
            (f"{shown!r} is outside the rule language", f"{shown!r} est hors du langage des règles"),
            (
                f"AND OR NOT, comparisons, + - *, IN, BETWEEN, LIKE, IS NULL, CASE, {functions}",
                f"AND OR NOT, comparaisons, + - *, IN, BETWEEN, LIKE, IS NULL, CASE, {functions}",
            ),
            text,
            place,
        )
    if type(node) in _CALLS:
        _check_count(node, text, place)


def refusal(code: str, got: Both, expected: Both, text: str, place: Place | None) -> BadInput:
    """Return the error that refuses a rule, with its place and its text."""
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
