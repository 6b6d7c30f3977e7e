"""The parties vault: closed to others, every reading written down first, nothing kept beyond its time."""

from __future__ import annotations

import datetime as dt
import json
import os
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from passavant.dataset.vault import VAULT_SCHEMA, Vault

DAY = dt.date(2026, 7, 1)


def _rows(*keys: int, day: dt.date = DAY, **columns: Any) -> pa.Table:
    return pa.Table.from_pylist(
        [{"key": key, "kind": "importer", "name": f"Name {key}", "first_lodged": day} | columns for key in keys]
    )


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _log(vault: Vault) -> list[dict[str, Any]]:
    path = vault.folder / "access.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def _files(vault: Vault) -> list[Path]:
    return sorted(path for path in vault.folder.iterdir() if path.name != "access.jsonl")


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "home" / "parties")


@pytest.fixture
def filled(vault: Vault) -> Vault:
    vault.write_batch(_rows(1, 2))
    vault.write_batch(_rows(3))
    vault.finish()
    return vault


def test_folder_files_and_log_are_their_owners_alone_whatever_the_mask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        (tmp_path / "parties").mkdir(mode=0o777)
        vault = Vault(tmp_path / "parties")
        vault.write_batch(_rows(1))
        vault.finish()
        vault.read([1], reader="r", purpose="p")
    finally:
        os.umask(before)

    assert [0o700, 0o600, 0o600] == [_mode(vault.folder), _mode(_files(vault)[0]), _mode(vault.folder / "access.jsonl")]


def test_a_run_that_is_being_written_is_its_owners_alone_too(vault: Vault) -> None:
    vault.write_batch(_rows(*range(130_000)))

    assert [0o600] == [_mode(path) for path in _files(vault)]
    vault.abort()


def test_the_home_of_the_vault_is_the_home_of_passavant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSAVANT_HOME", str(tmp_path))

    assert tmp_path / "parties" == Vault().folder


def test_a_vault_that_cannot_be_made_is_refused(tmp_path: Path, refusal: Callable[..., Any]) -> None:
    (tmp_path / "file").write_text("no folder")

    assert "file" in refusal(lambda: Vault(tmp_path / "file" / "parties")).text


def test_what_was_written_is_read_under_its_keys(filled: Vault) -> None:
    found = filled.read([3, 1, 99], reader="inspector-7", purpose="case 2026-118")

    assert found.schema.equals(VAULT_SCHEMA)
    assert {(1, "Name 1", DAY), (3, "Name 3", DAY)} == {
        (row["key"], row["name"], row["first_lodged"]) for row in found.to_pylist()
    }
    assert 2 == found.num_rows


def test_rejected_texts_are_read_under_their_reference(vault: Vault) -> None:
    vault.write_batch(_rows(1))
    vault.write_batch(_rows(0, kind="rejected_text", key=None, raw_ref="ab12", raw="a,b"))
    vault.finish()

    found = vault.read(["ab12"], reader="r", purpose="p").to_pylist()

    assert [(None, "rejected_text", "a,b")] == [(row["key"], row["kind"], row["raw"]) for row in found]


def test_each_reading_is_written_down_with_who_why_when_and_how_many(filled: Vault) -> None:
    before = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
    filled.read([1, 2, 99], reader="inspector-7", purpose="dossier n° 8")
    filled.read([], reader="audit", purpose="none")

    first, second = _log(filled)

    assert {"action": "read", "reader": "inspector-7", "purpose": "dossier n° 8", "asked": 3, "found": 2} == {
        name: first[name] for name in first if name != "at"
    }
    assert before <= dt.datetime.fromisoformat(first["at"]) <= dt.datetime.now(dt.UTC)
    assert ("audit", 0, 0) == (second["reader"], second["asked"], second["found"])


def test_no_name_is_in_the_log(filled: Vault) -> None:
    filled.read([1], reader="r", purpose="p")

    assert "Name" not in (filled.folder / "access.jsonl").read_text()


def test_nothing_is_read_where_the_reading_cannot_be_written_down(filled: Vault) -> None:
    (filled.folder / "access.jsonl").mkdir()

    with pytest.raises(OSError, match="directory"):
        filled.read([1], reader="r", purpose="p")


