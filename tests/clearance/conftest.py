"""Runs that several tests look at: a small simulated day for each destination."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from passavant.clearance import ClearOptions, Run, clear
from passavant.synthetic import generate

RATES = Path(__file__).parent.parent.parent / "examples" / "rates-example.csv"


@pytest.fixture(scope="session", autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    patch.setenv("PASSAVANT_HOME", str(tmp_path_factory.mktemp("home")))
    patch.setenv("PASSAVANT_SECRET", "a secret for tests only")
    yield
    patch.undo()


@pytest.fixture(scope="session")
def day(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return a simulated day of 3,000 goods items for a destination, made once."""
    made: dict[str, Path] = {}

    def make(destination: str) -> Path:
        if destination not in made:
            folder = tmp_path_factory.mktemp(f"day-{destination}") / "day"
            made[destination] = generate(
                3000, seed=3, day=dt.date(2026, 9, 15), destination=destination, out=folder
            ).parcels
        return made[destination]

    return make


@pytest.fixture(scope="session")
def run(day: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Run]:
    """Return the cleared day of a destination under its own policy, cleared once."""
    done: dict[str, Run] = {}

    def make(policy: str) -> Run:
        if policy not in done:
            options = ClearOptions(policy=policy, rates=[RATES], stratum_ppm=20_000)
            done[policy] = clear([day(policy)], tmp_path_factory.mktemp(f"run-{policy}") / "out", options)
        return done[policy]

    return make


_GOOD = {
    "declarant_id": "D1", "declaration_id": "A1", "item_no": "1", "lodged_at": "2026-06-15T10:00:00Z", "channel": "express",
    "house_waybill": "H1", "departure_country": "CN", "importer_name": "Ada Lund", "importer_address": "1 rue X, 75001 Paris",
    "importer_country": "FR", "exporter_name": "Shop", "exporter_address": "2 road Y, Shenzhen", "exporter_country": "CN",
    "order_id": "O1", "nature": "sale", "currency": "EUR", "intrinsic_value": "100.00", "description": "blue cotton t-shirt",
    "hs_code": "610910", "origin": "CN", "quantity": "1", "gross_mass_kg": "0.300", "net_mass_kg": "0.250", "packages": "1",
}  # fmt: skip


def write_rows(folder: Path, changes: Sequence[dict[str, Any]]) -> Path:
    """Write a CSV of otherwise perfect rows, each changed as told."""
    numbered = enumerate(changes, 1)
    rows = [_GOOD | {"declaration_id": f"A{n}", "importer_name": f"Ada {n}"} | change for n, change in numbered]
    names = list(dict.fromkeys(name for row in rows for name in row))
    path = folder / "declared.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)
    return path


def clear_rows(folder: Path, changes: Sequence[dict[str, Any]], options: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Clear changed rows; return decisions by declaration id (the latest version), each with its items and codes."""
    out = folder / f"out-{len(list(folder.glob('out-*')))}"
    clear([write_rows(folder, changes)], out, ClearOptions(**options))
    items = pq.read_table(out / "items.parquet").to_pylist()
    found: dict[str, dict[str, Any]] = {}
    for row in sorted(pq.read_table(out / "decisions.parquet").to_pylist(), key=lambda row: row["version"]):
        key = (row["consignment_id"], row["version"])
        own = [item for item in items if (item["consignment_id"], item["version"]) == key]
        codes = [reason["code"] for reason in row["reasons"]]
        found[row["declaration_id"]] = row | {"goods": sorted(own, key=lambda item: item["item_no"]), "codes": codes}
    return found


@pytest.fixture(scope="module")
def cleared(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., dict[str, dict[str, Any]]]:
    """Clear changed rows under EU law, for the cases of a whole module in one run."""

    def run_all(changes: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
        return clear_rows(tmp_path_factory.mktemp("cases"), changes, {"policy": "EU", "stratum_ppm": 0})

    return run_all


@pytest.fixture(scope="session")
def write() -> Callable[..., Path]:
    """Return :func:`write_rows`, for the cases of a whole module."""
    return write_rows


@pytest.fixture
def declared(tmp_path: Path) -> Callable[..., Path]:
    """Return :func:`write_rows` for this test's folder."""
    return lambda *changes: write_rows(tmp_path, changes)


@pytest.fixture
def decide(tmp_path: Path) -> Callable[..., dict[str, dict[str, Any]]]:
    """Return :func:`clear_rows` for this test's folder."""
    return lambda *changes, **options: clear_rows(tmp_path, changes, {"policy": "EU", "stratum_ppm": 0} | options)
