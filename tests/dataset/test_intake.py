"""Intake: every source row is a goods item or a rejected row, once; what fails leaves nothing behind."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import io
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from passavant.dataset.intake import take_in
from passavant.dataset.schema import intake_arrow_schema
from passavant.dataset.vault import Vault
from passavant.engines import Engine

HEAD = "declarant_id,declaration_id,lodged_at,quantity,importer_name\n"
GOOD = "D1,A{},2024-07-0{}T10:00:00Z,1,Ada\n"

Take = Callable[..., Any]
Write = Callable[..., Path]


def _rows(first: int, count: int) -> str:
    return "".join(GOOD.format(number, number % 9 + 1) for number in range(first, first + count))


def test_rows_keep_the_order_of_files_and_lines(take: Take, write: Write) -> None:
    taken = take(write(HEAD + _rows(1, 3), "b.csv"), write(HEAD + _rows(4, 2), "a.csv"))

    assert [("b.csv", 2), ("b.csv", 3), ("b.csv", 4), ("a.csv", 2), ("a.csv", 3)] == [
        (row["source_file"], row["source_row"]) for row in taken.rows
    ]
    assert [f"A{number}" for number in range(1, 6)] == [row["declaration_id"] for row in taken.rows]


def test_what_came_of_each_input_is_told(take: Take, write: Write) -> None:
    one, two = (
        write(HEAD + _rows(1, 2) + "D1,A9,never,1,\n", "one.csv"),
        write(gzip.compress((HEAD + _rows(3, 1)).encode())),
    )

    intake = take(one, two).intake

    assert (4, 3, 1) == (intake.rows_in, intake.item_rows, intake.rejected_rows)
    assert [("one.csv", 3), ("declared.csv", 1)] == [(entry["file"], entry["rows"]) for entry in intake.inputs]
    assert [hashlib.sha256(path.read_bytes()).hexdigest() for path in (one, two)] == [
        entry["sha256"] for entry in intake.inputs
    ]


def test_the_columns_are_those_that_clearance_reads(take: Take, write: Write) -> None:
    (file,) = take(write(HEAD + _rows(1, 1))).intake.parquet

    assert pq.read_schema(file).remove_metadata().equals(intake_arrow_schema())


def test_the_first_and_last_instant_are_those_of_lodging_and_acceptance(take: Take, write: Write) -> None:
    text = "declarant_id,declaration_id,lodged_at,accepted_at\nD1,A1,2024-07-02,\nD1,A2,2024-07-03,2024-07-09\n"

    told = take(write(text)).intake
    silent = take(write("declarant_id,declaration_id\nD1,A1\n")).intake

    assert (dt.datetime(2024, 7, 2, tzinfo=dt.UTC), dt.datetime(2024, 7, 9, tzinfo=dt.UTC)) == (
        told.lodged_min,
        told.lodged_max,
    )
    assert (None, None) == (silent.lodged_min, silent.lodged_max)


def test_what_the_source_never_carries_is_told(take: Take, write: Write, mapped: Callable[..., Any]) -> None:
    mapping = mapped(file="not_supplied: [hs_code, origin]")

    assert ["hs_code", "origin"] == take(write(HEAD + _rows(1, 1)), mapping=mapping).intake.not_supplied
    assert [] == take(write(HEAD + _rows(1, 1))).intake.not_supplied


def test_empty_rows_are_no_rows_and_are_told(take: Take, write: Write) -> None:
    taken = take(write(HEAD + "\n" + _rows(1, 1) + ",,,,\n"))

    assert (1, 1) == (taken.intake.rows_in, len(taken.rows))
    assert ["declared.csv: 2 empty rows were skipped"] == [one.en for one in taken.intake.notices]


def test_progress_is_told_with_the_rows_read_so_far(take: Take, write: Write) -> None:
    told: list[tuple[str, int]] = []

    take(write(HEAD + _rows(1, 3), "a.csv"), write(HEAD + _rows(4, 2), "b.csv"), progress=lambda *one: told.append(one))

    assert [("a.csv", 3), ("b.csv", 5)] == [told[0], told[-1]]
    assert sorted(rows for _, rows in told) == [rows for _, rows in told]


def test_a_run_of_rejected_rows_only_gives_an_intake_file_without_rows(take: Take, write: Write) -> None:
    taken = take(write(HEAD + "D1,A1,never,1,\n"))

    assert (1, 0, 1, 1) == (*_counts(taken), len(taken.intake.parquet))
    assert pq.read_schema(taken.intake.parquet[0]).remove_metadata().equals(intake_arrow_schema())


def test_without_a_rejected_row_there_is_no_rejected_file(take: Take, write: Write) -> None:
    taken = take(write(HEAD + _rows(1, 1)))

    assert taken.intake.rejected is None
    assert ["intake-0001.parquet"] == [path.name for path in taken.intake.parquet[0].parent.iterdir()]


def test_many_rows_come_in_order_and_none_is_lost(write: Write, engine: Engine, tmp_path: Path) -> None:
    bad = {17, 99_999, 130_000}
    path = write(HEAD + "".join(f"D1,A{n},,{'x' if n in bad else n},\n" for n in range(150_000)))

    intake = take_in(path, work=tmp_path, engine=engine, secret=b"for tests only", administration="NO")

    quantities = [int(value) for file in intake.parquet for value in pq.read_table(file)["quantity"].to_pylist()]
    assert [number for number in range(150_000) if number not in bad] == quantities
    assert (150_000, 149_997, 3) == (intake.rows_in, intake.item_rows, intake.rejected_rows)


_CELL = st.sampled_from(["", "1", "2024-07-01", "x", 'a"b', "a,b", "é\n2", "\u2028"])
_ROW = st.tuples(st.sampled_from(["D1", "", "D2"]), st.sampled_from(["A1", "A2", ""]), _CELL, _CELL)
_TABLE = st.lists(_ROW, min_size=1, max_size=8).filter(lambda table: any(map(any, table)))


def _written(kind: str, table: list[tuple[str, ...]], write: Write) -> tuple[Path, int]:
    """Write a table in some format; return the file and the number of its first row."""
    names = HEAD.strip().split(",")[:4]
    if kind == "csv":
        quoted = ['"' + '","'.join(cell.replace('"', '""') for cell in row) + '"\n' for row in table]
        return write(",".join(names) + "\n" + "".join(quoted), f"{len(table)}.csv"), 2
    records = [dict(zip(names, row, strict=True)) for row in table]
    if kind == "jsonl":
        return write("".join(json.dumps(record) + "\n" for record in records), f"{len(table)}.jsonl"), 1
    packed = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(records), packed)
    return write(packed.getvalue(), f"{len(table)}.parquet"), 1


@settings(max_examples=20, deadline=None)
@given(tables=st.lists(st.tuples(st.sampled_from(["csv", "jsonl", "parquet"]), _TABLE), min_size=1, max_size=3))
def test_each_row_of_each_file_is_an_item_or_a_rejected_row_once(tables: list[Any], take: Take, write: Write) -> None:
    written = [_written(kind, table, write) for kind, table in tables]

    taken = take(*(path for path, _ in written))

    found = Counter(row["source_row"] for row in [*taken.rows, *taken.rejected])
    expected: Counter[int] = Counter()
    for (_, first), (kind, table) in zip(written, tables, strict=True):
        expected.update(number for number, row in enumerate(table, first) if any(row) or kind != "csv")
    assert expected == found
    assert (expected.total(), len(taken.rows), len(taken.rejected)) == _counts(taken)
    assert expected.total() == sum(entry["rows"] for entry in taken.intake.inputs)


def _counts(taken: Any) -> tuple[int, int, int]:
    return taken.intake.rows_in, taken.intake.item_rows, taken.intake.rejected_rows


def test_the_parties_of_a_run_are_in_the_vault_once_under_their_keys(take: Take, write: Write, tmp_path: Path) -> None:
    vault = Vault(tmp_path / "parties")
    head = "declarant_id,declaration_id,lodged_at,importer_name,importer_address,exporter_name,importer_id\n"
    lines = [f"D1,A{n},2024-07-01,{name},1 rue X,Shop,ID-7\n" for n, name in enumerate(["Ada", "ADA", "Eva", "ada."])]

    rows = take(write(head + "".join(lines[:3]), "a.csv"), write(head + lines[3], "b.csv"), vault=vault).rows

    keys = {row[name] for row in rows for name in ("importer_key", "exporter_key", "importer_id_key")}
    kept = vault.read(sorted(keys), reader="r", purpose="p").to_pylist()
    assert [("exporter", "Shop"), ("importer", "Ada"), ("importer", "Eva"), ("importer_id", None)] == sorted(
        (row["kind"], row["name"]) for row in kept
    )
    assert {(rows[0]["importer_key"], "Ada", "1 rue X"), (rows[2]["importer_key"], "Eva", "1 rue X")} == {
        (row["key"], row["name"], row["address"]) for row in kept if row["kind"] == "importer"
    }
    assert {"ID-7"} == {row["id"] for row in kept if row["kind"] == "importer_id"}
    assert {dt.date(2024, 7, 1)} == {row["first_lodged"] for row in kept}
    assert [4] == [pq.read_metadata(file).num_rows for file in vault.folder.glob("*.parquet")]


def test_the_same_run_twice_leaves_one_file_in_the_vault(take: Take, write: Write, tmp_path: Path) -> None:
    vault, path = Vault(tmp_path / "parties"), write(HEAD + _rows(1, 5) + "D1,A9,never,1,Ada\n")

    for _ in range(2):
        take(path, vault=vault)

    assert 1 == len(list(vault.folder.glob("*")))


def test_a_draft_in_the_vault_may_be_left_for_the_caller_to_finish(take: Take, write: Write, tmp_path: Path) -> None:
    vault = Vault(tmp_path / "parties")

    take(write(HEAD + _rows(1, 2)), vault=vault, keep_draft=True)

    assert [] == list(vault.folder.glob("*.parquet"))
    assert vault.finish() in vault.folder.glob("*.parquet")


def test_dates_to_come_are_told(take: Take, write: Write) -> None:
    coming = (dt.datetime.now(dt.UTC) + dt.timedelta(days=9)).date()
    text = f"declarant_id,declaration_id,lodged_at\nD1,A1,{coming}T10:00:00Z\nD1,A2,2024-07-01T10:00:00Z\n"

    assert [True] == [f"dated as late as {coming}" in one.en for one in take(write(text)).intake.notices]


def test_an_intake_file_named_twice_gives_its_items_once(take: Take, write: Write) -> None:
    (file,) = take(write(HEAD + _rows(1, 2))).intake.parquet
    copy = write(file.read_bytes(), "copy.parquet")

    for again in (file, copy):
        taken = take(file, again)
        assert ["A1", "A2"] == [row["declaration_id"] for row in taken.rows]
        assert (4, 2, 2) == (taken.intake.rows_in, taken.intake.item_rows, taken.intake.rejected_rows)


def test_an_abort_does_not_remove_an_input_that_lies_in_the_work_folder(take: Take, write: Write, refusal: Any) -> None:
    (file,) = take(write(HEAD + _rows(1, 1))).intake.parquet

    refusal(lambda: take(file, write("%PDF-1.7"), work=file.parent))

    assert file.exists()


def test_an_input_that_lies_in_the_work_folder_is_not_written_over(take: Take, write: Write) -> None:
    (file,) = take(write(HEAD + _rows(1, 1))).intake.parquet

    taken = take(write(HEAD + _rows(2, 1)), file, work=file.parent)

    assert ["A2", "A1"] == [row["declaration_id"] for row in taken.rows]