@pytest.mark.parametrize(("reader", "purpose"), [("", "p"), ("r", ""), ("  ", "p"), ("r", "\n")])
def test_whoever_names_no_reader_or_no_purpose_reads_nothing(
    reader: str, purpose: str, filled: Vault, refusal: Callable[..., Any]
) -> None:
    assert "dataset.vault.unnamed" == refusal(lambda: filled.read([1], reader=reader, purpose=purpose)).code
    assert [] == _log(filled)


def test_the_same_run_twice_leaves_one_file(vault: Vault) -> None:
    names = []
    for _ in range(2):
        vault.write_batch(_rows(1, 2))
        names.append(vault.finish())

    assert names[0] == names[1]
    assert [names[0]] == _files(vault)


def test_other_content_is_another_file_and_what_both_hold_is_read_once_with_its_first_day(vault: Vault) -> None:
    for day in (DAY, dt.date(2026, 6, 1), dt.date(2026, 8, 1)):
        vault.write_batch(_rows(1, day=day))
        vault.finish()

    found = vault.read([1], reader="r", purpose="p").to_pylist()

    assert 3 == len(_files(vault))
    assert [(1, dt.date(2026, 6, 1))] == [(row["key"], row["first_lodged"]) for row in found]


def test_nothing_written_leaves_no_file(vault: Vault) -> None:
    vault.write_batch(VAULT_SCHEMA.empty_table())

    assert (None, []) == (vault.finish(), _files(vault))


def test_an_aborted_run_leaves_nothing_and_the_next_one_is_clean(vault: Vault) -> None:
    vault.write_batch(_rows(*range(200_000)))
    vault.write_batch(_rows(-1))
    vault.abort()

    assert [] == _files(vault)
    vault.write_batch(_rows(7))
    path = vault.finish()
    assert path is not None
    assert [7] == pq.read_table(path)["key"].to_pylist()


def test_many_rows_are_all_kept(vault: Vault) -> None:
    for start in range(0, 200_000, 50_000):
        vault.write_batch(_rows(*range(start, start + 50_000)))

    path = vault.finish()

    assert path is not None
    assert list(range(200_000)) == pq.read_table(path)["key"].to_pylist()


def test_a_purge_takes_what_is_older_than_the_day_and_says_how_much(vault: Vault) -> None:
    for keys, day in (((1, 2), "2026-06-30"), ((3,), "2026-07-01"), ((4,), "2026-07-02")):
        vault.write_batch(_rows(*keys, day=dt.date.fromisoformat(day)))
    vault.finish()
    vault.write_batch(_rows(5, day=dt.date(2020, 1, 1)))
    vault.finish()

    removed = vault.purge(DAY)

    assert 3 == removed
    assert [3, 4] == sorted(vault.read([1, 2, 3, 4, 5], reader="r", purpose="p")["key"].to_pylist())
    (file,) = _files(vault)
    assert 0o600 == _mode(file)
    assert [("purge", "retention", "2026-07-01", 3)] == [
        (entry["action"], entry["reader"], entry["before"], entry["removed"]) for entry in _log(vault)[:1]
    ]


def test_a_purge_removes_the_draft_that_a_killed_run_left_a_day_ago(vault: Vault) -> None:
    for name, hours in (("killed.part", 25), ("running.part", 23)):
        (vault.folder / name).write_bytes(b"names")
        os.utime(vault.folder / name, (time.time() - hours * 3600,) * 2)

    vault.purge(DAY)

    assert ["running.part"] == [path.name for path in _files(vault)]
    assert [1] == [entry["drafts"] for entry in _log(vault)]


def test_a_purge_of_nothing_leaves_the_files_as_they_are(filled: Vault) -> None:
    before = [(path, path.stat().st_ino) for path in _files(filled)]

    assert 0 == filled.purge(DAY, reader="admin")
    assert before == [(path, path.stat().st_ino) for path in _files(filled)]
    assert ["admin"] == [entry["reader"] for entry in _log(filled)]


def test_a_purge_leaves_alone_the_run_that_is_being_written(vault: Vault) -> None:
    vault.write_batch(_rows(1, day=dt.date(2020, 1, 1)))
    vault.purge(DAY)
    vault.finish()

    assert 1 == vault.read([1], reader="r", purpose="p").num_rows
