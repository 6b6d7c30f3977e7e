"""Which files an input names, what they are called, and what format each is in."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from passavant.dataset.readers.inputs import find_inputs, input_names, search_inputs, sniff, spooled
from passavant.dataset.readers.source import ByteSource

PARQUET = b"PAR1 and the rest"


def _sniff(path: Path) -> str:
    with ByteSource(path) as source:
        return sniff(source)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.csv", "a.jsonl", "c.parquet", "d.csv.gz", "notes.txt", "z.json", "read.me", ".hidden.csv", "_x.pq"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "e.csv").write_bytes(b"x")
    return tmp_path


def test_a_folder_stands_for_the_files_in_it_and_below_in_order(folder: Path) -> None:
    expected = ["a.jsonl", "b.csv", "c.parquet", "d.csv.gz", "deeper/e.csv", "notes.txt", "z.json"]

    assert expected == [str(Path(file).relative_to(folder)) for file in find_inputs(str(folder))]


def test_what_is_left_aside_in_a_folder_is_told_in_both_languages(folder: Path) -> None:
    notices = search_inputs([folder]).notices

    assert [True, True] == [any(name in one.en for one in notices) for name in ("read.me", ".hidden.csv, _x.pq")]
    assert all("laissé" in one.fr or "sautés" in one.fr for one in notices)


def test_inputs_stay_in_the_order_given(folder: Path) -> None:
    found = find_inputs([folder / "z.json", "-", folder / "deeper", str(folder / "notes.txt")])

    assert [folder / "z.json", "-", folder / "deeper" / "e.csv", folder / "notes.txt"] == found


@pytest.mark.parametrize(
    ("named", "code", "says"),
    [
        (["absent.csv"], "dataset.reader.no_such_file", "absent.csv"),
        ([], "dataset.reader.no_files", "no input was named"),
        (["."], "dataset.reader.no_files", "holds no input file"),
    ],
)
def test_a_missing_path_an_empty_folder_and_no_input_are_refused(
    named: list[str], code: str, says: str, tmp_path: Path, refusal: Callable[..., Any]
) -> None:
    refused = refusal(lambda: find_inputs([tmp_path / name for name in named]))

    assert code == refused.code
    assert says in refused.text


def test_a_file_is_called_by_its_name_unless_two_share_it() -> None:
    files: list[str | Path] = [Path("one/day.csv"), Path("two/day.csv"), Path("two/other.csv"), "-"]

    assert ["one/day.csv", "two/day.csv", "other.csv", "-"] == input_names(files)


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("x.csv", b'{"a":1}', "csv"),
        ("x.TSV", b"a\tb", "csv"),
        ("x.csv.gz", gzip.compress(b"a,b", mtime=0), "csv"),
        ("x.jsonl", b"a,b", "json_lines"),
        ("x.ndjson.gz", gzip.compress(b"{}", mtime=0), "json_lines"),
        ("x.json", b'{"a":1}\n{"a":2}\n', "json_lines"),
        ("x.json", b'[{"a":1}]', "json"),
        ("x.json", b'{\n"a":1}\n', "json"),
        ("x.json", b'{"a":1}', "json"),
        ("x.parquet", PARQUET, "parquet"),
        ("x.pq", PARQUET, "parquet"),
        ("x.csv", PARQUET, "parquet"),
        ("x", PARQUET, "parquet"),
        ("x", b"a,b\n1,2\n", "csv"),
        ("x.txt", b"\xef\xbb\xbf [ {", "json"),
        ("x.dat", b'\n{"a":1}', "json_lines"),
        ("x.dat", b"{a},b\n", "csv"),
        ("x.dat", b"[a],b\n", "csv"),
        ("x.dat", b"", "csv"),
    ],
)
def test_the_format_is_known_by_name_or_by_content(
    name: str, data: bytes, kind: str, write: Callable[..., Path]
) -> None:
    assert kind == _sniff(write(data, name))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"PK\x03\x04...", "a spreadsheet or a zip archive"),
        (b"\xd0\xcf\x11\xe0...", "an old Excel workbook"),
        (b"%PDF-1.7", "a PDF document"),
        (b"BZh91AY", "a bzip2 archive"),
        (b"\xfd7zXZ\0", "an xz archive"),
        (b"\x28\xb5\x2f\xfd...", "a zstd archive"),
    ],
)
def test_a_file_of_another_kind_is_refused_by_its_kind(
    data: bytes, says: str, write: Callable[..., Path], refusal: Callable[..., Any]
) -> None:
    path = write(data, "x.csv")

    refused = refusal(lambda: _sniff(path))

    assert ("dataset.reader.unknown_format", str(path)) == (refused.code, refused.place.file)
    assert says in refused.text


def test_a_file_that_calls_itself_parquet_and_is_none_is_refused(
    write: Callable[..., Path], refusal: Callable[..., Any]
) -> None:
    path = write(b"a,b\n1,2\n", "x.parquet")

    assert "something else than Parquet" in refusal(lambda: _sniff(path)).text


def test_standard_input_is_spooled_byte_for_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = PARQUET + bytes(range(256)) * 1000
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))

    with ByteSource("-") as source:
        assert "parquet" == sniff(source)
        path = spooled(source, tmp_path / "new" / "work")

    assert data == path.read_bytes()
