"""Sums and products in rules neither overflow nor lose a digit."""

from decimal import Decimal

import pyarrow as pa
import pytest

from passavant.engines import Engine, compile_rule, open_duckdb, parse_rule
from passavant.engines.exact import combined, exactly

_ENGINE: Engine = open_duckdb()


def _decide(rule: str) -> bool:
    row = {
        "value": pa.array([9_000_000_000_000_000_000], pa.int64()),
        "quantity": pa.array([Decimal("60000000000.000")], pa.decimal128(18, 3)),
        "mass": pa.array([Decimal("0.050")], pa.decimal128(14, 3)),
        "limit": pa.array([Decimal("0.050000")], pa.decimal128(18, 6)),
        "nothing": pa.array([None], pa.decimal128(14, 3)),
    }
    table = _ENGINE.arrow("wide_row", pa.table(row))
    answer = compile_rule(parse_rule(rule), {name: table[name] for name in table.columns})
    return bool(_ENGINE.fetch(table.select(answer=answer)).column(0)[0].as_py())


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("value < 20000 * quantity", False),
        ("value < value * quantity", True),
        ("value * value > value", True),
        ("value + quantity > value", True),
        ("value - quantity * 2 < value", True),
        ("mass <= limit AND limit >= mass", True),
        ("mass = limit", True),
        ("mass BETWEEN 0.05 AND limit", True),
        ("mass IN (0.05, 1)", True),
        ("COALESCE(nothing, 0.5) = 0.5", True),
        ("COALESCE(nothing, limit) <= mass", True),
        ("CASE WHEN value > 0 THEN mass ELSE 1 END < 0.06", True),
        ("quantity * 0.5 = 30000000000", True),
        ("99999999999999999999 > value", True),
    ],
)
def test_wide_numbers_of_unlike_types_are_judged_exactly(rule: str, expected: bool) -> None:
    assert expected is _decide(rule)


def test_a_product_is_as_wide_as_both_factors() -> None:
    assert (37, 3) == combined("*", (19, 0), (18, 3))


def test_more_digits_than_an_engine_holds_are_refused() -> None:
    table = _ENGINE.arrow("long_row", pa.table({"long": pa.array([Decimal(1)], pa.decimal128(20, 0))}))

    with pytest.raises(OverflowError):
        exactly("*", table.long, table.long)
