"""What the tests of the data set share: an engine, files, mappings, and an intake read back."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as pq
import pytest

from passavant.dataset.intake import Intake, take_in
from passavant.dataset.mapping import Mapping, load_mapping
from passavant.engines import Engine, open_duckdb
from passavant.errors import BadInput, Place

SECRET = b"a secret for tests only"
_HEAD = "version: 1\ntitle: {en: A sender, fr: Un expéditeur}\nsource: invented\nlicence: CC0-1.0\n"
_KEYS = {"declarant_id": "declarant_id", "declaration_id": "declaration_id"}


class Taken(NamedTuple):
    """An intake, with its goods items and its rejected rows read back."""

    intake: Intake
    rows: list[dict[str, Any]]
    rejected: list[dict[str, Any]]


class Refusal(NamedTuple):
    """What a BadInput said, without the frames it came through."""

    code: str
    place: Place
    text: str


@pytest.fixture(scope="session")
def engine() -> Engine:
    return open_duckdb(threads=1)


@pytest.fixture(scope="session")
def new_folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Return a function that makes an empty folder, for tests that run many examples."""
    root, numbers = tmp_path_factory.mktemp("dataset"), itertools.count(1)

    def make() -> Path:
        folder = root / str(next(numbers))
        folder.mkdir()
        return folder

    return make


@pytest.fixture(scope="session")
def write(new_folder: Callable[[], Path]) -> Callable[..., Path]:
    """Return a function that writes a file in a folder of its own."""

    def to_file(content: bytes | str, name: str = "declared.csv") -> Path:
        path = new_folder() / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return to_file


@pytest.fixture(scope="session")
def mapped(write: Callable[..., Path]) -> Callable[..., Mapping]:
    """Return a function that loads a mapping: lines of YAML for the columns, others for the file."""

    def load(*columns: str, file: str = "") -> Mapping:
        lines = [
            f"{name}: {source}" for name, source in _KEYS.items() if not any(one.startswith(name) for one in columns)
        ]
        entries = "".join(f"  {line}\n" for line in [*lines, *columns])
        return load_mapping(write(f"{_HEAD}{file}\ncolumns:\n{entries}", "sender.yaml"))

    return load


@pytest.fixture(scope="session")
def take(engine: Engine, new_folder: Callable[[], Path]) -> Callable[..., Taken]:
    """Return a function that takes inputs in and reads the results back."""

    def run(*inputs: Path | str, **options: Any) -> Taken:
        settings = {"work": new_folder() / "work", "engine": engine, "secret": SECRET, "administration": "NO"} | options
        intake = take_in(list(inputs), **settings)
        rows = [row for file in intake.parquet for row in pq.read_table(file).to_pylist()]
        rejected = pq.read_table(intake.rejected).to_pylist() if intake.rejected else []
        return Taken(intake, rows, rejected)

    return run


@pytest.fixture(scope="session")
def read_column(take: Callable[..., Taken], write: Callable[..., Path]) -> Callable[..., list[Any]]:
    """Return a function that takes in one column; where a row is rejected, the codes of its errors stand as a tuple."""

    def read(name: str, values: Sequence[str], mapping: Mapping | None = None) -> list[Any]:
        text = io.StringIO()
        csv.writer(text).writerows(
            [["declarant_id", "declaration_id", name], *(["D1", f"A{n}", value] for n, value in enumerate(values))]
        )
        taken = take(write(text.getvalue()), mapping=mapping)
        found = {row["source_row"]: row[name] for row in taken.rows}
        found |= {row["source_row"]: tuple(one["code"] for one in row["errors"]) for row in taken.rejected}
        return [found[number] for number in range(2, len(values) + 2)]

    return read


@pytest.fixture(scope="session")
def refusal() -> Callable[[Callable[[], Any]], Refusal]:
    """Return a function that calls another, which must be refused, and gives what the refusal says."""
    return _refused


def _refused(call: Callable[[], Any]) -> Refusal:
    try:
        call()
    except BadInput as error:
        return Refusal(error.code, error.place or Place(), error.diagnostics("en"))
    pytest.fail("not refused")
