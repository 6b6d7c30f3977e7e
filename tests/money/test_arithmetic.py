"""Money is exact: the engine's answer equals Python's Decimal, for every rounding."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passavant.engines import open_duckdb
from passavant.money.arithmetic import Rounding, apply_rate, convert, divide_floor, round_to

_ENGINE = open_duckdb()
_MODES = {"half_up": ROUND_HALF_UP, "down": ROUND_FLOOR, "up": ROUND_CEILING}
_AMOUNTS = st.integers(0, 10**13)


def _rounded(exact: Decimal, rounding: Rounding) -> int:
    return int((exact / rounding.to).quantize(Decimal(1), _MODES[rounding.mode])) * rounding.to


def _run(columns: dict[str, pa.Array], make: object) -> list[int]:
    table = _ENGINE.arrow("amounts", pa.table(columns))
    return _ENGINE.fetch(table.select(answer=make(table))).column(0).to_pylist()  # type: ignore[operator]


@pytest.mark.parametrize("mode", ["half_up", "down", "up"])
@pytest.mark.parametrize("to", [1, 5, 10, 100, 1000])
@given(rows=st.lists(st.tuples(_AMOUNTS, st.integers(0, 3_000_000)), min_size=1, max_size=20))
@settings(max_examples=15, deadline=None)
def test_a_rate_is_applied_exactly(mode: str, to: int, rows: list[tuple[int, int]]) -> None:
    rounding = Rounding(mode, to)  # type: ignore[arg-type]
    columns = {"a": pa.array([a for a, _ in rows], pa.int64()), "r": pa.array([r for _, r in rows], pa.int64())}

    found = _run(columns, lambda t: apply_rate(t.a, t.r, rounding))

    assert found == [_rounded(Decimal(a) * r / 1_000_000, rounding) for a, r in rows]


@given(
    st.lists(
        st.tuples(
            st.decimals(0, 10**12, places=4, allow_nan=False),
            st.decimals("0.000000000001", 100_000, places=12, allow_nan=False),
        ),
        min_size=1,
        max_size=20,
    ),
    st.sampled_from([0, 2, 3]),
)
@settings(max_examples=60, deadline=None)
def test_a_conversion_is_exact(rows: list[tuple[Decimal, Decimal]], digits: int) -> None:
    rows = [(a, f) for a, f in rows if a * f < 10**13]
    if not rows:
        return
    columns = {
        "a": pa.array([a for a, _ in rows], pa.decimal128(18, 4)),
        "f": pa.array([f for _, f in rows], pa.decimal128(38, 12)),
    }

    found = _run(columns, lambda t: convert(t.a, t.f, digits, Rounding()))

    assert found == [_rounded(a * f * 10**digits, Rounding()) for a, f in rows]


@given(st.lists(st.tuples(st.integers(0, 10**26), st.integers(1, 10**13)), min_size=1, max_size=30))
@settings(max_examples=80, deadline=None)
def test_a_floor_division_is_exact_beyond_the_precision_of_floats(rows: list[tuple[int, int]]) -> None:
    rows = [(n, d) for n, d in rows if n // d < 2**62]
    if not rows:
        return
    columns = {
        "n": pa.array([Decimal(n) for n, _ in rows], pa.decimal128(38, 0)),
        "d": pa.array([d for _, d in rows], pa.int64()),
    }

    assert _run(columns, lambda t: divide_floor(t.n, t.d)) == [n // d for n, d in rows]


def test_swiss_five_centimes_norwegian_krone_and_korean_ten_won() -> None:
    columns = {"a": pa.array([1997, 1998], pa.int64())}

    assert _run(columns, lambda t: apply_rate(t.a, 81_000, Rounding("half_up", 5))) == [160, 160]
    assert _run(columns, lambda t: round_to(t.a, Rounding("half_up", 100))) == [2000, 2000]
    assert _run(columns, lambda t: round_to(t.a, Rounding("down", 10))) == [1990, 1990]


def test_an_unknown_amount_stays_unknown() -> None:
    columns = {"a": pa.array([None], pa.int64())}

    assert _run(columns, lambda t: apply_rate(t.a, 200_000, Rounding())) == [None]
