"""A rule that compares unlike things, or is no condition, is refused before it runs."""

from __future__ import annotations

import pyarrow as pa
import pytest

from passavant.engines import Engine, compile_rule, open_duckdb, parse_rule
from passavant.engines.kinds import BOOLEAN, DATE, TEXT, TIME, Kind, number, text
from passavant.engines.rule_types import check_rule
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
        ("SUBSTRING(hs_code, 1) = '61'", "whole numbers"),
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
        ("COALESCE(channel) = 'post'", "has one value"),
        ("CASE WHEN hs_code THEN 1 ELSE 2 END = 1", "hs_code is a text"),
        ("CASE WHEN second_hand THEN 1 ELSE 'x' END = 1", "against"),
        ("law_on > 'tomorrow'", "puts a date against a text"),
        ("law_on > lodged_at", "puts a date against a moment"),
        ("goods_total BETWEEN 1 AND 'x'", "against a text"),
        ("goods_totl > 1", "did you mean goods_total"),
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
    ],
)
def test_what_passes_the_check_runs(rule: str) -> None:
    families = {"text": pa.string(), "boolean": pa.bool_(), "date": pa.date32(), "time": pa.timestamp("us", "UTC")}
    types = {
        name: families.get(kind.family) or (pa.decimal128(kind.digits, kind.scale) if kind.scale else pa.int64())
        for name, kind in _NAMES.items()
    }
    table = _ENGINE.arrow("typed_row", pa.table({name: pa.array([None], kind) for name, kind in types.items()}))

    check_rule(parse_rule(rule), _NAMES)
    answer = compile_rule(parse_rule(rule), {name: table[name] for name in table.columns})

    assert 1 == _ENGINE.fetch(table.select(answer=answer)).num_rows
