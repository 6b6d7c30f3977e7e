"""Readers run to their end, over files whose blocks may be cut where a test says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from passavant.dataset.readers.batch import Reader, Unreadable, Wanted
from passavant.dataset.readers.csv_reader import CsvReader
from passavant.dataset.readers.json_reader import JsonReader
from passavant.dataset.readers.parquet_reader import ParquetReader
from passavant.dataset.readers.source import ByteSource
from passavant.engines import Engine


class Read(NamedTuple):
    """All that a reader gave: header, rows as dictionaries, their numbers, the unreadable rows, the blank ones."""

    header: list[str]
    rows: list[dict[str, str | None]]
    numbers: list[int]
    lost: list[Unreadable]
    blank: int


class Cut(ByteSource):
    """A source whose blocks have the sizes that a test says; what is left comes as one block."""

    def __init__(self, path: Path, sizes: Sequence[int]) -> None:
        super().__init__(path)
        self._sizes = sizes

    def blocks(self, encoding: str | None = None) -> Iterator[bytes]:
        whole, at = b"".join(super().blocks(encoding)), 0
        for size in self._sizes:
            if at < len(whole):
                yield whole[at : at + size]
            at += size
        if at < len(whole):
            yield whole[at:]


def _read(reader: Reader, columns: Sequence[str] | None, options: dict[str, Any]) -> Read:
    wanted = Wanted(tuple(reader.header if columns is None else columns), **options)
    batches = list(reader.batches(wanted))
    rows = [row for batch in batches for row in batch.table.to_pylist()]
    numbers = [int(row) for batch in batches for row in batch.rows]
    return Read(reader.header, rows, numbers, [one for batch in batches for one in batch.unreadable], reader.blank_rows)


@pytest.fixture(scope="session")
def read_csv(write: Callable[..., Path]) -> Callable[..., Read]:
    """Return a function that reads CSV bytes; ``sizes`` cuts the stream."""

    def read(
        data: bytes | str,
        columns: Sequence[str] | None = None,
        *,
        sizes: Sequence[int] = (),
        encoding: str | None = None,
        delimiter: str | None = None,
        **options: Any,
    ) -> Read:
        with Cut(write(data), sizes) as source:
            return _read(CsvReader(source, encoding=encoding, delimiter=delimiter), columns, options)

    return read


@pytest.fixture(scope="session")
def read_json(write: Callable[..., Path], engine: Engine) -> Callable[..., Read]:
    """Return a function that reads JSON bytes: ``lines``, else an array or objects one after the other."""

    def read(
        data: bytes | str,
        columns: Sequence[str] | None = None,
        *,
        lines: bool = True,
        sizes: Sequence[int] = (),
        encoding: str | None = None,
        **options: Any,
    ) -> Read:
        with Cut(write(data, "declared.json"), sizes) as source:
            return _read(JsonReader(source, engine, lines=lines, encoding=encoding), columns, options)

    return read


@pytest.fixture(scope="session")
def read_parquet() -> Callable[..., Read]:
    """Return a function that reads a Parquet file."""
    return lambda path, columns=None: _read(ParquetReader(path), columns, {})
