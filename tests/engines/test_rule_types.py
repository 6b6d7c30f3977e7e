"""A rule that compares unlike things, or is no condition, is refused before it runs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passavant.engines import Engine, compile_rule, open_duckdb, parse_rule
from passavant.engines.kinds import BOOLEAN, DATE, TEXT, TIME, Kind, number, text
from passavant.engines.rule_types import _pattern_fault, check_rule
from passavant.errors import BadInput, Place

_NAMES: dict[str, Kind] = {
    "goods_total": number("EUR", 19),
    "cif_total": number("EUR", 19),
    "duty_total": number("CHF", 19),
    "vat_rate": number("percent", 19),
    "mass": number("kg", 14, 3),
    "quantity": number("count", 18, 3),
    "description": TEXT,
    "hs_code": TEXT,
    "nature": text(["sale", "gift", "documents"]),
    "channel": text(["post", "express"]),
    "second_hand": BOOLEAN,
    "law_on": DATE,
    "lodged_at": TIME,
}
_ENGINE: Engine = open_duckdb()


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("regexp_matches(description, '(')", "cannot be used"),
        ("regexp_matches(description, '(?=x)')", "cannot be used"),
        ("regexp_matches(description, hs_code)", "no quoted text"),
        ("goods_total = 'x'", "puts an amount in EUR against a text"),
        ("LENGTH(goods_total) > 1", "goods_total is an amount in EUR"),
        ("SUBSTRING(hs_code, 1) = '61'", "SUBSTRING with 2 arguments"),
        ("SUBSTRING(hs_code, 0, 2) = '61'", "whole numbers"),
        ("description < goods_total", "puts a text against an amount in EUR"),
        ("cif_total < vat_rate", "puts an amount in EUR against a percentage"),
        ("cif_total < duty_total", "an amount in CHF"),
        ("goods_total + mass > 1", "kilograms"),
        ("goods_total * cif_total > 1", "against an amount in EUR"),
        ("goods_total * vat_rate > 1", "against a percentage"),
        ("goods_total * goods_total * quantity > 1", "against"),
        ("5 * quantity * quantity * quantity > 1", "digits"),
        ("5", "5 is a number"),
        ("hs_code", "hs_code is a text"),
        ("goods_total AND second_hand", "goods_total is an amount in EUR"),
        ("NOT hs_code", "hs_code is a text"),
        ("nature = 'document'", "did you mean documents"),
        ("nature IN ('gift', 'Sale')", "did you mean sale"),
        ("COALESCE(channel, 'cargo') = 'carg'", "did you mean cargo"),
        ("COALESCE(channel) = 'post'", "COALESCE with 1 arguments"),
        ("CASE WHEN hs_code THEN 1 ELSE 2 END = 1", "hs_code is a text"),
        ("CASE WHEN second_hand THEN 1 ELSE 'x' END = 1", "against"),
        ("law_on > 'tomorrow'", "puts a date against a text"),
        ("law_on > lodged_at", "puts a date against a moment"),
        ("goods_total BETWEEN 1 AND 'x'", "against a text"),
        ("goods_totl > 1", "did you mean goods_total"),
        ("law_on > '20260101'", "puts a date against a text"),
        ("law_on > '2026-W01-1'", "puts a date against a text"),
        ("law_on > '2026-02-30'", "puts a date against a text"),
        ("lodged_at > '2026-01-01'", "puts a moment against a text"),
        ("description IS TRUE", "description is a text"),
        ("goods_total IS 1", "asks IS of a value"),
        ("NULL", "NULL is nothing"),
        ("NOT NULL", "NULL is nothing"),
        ("NULL = NULL", "NULL is nothing"),
        ("second_hand AND NULL", "NULL is nothing"),
        ("UPPER(NULL) = 'A'", "NULL is nothing"),
        ("ABS(NULL) > 1", "NULL is nothing"),
        ("- NULL > 1", "NULL is nothing"),
        ("goods_total IN (1, NULL)", "NULL is nothing"),
        ("COALESCE(NULL, NULL) = 1", "is nothing"),
    ],
)
def test_an_ill_typed_rule_is_refused_with_file_and_line(rule: str, says: str) -> None:
    with pytest.raises(BadInput) as caught:
        check_rule(parse_rule(rule, Place(file="p.yaml", line=7)), _NAMES)

    shown = caught.value.diagnostics("en")
    assert says in shown
    assert "p.yaml:7" in shown
    assert caught.value.diagnostics("fr") != shown


@pytest.mark.parametrize(
    "rule",
    [
        "a >",
        "(",
        "",
        "a = 1 AND AND b = 2",
        "regexp_matches(a, 'x', 'i')",
        "LENGTH(a, b) = 1",
        "IF(a, b, c)",
        "CASE a WHEN 1 THEN 2 END = 2",
        "a > 1e5",
        "a BETWEEN SYMMETRIC 1 AND 2",
        "STARTS_WITH(a) = b",
        "COALESCE(a, b, c, d, e, f, g, h, i) = 'x'",
    ],
)
def test_what_is_outside_the_language_is_refused_without_the_parser_s_own_words(rule: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_rule(rule)

    assert "sqlglot" not in caught.value.diagnostics("en")


@pytest.mark.parametrize(
    "rule",
    [
        "TRUE",
        "goods_total <= 15000 AND NOT second_hand",
        "goods_total < cif_total * quantity",
        "goods_total < 20000 * quantity",
        "mass * 2 >= 0.05",
        "law_on >= '2026-07-01' AND lodged_at < '2026-07-01T00:00:00+00:00'",
        "COALESCE(channel, 'cargo') NOT IN ('post', 'express', 'cargo')",
        "nature <> 'documents' OR nature IS NULL",
        "SUBSTRING(hs_code, 1, 2) IN ('61', '62') AND LENGTH(hs_code) = 6",
        "CASE WHEN second_hand THEN goods_total ELSE 0 END < 100",
        "CONTAINS(UPPER(description), 'X') OR STARTS_WITH(description, 'y') OR description LIKE '%z'",
        "regexp_matches(description, '\\b(a|b)\\b') AND second_hand IS NOT TRUE",
        "ABS(goods_total - cif_total) > 1",
        "CASE WHEN second_hand THEN NULL ELSE 1 END = 1 OR COALESCE(NULL, goods_total) > 1",
    ],
)
def test_what_passes_the_check_runs(rule: str) -> None:
    check_rule(parse_rule(rule), _NAMES)

    assert 1 == len(_answers(rule))


_TEXTS = st.sampled_from(["description", "hs_code", "nature", "'gift'", "'x'", "'2026-01-01'", "''", "NULL"])
_NUMBERS = st.sampled_from(
    ["goods_total", "cif_total", "vat_rate", "mass", "quantity", "0", "1.5", "99999999999", "NULL"]
)
_OTHERS = st.sampled_from(
    ["second_hand", "law_on", "lodged_at", "TRUE", "NULL", "'2026-07-01T00:00:00Z'", "'20260101'"]
)


def _values(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return values made of others, well typed or not: the check has to tell."""
    return st.one_of(
        st.builds("{} {} {}".format, inner, st.sampled_from(["+", "-", "*", "=", "<", ">=", "AND", "OR", "IS"]), inner),
        st.builds("({})".format, inner),
        st.builds("{} {}".format, st.sampled_from(["NOT", "-"]), inner),
        st.builds("{}({})".format, st.sampled_from(["ABS", "LENGTH", "LOWER", "UPPER"]), inner),
        st.builds("{}({}, {})".format, st.sampled_from(["COALESCE", "CONTAINS", "STARTS_WITH"]), inner, inner),
        st.builds("{} IN ({}, {})".format, inner, inner, inner),
        st.builds("{} BETWEEN {} AND {}".format, inner, inner, inner),
        st.builds("CASE WHEN {} THEN {} ELSE {} END".format, inner, inner, inner),
        st.builds("{} IS {}".format, inner, st.sampled_from(["NULL", "NOT NULL", "TRUE", "NOT FALSE"])),
        st.builds("SUBSTRING({}, 1, 2)".format, inner),
    )


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.recursive(st.one_of(_TEXTS, _NUMBERS, _OTHERS), _values, max_leaves=6))
def test_whatever_the_check_accepts_runs(rule: str) -> None:
    try:
        check_rule(parse_rule(rule), _NAMES)
    except BadInput:
        return

    assert [] == [answer for answer in _answers(rule) if answer not in (True, False)]


def test_what_is_unknown_is_not_true() -> None:
    assert [True] == _answers("second_hand IS NOT TRUE")
    assert [False] == _answers("second_hand IS TRUE OR second_hand IS FALSE")


def _answers(rule: str) -> list[object]:
    """Run a rule on one row of which nothing is known."""
    families = {"text": pa.string(), "boolean": pa.bool_(), "date": pa.date32(), "time": pa.timestamp("us", "UTC")}
    types = {
        name: families.get(kind.family) or (pa.decimal128(kind.digits, kind.scale) if kind.scale else pa.int64())
        for name, kind in _NAMES.items()
    }
    table = _ENGINE.arrow("typed_row", pa.table({name: pa.array([None], kind) for name, kind in types.items()}))
    answer = compile_rule(parse_rule(rule), {name: table[name] for name in table.columns})
    return list(_ENGINE.fetch(table.select(answer=answer)).column(0).to_pylist())


def test_patterns_are_checked_by_several_threads_at_once() -> None:
    patterns = [f"^thread{number}[0-9]+$" for number in range(200)]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(_pattern_fault, patterns))

    assert [None] * len(patterns) == found
