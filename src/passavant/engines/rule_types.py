"""The types of a rule, checked before it ever runs: yes-or-no as a whole, like compared with like.

A rule that compares kroner with per cent, or asks a number for its length, is a mistake that only a run would otherwise
show, and not always: SQL compares the numbers and says nothing.

>>> from passavant.engines.kinds import number
>>> from passavant.engines.rule_language import parse_rule
>>> check_rule(parse_rule("goods_total <= 5000"), {"goods_total": number("EUR", 19)})
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, reduce
from typing import Any

from sqlglot import exp

from passavant.engines.exact import MOST_DIGITS, combined
from passavant.engines.kinds import BOOLEAN, FAMILIES, NULL, TEXT, Family, Kind, named, number, plain, text
from passavant.engines.rule_build import ARITHMETIC, COMPARISONS
from passavant.engines.rule_language import Expression, refusal
from passavant.errors import BadInput, Both

__all__ = ["check_rule"]


def check_rule(rule: Expression, names: Mapping[str, Kind]) -> None:
    """Refuse a rule that is no condition, or that compares what cannot be compared.

    Args:
        rule: A parsed rule.
        names: What each name that it may use stands for.

    Raises:
        BadInput: an unknown name, a wrong type, unlike units, a code outside its list, a pattern that does not compile.
    """
    rule.check(names.keys())
    checker = _Checker(rule, names)
    kind = checker.kind(rule.tree)
    if kind.family != "boolean":
        raise checker.fault(rule.tree, kind, ("a condition: yes or no", "une condition : oui ou non"))


#: How a rule writes a day and a moment, by what they are compared with.
_MOMENTS = {
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "time": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})"),
}
_NULL_PLACES = ("NULL after IS, in COALESCE or in CASE only", "NULL après IS, dans COALESCE ou dans CASE seulement")


@dataclass(frozen=True)
class _Checker:
    rule: Expression
    names: Mapping[str, Kind]

    def kind(self, node: Any) -> Kind:
        """Return what a part of the rule stands for, its own parts checked."""
        if isinstance(node, exp.Paren):
            return self.kind(node.this)
        if isinstance(node, exp.Column):
            return self.names[node.name]
        if isinstance(node, exp.Literal):
            return text([node.this or ""]) if node.is_string else plain(node.this)
        if isinstance(node, exp.Null):
            raise self.fault(node, NULL, _NULL_PLACES)
        if isinstance(node, exp.Neg):
            return self.must(node.this, "number")
        if type(node) in ARITHMETIC:
            return self._arithmetic(node)
        if isinstance(node, exp.Case):
            return self._case(node)
        return (
            self._call(node)
            if isinstance(node, exp.Func) and not isinstance(node, exp.And | exp.Or)
            else self._test(node)
        )

    def must(self, node: Any, family: Family) -> Kind:
        """Return the kind of a part that must be of a family."""
        found = self.kind(node)
        if found.family != family:
            raise self.fault(node, found, FAMILIES[family])
        return found

    def fault(self, node: Any, found: Kind, expected: Both) -> BadInput:
        """Return the error for a part that is not what it must be."""
        shown, (en, fr) = _sql(node), named(found)
        return self._refuse((f"{shown} is {en}", f"{shown} est {fr}"), expected)

    def _test(self, node: Any) -> Kind:
        if isinstance(node, exp.And | exp.Or):
            self.must(node.this, "boolean")
            self.must(node.expression, "boolean")
        elif isinstance(node, exp.Not):
            self.must(node.this, "boolean")
        elif isinstance(node, exp.Is):
            self._is(node)
        elif isinstance(node, exp.Like):
            self.must(node.this, "text")
            self._literal(node.expression)
        elif type(node) in COMPARISONS or isinstance(node, exp.In | exp.Between):
            self._alike(node, node.this, _others(node))
        return BOOLEAN

    def _is(self, node: exp.Is) -> None:
        if isinstance(node.expression, exp.Boolean):
            self.must(node.this, "boolean")
        elif isinstance(node.expression, exp.Null):
            self.kind(node.this)
        else:
            raise self._refuse(
                (f"{_sql(node)} asks IS of a value", f"{_sql(node)} applique IS à une valeur"),
                ("IS NULL, IS TRUE or IS FALSE; = for values", "IS NULL, IS TRUE ou IS FALSE ; = pour les valeurs"),
            )

    def _part(self, node: Any) -> Kind:
        """Return the kind of one of several values of which some may be NULL."""
        return NULL if isinstance(node, exp.Null) else self.kind(node)

    def _whole_of(self, node: Any, parts: list[Any]) -> tuple[Kind, list[Kind]]:
        """Return what values among which one is chosen are together, and each; one at least is not NULL."""
        kinds = [self._part(part) for part in parts]
        free = [replace(kind, codes=None) for kind in kinds]
        whole = reduce(lambda one, two: self._pair(node, (node, one), (node, two)), free)
        if whole.family == "null":
            raise self.fault(node, NULL, _NULL_PLACES)
        return whole, kinds

    def _alike(self, node: Any, first: Any, others: list[Any]) -> Kind:
        kind = self.kind(first)
        for other in others:
            kind = self._pair(node, (first, kind), (other, self.kind(other)))
        return kind

    def _pair(self, node: Any, left: tuple[Any, Kind], right: tuple[Any, Kind]) -> Kind:
        (one, first), (two, second) = left, right
        if "null" in (first.family, second.family):
            return second if first.family == "null" else first
        if first.family != second.family:
            if _is_moment(one, second) or _is_moment(two, first):
                return first
            raise self._unlike(node, first, second)
        if first.family == "number":
            if None not in (first.unit, second.unit) and first.unit != second.unit:
                raise self._unlike(node, first, second)
            shape = combined("-", (first.digits, first.scale), (second.digits, second.scale))
            return number(first.unit or second.unit, self._held(node, shape[0] - 1), shape[1])
        return self._codes(node, left, right)

    def _codes(self, node: Any, left: tuple[Any, Kind], right: tuple[Any, Kind]) -> Kind:
        (one, first), (two, second) = left, right
        for literal, value, codes in ((one, first, second.codes), (two, second, first.codes)):
            if isinstance(literal, exp.Literal) and codes and not (value.codes or frozenset()) <= codes:
                near = ", ".join(difflib.get_close_matches(literal.this, sorted(codes), n=2)) or ", ".join(
                    sorted(codes)[:8]
                )
                raise self._refuse(
                    (f"{_sql(node)}: {literal.this!r} is not in the list of values", f"{_sql(node)} : {literal.this!r} n'est pas dans la liste des valeurs"),
                    (f"did you mean {near}?", f"vouliez-vous écrire {near} ?"),
                )  # fmt: skip
        return first if not isinstance(one, exp.Literal) else second

    def _arithmetic(self, node: Any) -> Kind:
        first, second = self.must(node.this, "number"), self.must(node.expression, "number")
        if "null" in (first.family, second.family):
            raise self.fault(node, NULL, FAMILIES["number"])
        operator = ARITHMETIC[type(node)]
        digits, scale = combined(operator, (first.digits, first.scale), (second.digits, second.scale))
        self._held(node, digits)
        if operator == "*":
            return number(self._product(node, first, second), digits, scale)
        if None not in (first.unit, second.unit) and first.unit != second.unit:
            raise self._unlike(node, first, second)
        return number(first.unit or second.unit, digits, scale)

    def _product(self, node: Any, first: Kind, second: Kind) -> str | None:
        units = {first.unit, second.unit}
        if units <= {None, "count"}:
            return "count" if units == {"count"} else None
        known = [unit for unit in (first.unit, second.unit) if unit not in (None, "count")]
        if len(known) > 1 and ("percent" in known or known.count("kg") != 1):
            raise self._unlike(node, first, second)
        return next((unit for unit in known if unit != "kg"), "kg")

    def _case(self, node: exp.Case) -> Kind:
        for branch in node.args["ifs"]:
            self.must(branch.this, "boolean")
        default = node.args.get("default")
        values = [branch.args["true"] for branch in node.args["ifs"]] + ([default] if default is not None else [])
        return self._whole_of(node, values)[0]

    def _call(self, node: Any) -> Kind:
        if isinstance(node, exp.Coalesce):
            return self._coalesce(node)
        if isinstance(node, exp.Abs):
            return self.must(node.this, "number")
        self.must(node.this, "text")
        if isinstance(node, exp.Length):
            return number(None, 10)
        if isinstance(node, exp.Contains | exp.StartsWith | exp.RegexpLike):
            pattern = self._literal(node.expression)
            if isinstance(node, exp.RegexpLike) and (problem := _pattern_fault(pattern)):
                raise self._refuse(
                    (f"the pattern {pattern!r} cannot be used: {problem}", f"le motif {pattern!r} est inutilisable : {problem}"),
                    ("a regular expression without look-around or back-references (RE2)", "une expression rationnelle sans assertion ni référence arrière (RE2)"),
                )  # fmt: skip
            return BOOLEAN
        if isinstance(node, exp.Substring):
            self._whole(node, node.args.get("start"), 1)
            self._whole(node, node.args.get("length"), 0)
        return TEXT

    def _coalesce(self, node: exp.Coalesce) -> Kind:
        whole, kinds = self._whole_of(node, [node.this, *node.expressions])
        listed = [kind.codes for kind in kinds if kind.family != "null"]
        return replace(whole, codes=None if None in listed else frozenset().union(*(codes or () for codes in listed)))

    def _literal(self, node: Any) -> str:
        if not (isinstance(node, exp.Literal) and node.is_string):
            raise self._refuse(
                (f"{_sql(node)} is no quoted text", f"{_sql(node)} n'est pas un texte entre apostrophes"),
                FAMILIES["text"],
            )
        return str(node.this)

    def _whole(self, node: Any, part: Any, least: int) -> None:
        if not (
            isinstance(part, exp.Literal) and not part.is_string and part.this.isdigit() and int(part.this) >= least
        ):
            raise self._refuse(
                (f"{_sql(node)}: start and length must be whole numbers", f"{_sql(node)} : début et longueur doivent être des entiers"),
                ("SUBSTRING(text, 1, 2)", "SUBSTRING(texte, 1, 2)"),
            )  # fmt: skip

    def _held(self, node: Any, digits: int) -> int:
        if digits > MOST_DIGITS:
            raise self._refuse(
                (f"{_sql(node)} may need {digits} digits", f"{_sql(node)} peut demander {digits} chiffres"),
                (f"at most {MOST_DIGITS} digits: fewer factors", f"au plus {MOST_DIGITS} chiffres : moins de facteurs"),
            )
        return digits

    def _unlike(self, node: Any, first: Kind, second: Kind) -> BadInput:
        (one, un), (two, deux) = named(first), named(second)
        shown = _sql(node)
        return self._refuse(
            (f"{shown} puts {one} against {two}", f"{shown} met {un} en regard de {deux}"),
            (
                "like with like: the same unit on both sides",
                "des grandeurs semblables : la même unité de part et d'autre",
            ),
        )

    def _refuse(self, got: Both, expected: Both) -> BadInput:
        return refusal("engines.rule.type", got, expected, self.rule.text, self.rule.place)


def _others(node: Any) -> list[Any]:
    if isinstance(node, exp.In):
        return list(node.expressions)
    return [node.args["low"], node.args["high"]] if isinstance(node, exp.Between) else [node.expression]


def _is_moment(node: Any, other: Kind) -> bool:
    """Return whether a quoted text stands for the date or the moment that it is compared with."""
    if other.family not in ("date", "time") or not (isinstance(node, exp.Literal) and node.is_string):
        return False
    if not _MOMENTS[other.family].fullmatch(node.this):
        return False
    try:
        (dt.date if other.family == "date" else dt.datetime).fromisoformat(node.this)
    except ValueError:
        return False
    return True


def _sql(node: Any) -> str:
    shown = node.sql(dialect="duckdb")
    return shown if len(shown) <= 60 else f"{shown[:59]}…"  # as much as a line bears


@cache
def _pattern_fault(pattern: str) -> str | None:
    """Say what is wrong with a regular expression, for Python (which reads patterns together) and for the engine."""
    import duckdb

    try:
        re.compile(pattern)
        with duckdb.connect() as own:  # the module's own connection is busy where another thread uses it
            own.execute("SELECT regexp_matches('', $1)", [pattern])
    except (re.error, duckdb.Error) as error:
        return str(error).split("\n", maxsplit=1)[0].removeprefix("Invalid Input Error: ")
    return None
