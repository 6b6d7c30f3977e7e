"""`passavant policy`: copies that clear, checks that answer, codes explained, numbers and days in both languages."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from passavant.clearance.rules import starter_rules
from passavant.policy import load_policy

Program = Callable[..., Any]


def test_a_copy_keeps_its_tariff_and_is_never_written_over(program: Program, tmp_path: Path) -> None:
    target = tmp_path / "mine.yaml"
    first, second = program("policy", "copy", "EU", target), program("policy", "copy", "NO", target)

    assert (0, 2) == (first.returncode, second.returncode)
    assert load_policy("EU").digest == load_policy(target).digest


def test_a_copy_takes_a_tariff_of_its_own_along(program: Program, tmp_path: Path) -> None:
    shipped = load_policy("EU")
    assert shipped.tariff_path is not None
    (tmp_path / "from").mkdir()
    (tmp_path / "to").mkdir()
    (tmp_path / "from" / "own.csv").write_bytes(shipped.tariff_path.read_bytes())
    text = shipped.path.read_text(encoding="utf-8").replace(shipped.tariff_path.name, "own.csv")
    (tmp_path / "from" / "mine.yaml").write_text(text, encoding="utf-8")
    program("policy", "copy", tmp_path / "from" / "mine.yaml", tmp_path / "to" / "mine.yaml")

    assert (tmp_path / "to" / "own.csv") == load_policy(tmp_path / "to" / "mine.yaml").tariff_path


def test_a_check_answers_valid_invalid_or_unusable(program: Program, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(load_policy("EU").path.read_text(encoding="utf-8").replace("goods_total <=", "goods_totl <="))
    answers = [program("policy", "check", name) for name in ("EU", wrong, tmp_path / "absent.yaml")]

    assert [0, 1, 2] == [answer.returncode for answer in answers]
    assert "goods_totl" in answers[1].stdout
    assert json.loads(program("policy", "check", wrong, "--json").stdout)["valid"] is False


def test_analyst_rules_can_be_checked_too(program: Program, tmp_path: Path) -> None:
    wrong = tmp_path / "rules.yaml"
    wrong.write_text(starter_rules().read_text(encoding="utf-8").replace("hs_code", "hs_kode"), encoding="utf-8")

    assert "analyst rules" in program("policy", "check", starter_rules()).stdout
    assert 1 == program("policy", "check", wrong).returncode


def test_numbers_and_days_follow_the_language(program: Program) -> None:
    shown = program("policy", "show", "EU", "--on", "2026-07-01", language="fr").stdout

    assert "0,05 kg" in shown
    assert "2,5 %" in shown
    assert "01/07/2026" in shown
    assert "certitude élevée" in shown


def test_a_reason_code_is_explained(program: Program) -> None:
    shown = program("policy", "reason", "signals.split.exact_key", language="fr").stdout

    assert "demande de renseignements (request_information)" in shown
    assert "Règle de fractionnement de la réglementation" in shown
    assert "non communiqué au déclarant" in shown


def test_a_reason_of_policies_is_told_once_per_meaning(program: Program) -> None:
    meanings = json.loads(program("policy", "reason", "dataset.description.stop_word", "--json").stdout)

    assert [["CH", "EU", "KR", "NG", "NO"]] == [meaning["policies"] for meaning in meanings]
    assert 1 < len(json.loads(program("policy", "reason", "policy.duty.tariff", "--json").stdout))


def test_an_unknown_code_names_near_ones(program: Program) -> None:
    done = program("policy", "reason", "dataset.description.stop_words")

    assert 1 == done.returncode
    assert "dataset.description.stop_word" in done.stderr
