"""Inputs of an intake: every format alike, from a file or standard input; what fails leaves nothing behind."""

from __future__ import annotations

import gc
import gzip
import hashlib
import io
import json
import random
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from passavant.dataset.vault import Vault
from passavant.errors import BadInput

HEAD = "declarant_id,declaration_id,lodged_at,quantity,importer_name\n"
ROWS = HEAD + "D1,A1,2024-07-01,1,Ada\nD1,A2,2024-07-02,1,Ada\nD1,A9,never,1,Ada\n"

Take = Callable[..., Any]
Write = Callable[..., Path]


@pytest.mark.parametrize("kind", ["csv", "jsonl", "json", "parquet"])
def test_every_format_gives_the_same_items(
    kind: str, take: Take, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [
        {"declarant_id": "D1", "declaration_id": f"A{n}", "quantity": "2.5", "importer_name": "É"} for n in range(3)
    ]
    lines = "".join(json.dumps(record) + "\n" for record in records)
    packed = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(records), packed)
    text = ",".join(records[0]) + "\n" + "".join(",".join(record.values()) + "\n" for record in records)
    data = {
        "csv": text.encode(),
        "jsonl": lines.encode(),
        "json": json.dumps(records).encode(),
        "parquet": packed.getvalue(),
    }

    from_file = take(write(data[kind], f"day.{kind}")).rows
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data[kind])))
    from_stdin = take("-").rows

    def content(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{name: row[name] for name in row if not name.startswith("source_")} for row in rows]

    assert content(take(write(text)).rows) == content(from_file) == content(from_stdin)
    assert {"-"} == {row["source_file"] for row in from_stdin}


def _noise() -> str:
    """Return rows that gzip cannot make small, so that a file cut short goes wrong in its middle."""
    numbers = random.Random(7)
    return "".join(f"D1,{numbers.getrandbits(256):x},,1,Ada {numbers.getrandbits(256):x}\n" for _ in range(4000))


@pytest.mark.parametrize(
    "bad",
    [
        ("ids.csv", b"a,b\n1,2\n"),
        ("pages.csv", b"%PDF-1.7"),
        ("cut.parquet", b"PAR1 no more"),
        ("cut.json", b'[{"declarant_id":"D1","declaration_id":"B1"},'),
        ("cut.csv.gz", gzip.compress((HEAD + _noise()).encode())[:-5000]),
    ],
    ids=lambda bad: bad[0],
)
def test_an_input_that_cannot_be_used_leaves_nothing_behind(
    bad: tuple[str, bytes], take: Take, write: Write, tmp_path: Path, refusal: Callable[..., Any]
) -> None:
    vault, work = Vault(tmp_path / "parties"), tmp_path / "work"
    threads = threading.active_count()
    inputs = [write(ROWS, "good.csv"), write(bad[1], bad[0])]

    refused = refusal(lambda: take(*inputs, work=work, vault=vault))

    assert bad[0] == Path(refused.place.file).name
    assert ([], None, []) == (list(work.iterdir()), vault.finish(), list(vault.folder.iterdir()))
    assert threads == threading.active_count()


_EMPTY = [
    ("nothing.csv", b""),
    ("header.csv", HEAD.encode()),
    ("blank.csv", HEAD.encode() + b"\n\n"),
    ("x.jsonl", b"\n"),
]


@pytest.mark.parametrize(("name", "content"), _EMPTY)
def test_an_empty_input_is_refused_alone_and_told_beside_others(
    name: str, content: bytes, take: Take, write: Write, tmp_path: Path, refusal: Callable[..., Any]
) -> None:
    path = write(content, name)

    refused = refusal(lambda: take(path, work=tmp_path))
    beside = take(path, write(ROWS, "good.csv")).intake

    assert refused.code in ("dataset.reader.empty", "dataset.reader.no_rows")
    assert [] == list(tmp_path.iterdir())
    assert f"{name}: the file holds no rows" in [one.en for one in beside.notices]
    assert [(name, 0), ("good.csv", 3)] == [(entry["file"], entry["rows"]) for entry in beside.inputs]
    assert [hashlib.sha256(content).hexdigest(), True] == [beside.inputs[0]["sha256"], beside.rows_in == 3]


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", gzip.compress(b"a,b\n1,2\n", mtime=0)[:-9]])
def test_a_refused_file_is_closed(content: bytes, take: Take, write: Write) -> None:
    path = write(content)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always", ResourceWarning)
        with pytest.raises(BadInput):
            take(path)
        gc.collect()

    assert [] == [str(one.message) for one in seen]


def test_an_interruption_leaves_nothing_behind(take: Take, write: Write, tmp_path: Path) -> None:
    vault, work = Vault(tmp_path / "parties"), tmp_path / "work"

    def interrupt(_name: str, _rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take(write(ROWS), work=work, vault=vault, progress=interrupt)

    assert ([], None, []) == (list(work.iterdir()), vault.finish(), list(vault.folder.iterdir()))


def test_a_file_of_the_user_in_the_work_folder_survives_an_abort(
    take: Take, write: Write, tmp_path: Path, refusal: Callable[..., Any]
) -> None:
    (tmp_path / "notes.txt").write_text("mine")

    refusal(lambda: take(write(HEAD), work=tmp_path))

    assert ["notes.txt"] == [path.name for path in tmp_path.iterdir()]


@pytest.mark.parametrize("columns", [{"a": ["1"]}, None])
def test_a_refused_parquet_from_standard_input_leaves_nothing_behind(
    columns: Any, take: Take, tmp_path: Path, refusal: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = io.BytesIO(b"" if columns else b"PAR1 and no more")
    if columns:
        pq.write_table(pa.table(columns), data)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data.getvalue())))

    refusal(lambda: take("-", work=tmp_path))

    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("cut", [None, -30])
def test_a_refused_packed_parquet_leaves_nothing_behind(
    cut: int | None, take: Take, write: Write, tmp_path: Path, refusal: Any
) -> None:
    data = io.BytesIO()
    pq.write_table(pa.table({"a": [str(number) for number in range(100_000)]}), data)
    path = write(gzip.compress(data.getvalue())[:cut], "day.parquet.gz")

    refusal(lambda: take(path, work=tmp_path))

    assert [] == list(tmp_path.iterdir())
