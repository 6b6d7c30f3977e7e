"""Rejected rows are told after a run and shown on demand, in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from passavant.cli.main import app

_HEAD = "declarant_id,declaration_id,intrinsic_value,lodged_at\n"
_GOOD = "D1,A{},10,2026-06-15T10:00:00Z\n"


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSAVANT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PASSAVANT_SECRET", "a secret for tests only")
    monkeypatch.setenv("PASSAVANT_LANG", "en")


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.fixture
def cleared(tmp_path: Path) -> Callable[[str], str]:
    """Return a function that clears rows into ``out`` and gives what the command says."""

    def clear(rows: str) -> str:
        (tmp_path / "day.csv").write_text(_HEAD + rows)
        result = _run("clear", tmp_path / "day.csv", "--policy", "EU", "-o", tmp_path / "out")
        assert 0 == result.exit_code, result.output
        return result.output

    return clear


def test_a_run_tells_the_three_most_frequent_errors_and_the_command(
    tmp_path: Path, cleared: Callable[[str], str]
) -> None:
    rows = _GOOD.format(0) + "D1,A1,x,2026-06-15\n" * 3 + "D1,A2,1,never\n" * 2 + "D1,A3,1e300,2026-06-15\nD1,A4\n"

    said = cleared(rows)

    assert "7 of 8 rows were rejected" in said
    assert (
        "3 × dataset.row.not_a_number, such as day.csv, row 3 (header counted), field intrinsic_value, value 'x'"
        in said
    )
    assert "2 × dataset.row.not_a_date, such as day.csv, row 6 (header counted)" in said
    assert 3 == said.count(" × dataset.row.")
    assert f"passavant dataset rejected {tmp_path / 'out'}" in said


def test_a_run_of_rejected_rows_only_says_so(cleared: Callable[[str], str]) -> None:
    assert "Every row was rejected (2 of 2): nothing could be decided." in cleared("D1,A1,x,\nD1,A2,y,\n")


def test_the_command_counts_the_errors_then_shows_each_row_with_its_remedy(
    tmp_path: Path, cleared: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cleared(_GOOD.format(0) + "".join(f"D1,A{number},x{number},\n" for number in range(1, 61)))

    english = _run("dataset", "rejected", tmp_path / "out").output
    monkeypatch.setenv("PASSAVANT_LANG", "fr")
    french = _run("dataset", "rejected", tmp_path / "out").output

    assert "60 of 61 rows were rejected" in english
    assert "dataset.row.not_a_number     60  day.csv, row 3 (header counted)" in english
    assert "D1:A50" in english
    assert "D1:A51" not in english
    assert "… and 10 more rows" in english
    assert "Write digits and a decimal point only" in english
    assert "60 lignes sur 61 ont été rejetées" in french
    assert "N'écrivez que des chiffres" in french


def test_the_command_gives_every_row_to_machines(tmp_path: Path, cleared: Callable[[str], str]) -> None:
    cleared(_GOOD.format(0) + "".join(f"D1,A{number},x,\n" for number in range(60)))

    answer = json.loads(_run("dataset", "rejected", tmp_path / "out", "--json").output)

    assert (61, 60, 60) == (answer["rows_in"], answer["rejected_rows"], len(answer["errors"]))
    assert [{"code": "dataset.row.not_a_number", "count": 60}] == answer["counts"]
    assert {"file": "day.csv", "row": 3, "field": "intrinsic_value", "value": "x"}.items() <= answer["errors"][
        0
    ].items()


def test_a_run_without_rejected_rows_has_none_to_show(tmp_path: Path, cleared: Callable[[str], str]) -> None:
    said = cleared(_GOOD.format(0))

    assert "rejected" in said.splitlines()[0]
    assert "dataset rejected" not in said
    assert "The only row was not rejected.\n" == _run("dataset", "rejected", tmp_path / "out").output
