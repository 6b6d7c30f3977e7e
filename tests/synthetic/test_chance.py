"""Seeded hashes and weighted choice."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from passavant.synthetic.chance import Weighted, WeightedRows, below, mix, salt, unit

WEIGHTS = st.lists(st.floats(0.01, 100), min_size=1, max_size=8)
UNIFORM = st.floats(0, 1, exclude_max=True)


def test_the_finaliser_is_splitmix64() -> None:
    # The first outputs of the reference generator seeded with 1234567 (state grows by the golden gamma).
    states = [(1234567 + step * 0x9E3779B97F4A7C15) % 2**64 for step in (1, 2, 3)]

    assert [6457827717110365317, 3203168211198807973, 9817491932198370423] == mix(
        np.array(states, dtype=np.uint64), 0
    ).tolist()


def test_another_purpose_gives_unrelated_bits() -> None:
    numbers = np.arange(20_000)
    here, there = unit(mix(numbers, salt(1, "a"))), unit(mix(numbers, salt(1, "b")))

    assert abs(np.corrcoef(here, there)[0, 1]) < 0.03
    assert abs(here.mean() - 0.5) < 0.01
    assert salt(1, "a") != salt(2, "a")


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1), st.integers(1, 2**31))
def test_below_stays_below(words: list[int], limit: int) -> None:
    numbers = below(np.array(words, dtype=np.uint64), limit)

    assert [word % limit for word in words] == numbers.tolist()


@given(WEIGHTS, st.lists(UNIFORM, min_size=1))
def test_a_choice_is_always_one_of_the_things(weights: list[float], uniform: list[float]) -> None:
    picked = Weighted(weights).pick(np.array(uniform))

    assert set(picked.tolist()) <= set(range(len(weights)))


@given(WEIGHTS, st.lists(UNIFORM, min_size=1))
def test_one_row_of_weights_chooses_as_the_plain_choice(weights: list[float], uniform: list[float]) -> None:
    column = np.array(uniform)
    rows = WeightedRows(np.array([weights]))

    assert Weighted(weights).pick(column).tolist() == rows.pick(np.zeros(len(column), dtype=np.int64), column).tolist()


def test_a_weight_of_nothing_is_never_chosen_and_shares_are_kept() -> None:
    uniform = (np.arange(100_000) + 0.5) / 100_000
    table = WeightedRows(np.array([[0.0, 3, 1, 0], [1, 0, 0, 1]]))

    first = np.bincount(table.pick(np.zeros(100_000, dtype=np.int64), uniform), minlength=4)
    second = np.bincount(table.pick(np.ones(100_000, dtype=np.int64), uniform), minlength=4)

    assert [0, 75_000, 25_000, 0] == first.tolist()
    assert [50_000, 0, 0, 50_000] == second.tolist()
