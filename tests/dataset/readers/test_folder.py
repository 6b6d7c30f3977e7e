"""A folder: every readable kind is read, and nothing is left aside in silence."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from passavant.clearance import ClearOptions, Run, clear
from passavant.dataset.intake import Intake, take_in
from passavant.engines import open_duckdb
from passavant.errors import BadInput
from passavant.synthetic import generate

_HEAD = "declarant_id,declaration_id\n"


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSAVANT_HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.setenv("PASSAVANT_SECRET", "a secret for tests only")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "day"
    made.mkdir()
    return made


def _take(tmp_path: Path, *inputs: Path) -> Intake:
    return take_in(
        list(inputs),
        work=tmp_path / "work",
        engine=open_duckdb(threads=1),
        secret=b"for tests only",
        administration="NO",
    )


def _clear(folder: Path, out: Path) -> Run:
    return clear([folder], out, ClearOptions(policy="EU", stratum_ppm=0))


def _told(intake: Intake, *words: str) -> list[bool]:
    assert all(one.en != one.fr for one in intake.notices)
    return [any(word in one.en for one in intake.notices) for word in words]


def _parquet(number: int) -> bytes:
    packed = io.BytesIO()
    pq.write_table(pa.table({"declarant_id": ["D1"], "declaration_id": [f"A{number}"]}), packed)
    return packed.getvalue()


def test_every_readable_kind_is_read_whatever_its_case_and_depth(tmp_path: Path, folder: Path) -> None:
    record = [json.dumps({"declarant_id": "D1", "declaration_id": f"A{number}"}) for number in range(9)]
    (folder / "deep" / "deeper").mkdir(parents=True)
    contents: dict[str, bytes] = {
        "a.CSV": (_HEAD + "D1,A0\n").encode(),
        "b.tsv": b"declarant_id\tdeclaration_id\nD1\tA1\n",
        "c.txt": (_HEAD + "D1,A2\n").encode(),
        "d.json": f"[{record[3]}]".encode(),
        "e.ndjson": record[4].encode(),
        "f.Parquet": _parquet(5),
        "g.jsonl.gz": gzip.compress(record[6].encode()),
        "deep/h.parquet.GZ": gzip.compress(_parquet(7)),
        "deep/deeper/i.jsonl": record[8].encode(),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)

    intake = _take(tmp_path, folder)

    found = [row for file in intake.parquet for row in pq.read_table(file)["declaration_id"].to_pylist()]
    assert {f"A{number}" for number in range(9)} == set(found)
    assert (9, 9, []) == (intake.rows_in, len(found), [one.en for one in intake.notices])


def test_what_is_left_aside_is_named(tmp_path: Path, folder: Path) -> None:
    for name in ("a.csv", "notes.md", "scan.pdf", ".hidden.csv", "_part.csv"):
        (folder / name).write_text(_HEAD + "D1,A0\n")

    intake = _take(tmp_path, folder)

    assert 1 == intake.rows_in
    assert [True] * 4 == _told(intake, "day/notes.md was left", "day/scan.pdf was left", ".hidden.csv", "_part.csv")
    assert 3 == len(intake.notices)


def test_the_truth_of_a_generated_day_is_left_aside(tmp_path: Path) -> None:
    made = generate(50, seed=1, day=dt.date(2026, 9, 15), out=tmp_path / "day")

    intake = _take(tmp_path, made.folder)

    assert (50, 50, 0) == (intake.rows_in, intake.item_rows, intake.rejected_rows)
    assert [True] == _told(intake, "day/truth.parquet was left aside: the truth of a generated day")


def test_the_truth_named_as_an_input_is_refused(tmp_path: Path) -> None:
    made = generate(50, seed=1, day=dt.date(2026, 9, 15), out=tmp_path / "day")

    with pytest.raises(BadInput, match="the truth of a generated day"):
        _take(tmp_path, made.truth)


def test_the_results_of_an_earlier_run_are_left_aside(tmp_path: Path, folder: Path) -> None:
    (folder / "a.csv").write_text(_HEAD + "D1,A0\n")
    _clear(folder, folder / "out")
    (folder / "mine.parquet").write_bytes((folder / "out" / "decisions.parquet").read_bytes())

    second = _clear(folder, tmp_path / "second")

    notices = [one["en"] for one in second.manifest["notices"]]
    assert 1 == second.summary.rows_in
    assert [True, True] == [
        any(text in one for one in notices)
        for text in ("day/out was left aside: the folder of an earlier run", "mine.parquet was left aside: a result")
    ]
    with pytest.raises(BadInput, match="holds no input file"):
        _clear(folder / "out", tmp_path / "third")


@pytest.mark.parametrize("content", [b"", b"\n\n", _HEAD.encode()])
def test_an_empty_file_among_others_is_told_and_alone_it_is_refused(
    tmp_path: Path, folder: Path, content: bytes
) -> None:
    (folder / "a.csv").write_text(_HEAD + "D1,A0\n")
    (folder / "empty.csv").write_bytes(content)

    intake = _take(tmp_path, folder)

    assert [True] == _told(intake, "empty.csv: the file holds no rows")
    assert [("a.csv", 1), ("empty.csv", 0)] == [(one["file"], one["rows"]) for one in intake.inputs]
    with pytest.raises(BadInput, match=r"empty\.csv"):
        _take(tmp_path, folder / "empty.csv")


def _notices(tmp_path: Path, *rows: str) -> list[Any]:
    path = tmp_path / "a.csv"
    path.write_text("declarant_id,declaration_id,intrinsic_value,lodged_at\n" + "\n".join(rows) + "\n")
    return [one.en for one in _take(tmp_path, path).notices]


def test_notices_speak_of_accepted_rows_only(tmp_path: Path) -> None:
    good = "D1,A1,10.00,2026-06-15T10:00:00Z"

    assert [] == _notices(tmp_path, good, 'D1,A2,"1,250.00",2026-06-15T10:00:00Z', "D1,A3,1,yesterday")
    assert [] == _notices(tmp_path, good, "D1,A2,1.23456,never", "D1,A3,x,2026-06-15")
    assert 2 == len(_notices(tmp_path, good, "D1,A2,1.23456,2026-06-15"))


def test_a_file_nested_without_end_costs_a_row_and_no_more(tmp_path: Path) -> None:
    deep = '{"declarant_id": "D1", "declaration_id": "A2", "x": 1234567890.1234567890, "y": ' + "[" * 9000 + "]" * 9000
    path = tmp_path / "a.jsonl"
    path.write_text('{"declarant_id": "D1", "declaration_id": "A1"}\n' + deep + "}\n")

    intake = _take(tmp_path, path)

    assert (2, 1, 1) == (intake.rows_in, intake.item_rows, intake.rejected_rows)
    assert intake.rejected is not None
    assert ["A2"] == pq.read_table(intake.rejected)["declaration_id"].to_pylist()
