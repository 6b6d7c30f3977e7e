"""The example of docs/how-to/mapping.md does what the page says, and both pages show the same one."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from passavant.dataset.intake import Intake, take_in
from passavant.dataset.mapping import load_mapping
from passavant.engines import open_duckdb

_PAGES = [Path(__file__).parents[2] / "docs" / "how-to" / name for name in ("mapping.md", "mapping.fr.md")]


def _blocks(page: Path) -> list[str]:
    return re.findall(r"```(?:csv|yaml)\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


def _take(folder: Path, orders: str, mapping: str) -> Intake:
    (folder / "orders.csv").write_text(orders, encoding="cp1252")
    (folder / "shop.yaml").write_text(mapping, encoding="utf-8")
    return take_in(
        folder / "orders.csv",
        work=folder / "work",
        engine=open_duckdb(threads=1),
        secret=b"for tests only",
        administration="EU",
        mapping=load_mapping(folder / "shop.yaml"),
    )


def test_both_pages_show_the_same_example() -> None:
    assert _blocks(_PAGES[0]) == _blocks(_PAGES[1])


def test_the_example_reads_two_rows_and_rejects_the_third(tmp_path: Path) -> None:
    orders, mapping, _ = _blocks(_PAGES[0])

    intake = _take(tmp_path, orders, mapping)

    assert (3, 2, 1) == (intake.rows_in, intake.item_rows, intake.rejected_rows)
    first = pq.read_table(intake.parquet[0]).to_pylist()[0]
    assert (Decimal("1234.5000"), Decimal("1.850")) == (first["intrinsic_value"], first["gross_mass_kg"])
    assert ("620120", "express", "2026-06-15T07:30:00+00:00") == (
        first["hs_code"],
        first["channel"],
        first["lodged_at"].isoformat(),
    )
    assert intake.rejected is not None
    rejected = pq.read_table(intake.rejected).to_pylist()[0]
    assert ("B-2", "intrinsic_value", "42.90") == (
        rejected["declaration_id"],
        rejected["errors"][0]["field"],
        rejected["errors"][0]["value"],
    )
    assert [] == intake.notices


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1.234,50", "1234.5000"),
        ("-12.345.678,9", "-12345678.9000"),
        ("1.234", "1234.0000"),
        ("1234,5", "1234.5000"),
        ("1.23,50", None),
        ("1,234.50", None),
        ("1234.567,5", None),
    ],
)
def test_points_part_thousands_where_the_comma_is_decimal(tmp_path: Path, written: str, read: str | None) -> None:
    orders, mapping, _ = _blocks(_PAGES[0])

    intake = _take(tmp_path, orders.replace("1.234,50", written), mapping)

    values = dict(pq.read_table(intake.parquet[0], columns=["declaration_id", "intrinsic_value"]).to_pydict())
    found = dict(zip(values["declaration_id"], values["intrinsic_value"], strict=True)).get("B-1")
    assert (None if read is None else Decimal(read)) == found


def test_a_column_of_the_mapping_that_is_absent_is_told_with_the_nearest(tmp_path: Path) -> None:
    orders, mapping, _ = _blocks(_PAGES[0])

    intake = _take(tmp_path, orders.replace("Warenwert", "Waren-Wert"), mapping)

    told = [one.en for one in intake.notices if "columns of the mapping are not in the file" in one.en]
    assert [
        "orders.csv: columns of the mapping are not in the file: Warenwert; did you mean Waren-Wert for Warenwert?"
    ] == told
