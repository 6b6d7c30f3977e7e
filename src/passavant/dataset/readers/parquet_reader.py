"""Read Parquet: a file of any column types, as text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from passavant.dataset.readers.batch import TextBatch, Unreadable, Wanted
from passavant.dataset.readers.records import is_utf8
from passavant.errors import BadInput, Place

__all__ = ["ParquetReader", "open_parquet"]

_ROWS = 32_768
_UUID_BYTES = 16
_HYPHENS = (8, 12, 16, 20)  # hexadecimal digits before each


class ParquetReader:
    """One Parquet file; see :class:`passavant.dataset.readers.batch.Reader`.

    Raises:
        BadInput: the file is damaged or cut short.
    """

    open_ended = False

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = open_parquet(path)
        self.header = list(self._file.schema_arrow.names)
        self.blank_rows = 0

    def batches(self, wanted: Wanted) -> Iterator[TextBatch]:
        """Yield the rows, their cells as text: numbers and dates as Arrow writes them, lists as JSON."""
        row = 1
        for batch in self._read(list(wanted.columns)):
            rows = np.arange(row, row + batch.num_rows, dtype=np.int64)
            row += batch.num_rows
            broken = sorted({place for name in wanted.columns for place in _not_utf8(batch.column(name))})
            bad = [_broken(int(rows[place]), batch, place, wanted) for place in broken]
            if broken:
                whole = np.delete(np.arange(batch.num_rows), broken)
                batch, rows = batch.take(pa.array(whole)), rows[whole]
            yield TextBatch(pa.table({name: _as_text(batch.column(name)) for name in wanted.columns}), rows, bad)

    def _read(self, columns: list[str]) -> Iterator[pa.RecordBatch]:
        try:
            yield from self._file.iter_batches(batch_size=_ROWS, columns=columns, use_threads=False)
        except (pa.ArrowException, OSError) as error:
            raise _damaged(self._path, str(error)) from error


def open_parquet(path: Path) -> pq.ParquetFile:
    """Open a Parquet file.

    Raises:
        BadInput: the file is damaged, cut short or no Parquet.
    """
    try:
        return pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise _damaged(path, str(error)) from error


def _as_text(column: pa.Array) -> pa.Array:
    if isinstance(column.type, pa.UuidType):
        return _uuids(column)
    column = _stored(column)
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _as_text(column.dictionary_decode())
    if pa.types.is_timestamp(kind):
        return _stamps(column)
    if pa.types.is_nested(kind):
        return pa.array([_json(value) for value in column.to_pylist()], pa.string())
    return column.cast(pa.string())


def _not_utf8(column: pa.Array) -> list[int]:
    """Return the places of texts that are not valid UTF-8: Parquet writers do not check."""
    if isinstance(column.type, pa.UuidType):
        return []
    column = _stored(column)
    column = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type) or _is_binary(column.type)):
        return []
    try:
        column.cast(pa.string()).validate(full=True)
    except pa.ArrowInvalid:
        values = column.cast(pa.large_binary()).to_pylist()
        return [place for place, value in enumerate(values) if value is not None and not is_utf8(value)]
    return []


def _broken(row: int, batch: pa.RecordBatch, place: int, wanted: Wanted) -> Unreadable:
    """Describe a row with a text that is not UTF-8; its key cells are read where they are."""
    whole = [name for name in wanted.keys if not _not_utf8(batch.column(name).slice(place, 1))]
    cells = {name: _as_text(batch.column(name).slice(place, 1))[0].as_py() for name in whole}
    found = {name: cell for name, cell in cells.items() if cell is not None}
    return Unreadable(row, "dataset.row.invalid_encoding", b"", {"position": 1}, found)


def _is_binary(kind: pa.DataType) -> bool:
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind))


def _stored(column: pa.Array) -> pa.Array:
    """Return the plain values of an extension type, such as JSON."""
    return column.storage if isinstance(column.type, pa.BaseExtensionType) else column


def _uuids(column: pa.Array) -> pa.Array:
    """Write UUIDs as usual: 32 small hexadecimal digits with hyphens."""
    rows, stored = len(column), column.storage
    filled = stored.fill_null(bytes(_UUID_BYTES))
    start = filled.offset * _UUID_BYTES
    digits = memoryview(filled.buffers()[1])[start : start + rows * _UUID_BYTES].hex().encode()
    signs = np.insert(np.frombuffer(digits, np.uint8).reshape(rows, -1), _HYPHENS, ord("-"), axis=1)
    ends = np.arange(rows + 1, dtype=np.int32) * signs.shape[1]
    texts = pa.Array.from_buffers(pa.string(), rows, [None, pa.py_buffer(ends), pa.py_buffer(signs.tobytes())])
    return pc.if_else(stored.is_valid(), texts, pa.scalar(None, pa.string()))


def _stamps(column: pa.Array) -> pa.Array:
    """Write instants with their zone, local times without."""
    if column.type.tz is None:
        return column.cast(pa.timestamp("us"), safe=False).cast(pa.string())
    utc = column.cast(pa.timestamp("us", "UTC"), safe=False).cast(pa.timestamp("us"))
    return pc.binary_join_element_wise(utc.cast(pa.string()), "Z", "")


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def _damaged(path: Path, problem: str) -> BadInput:
    first = problem.splitlines()[0] if problem else "?"
    return BadInput(
        "dataset.reader.damaged_parquet",
        got=(f"the Parquet file cannot be read: {first}", f"le fichier Parquet est illisible : {first}"),
        expected=("a whole Parquet file", "un fichier Parquet entier"),
        next_step=(
            "Transfer or export the file again; it may have been cut short.",
            "Transférez ou exportez le fichier à nouveau ; il a pu être tronqué.",
        ),
        place=Place(file=str(path)),
    )
