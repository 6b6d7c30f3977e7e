"""Rules are SQL boolean expressions, and nothing else."""

import contextlib

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passavant.engines import Engine, compile_rule, open_duckdb, parse_rule
from passavant.errors import BadInput, Place

_ENGINE: Engine = open_duckdb()


def _decide(rule: str) -> bool:
    row = {"a": pa.array([2], pa.int64()), "b": pa.array(["x"]), "c": pa.array([None], pa.int64())}
    table = _ENGINE.arrow("one_row", pa.table(row))
    answer = compile_rule(parse_rule(rule), {name: table[name] for name in table.columns})
    return bool(_ENGINE.fetch(table.select(answer=answer)).column(0)[0].as_py())


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("a > 1 AND b = 'x'", True),
        ("a >= 3 OR b LIKE 'y%'", False),
        ("NOT a = 2", False),
        ("a IN (1, 2) AND b IN ('x')", True),
        ("a BETWEEN 2 AND 3", True),
        ("b IS NOT NULL AND c IS NULL", True),
        ("COALESCE(c, 7) = 7", True),
        ("a * 3 - 1 <= 5.0", True),
        ("REGEXP_MATCHES(b, '^[xyz]$')", True),
        ("STARTS_WITH(b, 'x') AND LENGTH(b) = 1", True),
        ("CONTAINS(UPPER(b), 'X') AND LOWER('X') = b", True),
        ("SUBSTRING(b, 1, 1) = 'x'", True),
        ("CASE WHEN a = 2 THEN b = 'x' ELSE FALSE END", True),
        ("-a = -2 AND ABS(-2) = a", True),
        ("c > 1", False),
    ],
)
def test_the_language_means_what_sql_means_and_unknown_is_no(rule: str, expected: bool) -> None:
    assert _decide(rule) is expected


@pytest.mark.parametrize(
    "rule",
    [
        "a > (SELECT 1)",
        "a IN (SELECT 1)",
        "a / 2 > 1",
        "a % 2 = 1",
        "read_csv('secrets')",
        "getenv('HOME') = 'x'",
        "a; DROP TABLE t",
        "t.a = 1",
        "random() > 0.5",
        "EXISTS (SELECT 1)",
        "a::int = 1",
        "current_setting('x') = 'y'",
    ],
)
def test_what_reaches_outside_the_row_is_refused(rule: str) -> None:
    with pytest.raises(BadInput):
        parse_rule(rule)


def test_an_unknown_name_is_refused_with_the_nearest_and_the_line() -> None:
    rule = parse_rule("hs_cod = '1'", Place(file="p.yaml", line=7))

    with pytest.raises(BadInput, match=r"p.yaml:7.*hs_cod") as caught:
        rule.check({"hs_code", "origin"})
    assert "hs_code" in caught.value.expected[0]


def test_half_an_expression_is_refused() -> None:
    with pytest.raises(BadInput, match="not an SQL expression"):
        parse_rule("a >")


@given(st.text(max_size=60))
def test_no_text_makes_the_parser_fail_otherwise(text: str) -> None:
    with contextlib.suppress(BadInput):
        parse_rule(text)
