"""`clear`, `explain`, `account` and `report` as users see them, in both languages."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from passavant.clearance.account import Account
from passavant.cli.account import show_account

Program = Callable[..., Any]


def test_a_run_is_told_in_words_with_codes(program: Program, tmp_path: Path) -> None:
    shown = program("clear", "examples/day.csv", "--policy", "EU", "-o", tmp_path / "out", language="fr").stdout

    assert "demande de renseignements (request_information)" in shown
    assert "faible valeur, déclaration simplifiée (3)" in shown
    assert "est un terme proscrit" in shown
    assert "(dataset.description.stop_word)" in shown
    assert "envois traités" in shown


def test_a_decision_is_explained_in_french(program: Program, cleared: Path) -> None:
    shown = program("explain", cleared, "EU:NORDSHOP:A-1003", language="fr").stdout

    assert "SH 950300" in shown
    assert "0,861697544162" in shown
    assert "15/09/2026" in shown
    assert "qualité des données" in shown


def test_a_declarant_gets_the_declarants_answer(program: Program, cleared: Path) -> None:
    officer = json.loads(program("explain", cleared, "A-3001", "--json").stdout)
    declarant = json.loads(program("explain", cleared, "A-3001", "--for", "declarant", "--json").stdout)

    assert {"code", "declarant", "risk", "outcome", "certainty", "reference", "text"} <= set(
        officer["decision"]["reasons"][0]
    )
    assert "signals.split.exact_key" in [reason["code"] for reason in officer["decision"]["reasons"]]
    assert all(reason["declarant"] for reason in declarant["decision"]["reasons"])
    assert "lane" not in declarant["decision"]


def test_a_rejected_row_is_explained(program: Program, cleared: Path) -> None:
    done = program("explain", cleared, "A-3005")

    assert 0 == done.returncode
    assert "1,250.00" in done.stdout


def test_an_account_is_written_as_csv(program: Program, cleared: Path, tmp_path: Path) -> None:
    done = program("account", cleared, "--csv", tmp_path / "account.csv", language="fr")
    with (tmp_path / "account.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    assert "déclarant NORDSHOP" in done.stdout
    assert "à l'unité divisionnaire près" in done.stdout
    assert {"EUR"} == {row["currency"] for row in rows}
    assert "19.79" in [row["vendor_vat"] for row in rows]


def test_lines_left_out_of_an_account_are_counted_and_added_up(capsys: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("PASSAVANT_LANG", "en")
    names = ("duty_minor", "vat_minor", "fees_minor", "vendor_vat_minor")
    lines = [
        {"payer": f"declarant D{n}", "period": "2026-09", "status": "due", "consignments": 1, "items": 1}
        | dict.fromkeys(names, 0) | {"vat_minor": 100 * n}
        for n in range(1, 6)
    ]  # fmt: skip
    totals = {name: sum(line[name] for line in lines) for name in names}
    show_account(Account(lines, totals, totals, dict.fromkeys(names, 0), 0, 0, 0, 0, "EUR"), 2)
    printed = capsys.readouterr().out

    assert "declarant D5" in printed
    assert "declarant D3" not in printed
    assert "… and 3 more, together EUR 6.00, included in the total" in printed
    assert "EUR 15.00" in printed


def test_a_report_of_ones_own_data_is_written(program: Program, cleared: Path, tmp_path: Path) -> None:
    done = program("report", cleared, "-o", tmp_path / "r.html", "--explain", "A-1003", language="fr")
    page = (tmp_path / "r.html").read_text(encoding="utf-8")

    assert str(tmp_path / "r.html") in done.stdout
    assert '<html lang="fr">' in page
    assert "A-1003" in page
    assert "Données simulées" not in page


def test_generated_data_is_called_simulated(program: Program, tmp_path: Path) -> None:
    program("generate", "parcels", "--rows", "60", "-o", tmp_path / "day")
    program("clear", tmp_path / "day" / "parcels.parquet", "--policy", "EU", "-o", tmp_path / "out")
    program("report", tmp_path / "out", "-o", tmp_path / "r.html")

    assert "Simulated data." in (tmp_path / "r.html").read_text(encoding="utf-8")
