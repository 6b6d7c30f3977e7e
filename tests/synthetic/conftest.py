"""One generated day per destination, shared by the tests that only read it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache

import pyarrow.parquet as pq
import pytest

from passavant.synthetic import Generated, generate

DAY = date(2026, 9, 15)
ROWS = 20_000


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Generated]:
    """Give a day of 20 000 rows for a destination."""

    @cache
    def make(destination: str) -> Generated:
        out = tmp_path_factory.mktemp("synthetic") / destination
        return generate(ROWS, seed=11, day=DAY, destination=destination, out=out)

    return make


@pytest.fixture(scope="session")
def rows(made: Callable[[str], Generated]) -> Callable[[str], list[dict[str, object]]]:
    """Give the declared rows of a destination, each with its row of the truth under ``truth``."""

    @cache
    def read(destination: str) -> list[dict[str, object]]:
        day = made(destination)
        declared, truths = pq.read_table(day.parcels).to_pylist(), pq.read_table(day.truth).to_pylist()
        return [{**row, "truth": truth} for row, truth in zip(declared, truths, strict=True)]

    return read
