"""`passavant generate parcels`: what it prints, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from passavant.cli.generate import app
from passavant.errors import BadInput


def run(*arguments: str | Path) -> Result:
    """Run the command as the program does."""
    return CliRunner().invoke(app, ["parcels", *map(str, arguments)])


def test_it_writes_the_day_and_says_where(tmp_path: Path) -> None:
    ran = run("--rows", "300", "--seed", "2", "-o", tmp_path / "day")

    assert 0 == ran.exit_code, ran.output
    assert str(tmp_path / "day" / "parcels.parquet") in ran.stdout
    assert "300 goods items" in ran.stdout
    assert 300 == pq.read_metadata(tmp_path / "day" / "parcels.parquet").num_rows


def test_it_answers_in_french(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSAVANT_LANG", "fr")

    assert "300 articles" in run("--rows", "300", "-o", tmp_path / "jour").stdout


def test_json_is_one_document(tmp_path: Path) -> None:
    options = ("--day", "2026-09-14", "--destination", "KR", "--format", "csv", "--json")
    answer = json.loads(run("--rows", "300", *options, "-o", tmp_path / "day").stdout)

    assert (300, "KR", "2026-09-14") == (answer["rows"], answer["destination"], answer["day"])
    assert Path(answer["parcels"]).read_text().count("\n") == 301
    assert Path(answer["truth"]).is_file()


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--rows", "0"], "synthetic.rows.invalid"),
        (["--rows", "5", "--destination", "XX"], "synthetic.destination.unknown"),
        (["--rows", "5", "--format", "xml"], "synthetic.format.invalid"),
        (["--rows", "5", "--day", "15/09/2026"], "cli.day.invalid"),
    ],
)
def test_bad_options_end_with_a_remedy(tmp_path: Path, options: list[str], code: str) -> None:
    ran = run(*options, "-o", tmp_path / "day")

    assert isinstance(ran.exception, BadInput)
    assert code == ran.exception.code
    assert not (tmp_path / "day").exists()


def test_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine")
    ran = run("--rows", "5", "-o", tmp_path)

    assert isinstance(ran.exception, BadInput)
    assert "mine" == (tmp_path / "note.txt").read_text()


def test_help_shows_an_example() -> None:
    assert "passavant generate parcels --rows" in run("--help").stdout
