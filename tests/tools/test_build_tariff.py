"""The tool that builds the shipped tariff tables, and the tables and example rates as shipped."""

from __future__ import annotations

import csv
import datetime as dt
import importlib.util
import itertools
from pathlib import Path
from types import ModuleType

import pytest

_ROOT = Path(__file__).parents[2]
_TARIFFS = _ROOT / "src/passavant/policy/data/tariffs"
_CET = "cn8,eu_cet_rate,eu_cet_advalorem_pct\n"
_HS = "hscode,level\n"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_tariff", _ROOT / "tools/build_tariff.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _build(
    tool: ModuleType, folder: Path, cet: str, nomenclature: str
) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    (folder / "tariff").mkdir()
    (folder / "hs").mkdir()
    (folder / tool.CET).write_text(_CET + cet)
    (folder / tool.NOMENCLATURE).write_text(_HS + nomenclature)
    assert tool.main(["--data", str(folder), "--target", str(folder / "out")]) == 0
    return _rows(folder / "out/eu_cet_2020.csv"), _rows(folder / "out/hs6_codes.csv")


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def test_the_highest_rate_under_an_hs6_is_taken_and_marked(tool: ModuleType, tmp_path: Path) -> None:
    cet, _ = _build(tool, tmp_path, "95030010,0.0%,0.0\n95030021,4.7%,4.7\n61091000,12.0%,12.0\n", "610910,6\n")

    assert cet == [
        {"hs6": "610910", "rate_ppm": "120000", "kind": "advalorem", "lines": "1", "several": "false", "text": "12.0%"},
        {
            "hs6": "950300",
            "rate_ppm": "47000",
            "kind": "advalorem",
            "lines": "2",
            "several": "true",
            "text": "0.0% | 4.7%",
        },
    ]


def test_one_line_that_is_no_percentage_makes_the_hs6_a_named_hold(tool: ModuleType, tmp_path: Path) -> None:
    cet, _ = _build(
        tool, tmp_path, "20091200,12.2%,12.2\n20091911,33.60%  + 20.60 EUR / 100 kg,\n20091998,12.2%,12.2\n", ""
    )

    assert [(row["hs6"], row["rate_ppm"], row["kind"], row["several"]) for row in cet] == [
        ("200912", "122000", "advalorem", "false"),
        ("200919", "", "specific", "false"),
    ]
    assert cet[1]["text"] == "33.60% + 20.60 EUR / 100 kg | 12.2%"


def test_editions_meet_by_identical_codes_only(tool: ModuleType, tmp_path: Path) -> None:
    _, codes = _build(
        tool, tmp_path, "85171200,0.0%,0.0\n61091000,12.0%,12.0\n", "610910,6\n851713,6\n8517,4\n999999,6\n"
    )

    assert [(row["hs6"], row["hs2017"], row["hs2022"]) for row in codes] == [
        ("610910", "true", "true"),
        ("851712", "true", "false"),
        ("851713", "false", "true"),
    ]


def test_a_rate_is_never_rounded(tool: ModuleType) -> None:
    assert tool.per_million("11.5") == 115_000
    with pytest.raises(ValueError, match="whole number"):
        tool.per_million("0.00001")


def test_data_that_is_not_there_is_named(tool: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        tool.main(["--data", str(tmp_path)])

    assert caught.value.code == 2
    assert "uk_gt_2021_and_eu_cet_cn8.csv is not there" in capsys.readouterr().err


def test_the_shipped_tables_agree_with_each_other() -> None:
    cet, codes = _rows(_TARIFFS / "eu_cet_2020.csv"), _rows(_TARIFFS / "hs6_codes.csv")
    old = {row["hs6"] for row in codes if row["hs2017"] == "true"}

    assert {row["hs6"] for row in cet} == old
    assert all((row["kind"] == "specific") == (row["rate_ppm"] == "") for row in cet)
    assert all("true" in (row["hs2017"], row["hs2022"]) for row in codes)
    assert len({row["hs6"] for row in codes}) == len(codes) == 5757


def test_the_example_rates_are_marked_as_such_and_never_older_than_seven_days() -> None:
    path = _ROOT / "examples/rates-example.csv"
    naira = sorted(dt.date.fromisoformat(row["date"]) for row in _rows(path) if row["currency"] == "NGN")

    assert path.read_text().startswith("# example rates, not official")
    assert naira[0] == dt.date(2025, 9, 1)
    assert naira[-1] == dt.date(2026, 11, 30)
    assert max(later - earlier for earlier, later in itertools.pairwise(naira)) == dt.timedelta(days=7)
