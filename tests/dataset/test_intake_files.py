"""Intake files say what made them, and a later intake passes them through untouched."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from passavant.dataset.intake_files import (
    INTAKE_MARK,
    KEY_ID_MARK,
    RUN_MARK,
    intake_metadata,
    marked_schema,
    open_writer,
    run_of,
)
from passavant.dataset.schema import intake_arrow_schema, load_schema
from passavant.dataset.vault import Vault

TEXT = "declarant_id,declaration_id,lodged_at,importer_name\nD1,A1,2024-07-01,Ada\nD1,A2,2024-07-02,Eva\n"

Take = Callable[..., Any]
Write = Callable[..., Path]


@pytest.fixture
def file(take: Take, write: Write) -> Path:
    (path,) = take(write(TEXT)).intake.parquet
    return Path(path)


def _marked(file: Path, target: Path, **changes: str) -> Path:
    """Write an intake file again with some of its marks changed."""
    table = pq.read_table(file)
    marks = dict(table.schema.metadata or {}) | {f"passavant.{k}".encode(): v.encode() for k, v in changes.items()}
    pq.write_table(table.replace_schema_metadata(marks), target)
    return target


def test_an_intake_file_says_its_schema_its_secret_and_its_run(file: Path, take: Take, write: Write) -> None:
    marks = pq.read_schema(file).metadata

    assert str(load_schema().version).encode() == marks[INTAKE_MARK]
    assert take(write(TEXT)).intake.key_id.encode() == marks[KEY_ID_MARK]
    assert marks[RUN_MARK]


def test_two_runs_have_two_marks_and_the_files_of_one_run_share_theirs(take: Take, write: Write) -> None:
    marks = {pq.read_schema(take(write(TEXT)).intake.parquet[0]).metadata[RUN_MARK] for _ in range(2)}

    assert 2 == len(marks)


def test_a_file_without_a_run_is_a_run_of_its_own(tmp_path: Path) -> None:
    named = marked_schema("k", "run-7")

    assert ("run-7", str(tmp_path)) == (run_of(named, tmp_path), run_of(named.remove_metadata(), tmp_path))
    assert named.metadata == intake_metadata("k", "run-7")


def test_an_intake_file_is_passed_through_untouched(file: Path, take: Take, tmp_path: Path) -> None:
    vault, before = Vault(tmp_path / "parties"), file.read_bytes()

    taken = take(file, vault=vault)

    assert ([file], before) == (taken.intake.parquet, file.read_bytes())
    assert (2, 2, 0) == (taken.intake.rows_in, taken.intake.item_rows, taken.intake.rejected_rows)
    assert ["2024-07-01", "2024-07-02"] == [
        moment.date().isoformat() for moment in (taken.intake.lodged_min, taken.intake.lodged_max)
    ]
    assert [] == list(vault.folder.iterdir())


def test_passed_and_read_files_come_in_the_order_of_the_inputs(file: Path, take: Take, write: Write) -> None:
    head = "declarant_id,declaration_id\n"

    taken = take(write(head + "D1,B1\n", "one.csv"), file, write(head + "D1,B2\n", "two.csv"))

    assert ["B1", "A1", "A2", "B2"] == [row["declaration_id"] for row in taken.rows]
    assert file == taken.intake.parquet[1]
    assert [("one.csv", 1), (file.name, 2), ("two.csv", 1)] == [
        (entry["file"], entry["rows"]) for entry in taken.intake.inputs
    ]


def test_an_item_that_a_passed_file_holds_already_is_rejected(file: Path, take: Take, write: Write) -> None:
    before = file.read_bytes()

    taken = take(file, write("declarant_id,declaration_id\nD1,A2\nD1,A3\n", "late.csv"))

    assert [("late.csv", 2)] == [(row["source_file"], row["source_row"]) for row in taken.rejected]
    assert ["A1", "A2", "A3"] == [row["declaration_id"] for row in taken.rows]
    assert before == file.read_bytes()


def test_an_item_of_a_passed_file_that_stood_before_is_left_out_of_a_copy(
    file: Path, take: Take, write: Write, tmp_path: Path
) -> None:
    before = file.read_bytes()

    taken = take(write("declarant_id,declaration_id\nD1,A2\n", "early.csv"), file, work=tmp_path)

    assert [("early.csv", "A2"), ("declared.csv", "A1")] == [
        (row["source_file"], row["declaration_id"]) for row in taken.rows
    ]
    assert (before, tmp_path) == (file.read_bytes(), taken.intake.parquet[1].parent)
    assert (3, 2, 1) == (taken.intake.rows_in, taken.intake.item_rows, taken.intake.rejected_rows)


def test_items_that_two_runs_hold_are_found(file: Path, take: Take, write: Write) -> None:
    (other,) = take(write("declarant_id,declaration_id\nD1,A2\nD1,A3\n", "other.csv")).intake.parquet

    taken = take(file, other)

    assert [("other.csv", 2)] == [(row["source_file"], row["source_row"]) for row in taken.rejected]
    assert ["A1", "A2", "A3"] == [row["declaration_id"] for row in taken.rows]


def test_an_abort_leaves_a_passed_file_alone(
    file: Path, take: Take, write: Write, tmp_path: Path, refusal: Callable[..., Any]
) -> None:
    before = file.read_bytes()

    refusal(lambda: take(file, write("%PDF-1.7", "pages.csv"), work=tmp_path))

    assert (before, []) == (file.read_bytes(), list(tmp_path.iterdir()))


@pytest.mark.parametrize(
    ("changes", "code", "says"),
    [
        ({"key_id": "0badf00d"}, "dataset.intake.other_secret", "0badf00d"),
        ({"intake": "999"}, "dataset.intake.other_shape", "schema version 999"),
    ],
)
def test_a_file_of_another_secret_or_schema_is_refused(
    changes: dict[str, str], code: str, says: str, file: Path, take: Take, tmp_path: Path, refusal: Callable[..., Any]
) -> None:
    strange = _marked(file, tmp_path / "strange.parquet", **changes)

    refused = refusal(lambda: take(strange))

    assert (code, str(strange)) == (refused.code, refused.place.file)
    assert says in refused.text


def test_a_marked_file_with_other_columns_is_refused(
    file: Path, take: Take, tmp_path: Path, refusal: Callable[..., Any]
) -> None:
    table = pq.read_table(file)
    pq.write_table(table.drop_columns(["hs_code"]), tmp_path / "strange.parquet")

    assert "other columns" in refusal(lambda: take(tmp_path / "strange.parquet")).text


def test_a_file_of_those_columns_without_the_mark_is_read_as_a_declaration(
    file: Path, take: Take, tmp_path: Path
) -> None:
    pq.write_table(pq.read_table(file).replace_schema_metadata(None), tmp_path / "plain.parquet")

    taken = take(tmp_path / "plain.parquet")

    assert tmp_path / "plain.parquet" not in taken.intake.parquet
    assert [None, None] == [row["importer_key"] for row in taken.rows]


def test_an_intake_file_can_be_written_by_others(take: Take, file: Path, tmp_path: Path) -> None:
    key_id = pq.read_schema(file).metadata[KEY_ID_MARK].decode()
    schema = marked_schema(key_id, "made elsewhere")

    with open_writer(tmp_path / "made.parquet", schema) as writer:
        writer.write_table(pa.table(pq.read_table(file).columns, schema=schema))

    assert schema.remove_metadata().equals(intake_arrow_schema())
    assert [tmp_path / "made.parquet"] == take(tmp_path / "made.parquet").intake.parquet
