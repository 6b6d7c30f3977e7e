"""Rejected rows: errors to a file, raw text to the vault and nowhere else."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from passavant.dataset.rejected import REJECTED_SCHEMA, Rejected, RejectedWriter
from passavant.dataset.row_errors import unreadable
from passavant.dataset.vault import Vault

TODAY = dt.date(2026, 7, 1)


def _rejected(row: int, raw: str = "raw text", lodged: dt.date | None = None) -> Rejected:
    errors = (unreadable("dataset.row.invalid_json"),)
    return Rejected("day.csv", row, "D1", None, errors, raw, lodged, administration="NO")


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "parties")


def _kept(vault: Vault, *references: str) -> list[dict[str, Any]]:
    return list(vault.read(references, reader="test", purpose="test").to_pylist())


def test_rejected_rows_are_written_in_order_with_their_errors(tmp_path: Path) -> None:
    writer = RejectedWriter(tmp_path / "rejected.parquet", None, TODAY)
    writer.add([_rejected(2), _rejected(5)])
    writer.add(iter([_rejected(9)]))

    path = writer.finish()

    assert (tmp_path / "rejected.parquet", 3) == (path, writer.rows)
    table = pq.read_table(tmp_path / "rejected.parquet")
    assert table.schema.equals(REJECTED_SCHEMA)
    assert [("day.csv", 2, "NO", "D1", None), ("day.csv", 5, "NO", "D1", None), ("day.csv", 9, "NO", "D1", None)] == [
        tuple(row[name] for name in REJECTED_SCHEMA.names[:5]) for row in table.to_pylist()
    ]
    assert unreadable("dataset.row.invalid_json").as_record() == table.to_pylist()[0]["errors"][0]


def test_without_a_rejected_row_there_is_no_file(tmp_path: Path) -> None:
    writer = RejectedWriter(tmp_path / "rejected.parquet", None, TODAY)
    writer.add([])

    assert (None, []) == (writer.finish(), list(tmp_path.iterdir()))


def test_many_rows_are_written_in_parts_and_none_is_lost(tmp_path: Path) -> None:
    writer = RejectedWriter(tmp_path / "rejected.parquet", None, TODAY)
    writer.add(_rejected(row) for row in range(12_000))
    writer.finish()

    rows = pq.read_table(tmp_path / "rejected.parquet", columns=["source_row"])

    assert list(range(12_000)) == rows["source_row"].to_pylist()


def test_the_raw_text_is_in_the_vault_under_its_digest_and_not_in_the_file(tmp_path: Path, vault: Vault) -> None:
    row = _rejected(2, "Ada Lund;1 rue X", dt.date(2026, 5, 4))
    writer = RejectedWriter(tmp_path / "rejected.parquet", vault, TODAY)
    writer.add([row, _rejected(3, "no day")])
    writer.finish()
    vault.finish()

    assert hashlib.sha256(b"Ada Lund;1 rue X").hexdigest() == row.raw_ref
    assert b"Ada Lund" not in (tmp_path / "rejected.parquet").read_bytes()
    (kept,) = _kept(vault, row.raw_ref)
    assert ("rejected_text", "Ada Lund;1 rue X", dt.date(2026, 5, 4)) == (
        kept["kind"],
        kept["raw"],
        kept["first_lodged"],
    )


def test_a_row_of_unknown_day_counts_from_today(tmp_path: Path, vault: Vault) -> None:
    writer = RejectedWriter(tmp_path / "rejected.parquet", vault, TODAY)
    writer.add([_rejected(2)])
    writer.finish()
    vault.finish()

    assert [TODAY] == [row["first_lodged"] for row in _kept(vault, _rejected(2).raw_ref)]


def test_a_raw_text_with_a_lone_surrogate_is_kept_readable(tmp_path: Path, vault: Vault) -> None:
    row = _rejected(2, 'a"\ud800"b')
    writer = RejectedWriter(tmp_path / "rejected.parquet", vault, TODAY)
    writer.add([row])
    writer.finish()
    vault.finish()

    assert ['a"?"b'] == [one["raw"] for one in _kept(vault, row.raw_ref)]


@pytest.mark.parametrize(
    ("line", "raw"),
    [
        ("D1,A1,too,many", "D1,A1,too,many"),
        ('D1,"open', 'D1,"open\n'),
        ("D1,A1,", "D1,A1,"),
    ],
)
def test_the_text_of_an_unreadable_row_leads_from_the_file_to_the_vault(
    line: str, raw: str, take: Callable[..., Any], write: Callable[..., Path], vault: Vault
) -> None:
    (rejected,) = take(write(f"declarant_id,declaration_id\n{line}\nD2,A2\n"), vault=vault).rejected

    assert [raw] == [row["raw"] for row in _kept(vault, rejected["raw_ref"])]


def test_of_a_row_with_bad_values_the_cells_are_kept(
    take: Callable[..., Any], write: Callable[..., Path], vault: Vault
) -> None:
    text = "declarant_id,declaration_id,importer_name,quantity,lodged_at\nD1,A1,Ada Lund,many,2026-05-04\n"

    (rejected,) = take(write(text), vault=vault).rejected

    (kept,) = _kept(vault, rejected["raw_ref"])
    assert '"importer_name":"Ada Lund"' in kept["raw"]
    assert '"quantity":"many"' in kept["raw"]
    assert dt.date(2026, 5, 4) == kept["first_lodged"]
    assert "Ada" not in str(rejected)
