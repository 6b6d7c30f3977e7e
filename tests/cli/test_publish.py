"""`passavant clear` and `account`: what they say of versions, of unknown amounts and of where a run was published."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from passavant.cli.main import app

_ROW = {
    "declarant_id": "D1", "declaration_id": "A1", "version": "1", "item_no": "1", "lodged_at": "2026-06-15T10:00:00Z",
    "channel": "express", "house_waybill": "H1", "departure_country": "CN", "importer_name": "Ada Lund",
    "importer_address": "1 rue X, 75001 Paris", "importer_country": "FR", "exporter_name": "Shop",
    "exporter_address": "2 road Y, Shenzhen", "exporter_country": "CN", "order_id": "O1", "nature": "sale", "currency": "EUR",
    "intrinsic_value": "100.00", "description": "blue cotton t-shirt", "hs_code": "610910", "origin": "CN", "quantity": "1",
    "gross_mass_kg": "0.300",
}  # fmt: skip


@pytest.fixture
def day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a day of one amended consignment and one in a currency without a rate."""
    monkeypatch.setenv("PASSAVANT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PASSAVANT_SECRET", "a secret for tests only")
    monkeypatch.setenv("PASSAVANT_LANG", "en")
    with (tmp_path / "day.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, _ROW)
        writer.writeheader()
        writer.writerows([_ROW, _ROW | {"version": "2"}, _ROW | {"declaration_id": "A2", "currency": "NGN"}])
    return tmp_path / "day.csv"


def run(*arguments: str | Path) -> Result:
    """Run the command as the program does."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_the_summary_says_what_it_leaves_out_and_where_the_run_was_published(day: Path, tmp_path: Path) -> None:
    ran = run("clear", day, "--policy", "EU", "-o", tmp_path / "out", "--publish")

    assert 0 == ran.exit_code, ran.output
    assert "2 consignments decided, and 1 earlier version decided beside" in ran.stdout
    assert "1 goods item without known amounts" in ran.stdout
    run_id = json.loads((tmp_path / "out" / "manifest.json").read_text())["run_id"]
    published = tmp_path / "home" / "lake" / "runs" / run_id
    assert f"Published to {published}" in ran.stdout
    assert (published / "decisions.parquet").is_file()

    made = run("account", tmp_path / "out", tmp_path / "home" / "lake")

    assert 0 == made.exit_code, made.output
    assert "1 goods item without known amounts, not counted; 1 decision replaced by a later one" in made.stdout


def test_the_summary_and_the_account_say_it_in_french(
    day: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSAVANT_LANG", "fr")

    ran = run("clear", day, "--policy", "EU", "-o", tmp_path / "out", "--publish")

    assert "2 envois traités, et 1 version antérieure traitée à côté" in ran.stdout
    assert "1 article sans montant connu" in ran.stdout
    assert "Publié dans " in ran.stdout
    assert "concorde avec les décisions, à l'unité divisionnaire près" in run("account", tmp_path / "out").stdout


def test_machines_are_told_where_the_run_was_published(day: Path, tmp_path: Path) -> None:
    ran = run("clear", day, "--policy", "EU", "-o", tmp_path / "out", "--publish", "--json")

    told = json.loads(ran.stdout)
    assert (tmp_path / "home" / "lake" / "runs" / told["run_id"]) == Path(told["published"])
