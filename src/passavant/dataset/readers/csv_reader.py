"""Read CSV in blocks: exact row numbers, and only what cannot be read is left out.

pyarrow parses each block in one thread, so that the row numbers it gives to its invalid-row handler are exact. Blank
lines and rows whose cells are all empty are no rows: they keep their number and are counted.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from passavant.dataset.readers.batch import TextBatch, Unreadable, Wanted, no_rows
from passavant.dataset.readers.csv_header import read_head
from passavant.dataset.readers.records import Piece, pieces
from passavant.dataset.readers.repair import BadRecord, Repair
from passavant.dataset.readers.source import ByteSource

__all__ = ["CsvReader"]


class CsvReader:
    """One CSV input; see :class:`passavant.dataset.readers.batch.Reader`.

    Args:
        source: The bytes, from their start.
        encoding: Encoding (default: byte order mark, else UTF-8).
        delimiter: Delimiter (default: found in the header).

    Raises:
        BadInput: no header that can be read.
    """

    open_ended = False

    def __init__(self, source: ByteSource, *, encoding: str | None = None, delimiter: str | None = None) -> None:
        self._head = read_head(source.blocks(encoding), source.name, delimiter)
        self._row = self._head.first_row
        self.header = self._head.names
        self.blank_rows = 0

    def batches(self, wanted: Wanted) -> Iterator[TextBatch]:
        """Yield the rows block by block."""
        for piece in pieces(self._head.body, self._head.dialect):
            yield from self._batches(piece, wanted)

    def _batches(self, piece: Piece, wanted: Wanted) -> Iterator[TextBatch]:
        if isinstance(piece, BadRecord):
            yield self._lost(piece, wanted)
            return
        invalid: list[Any] = []
        table = self._parse(piece, wanted.columns, invalid)
        if any("\n" in row.text for row in invalid):  # a stray quote may have joined several rows
            again = list(Repair(piece, self._head.dialect, last=True).pieces())
            if len(again) > 1:
                for part in again:
                    yield from self._batches(part, wanted)
                return
        yield self._batch(piece, table, invalid, wanted.keys)

    def _batch(self, piece: bytes, table: pa.Table, invalid: list[Any], keys: Sequence[str]) -> TextBatch:
        count = table.num_rows + len(invalid)
        rows = np.arange(self._row, self._row + count, dtype=np.int64)
        bad = [self._short(row, self._row - 1 + row.number, keys) for row in invalid]
        rows = np.delete(rows, [row.number - 1 for row in invalid])
        self._row += count
        filled = self._filled(piece, table)
        if filled is not None:
            table, rows = table.filter(pa.array(filled)), rows[filled]
            self.blank_rows += len(filled) - len(rows)
        return TextBatch(table, rows, bad)

    def _filled(self, piece: bytes, table: pa.Table) -> Any:
        """Return which rows hold anything, or None when all do."""
        if not table.num_rows or not _all_null(table).any():
            return None
        return ~_all_null(self._parse(piece, self.header, []))

    def _parse(self, piece: bytes, wanted: Sequence[str], invalid: list[Any]) -> pa.Table:
        table = arrow_csv.read_csv(
            pa.BufferReader(piece),
            read_options=arrow_csv.ReadOptions(
                use_threads=False, column_names=self.header, block_size=max(len(piece) + 1, 1 << 16)
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=self._head.dialect.delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=lambda row: _noted(row, invalid),
            ),
            convert_options=arrow_csv.ConvertOptions(
                check_utf8=False,  # checked when the block was cut
                column_types=dict.fromkeys(wanted, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                include_columns=list(wanted),
            ),
        )
        return table.combine_chunks()

    def _lost(self, record: BadRecord, wanted: Wanted) -> TextBatch:
        cells = self._cells(self._legible(record), wanted.keys)
        lost = Unreadable(self._row, record.code, record.raw, record.params, cells)
        self._row += 1
        return no_rows(wanted.columns, [lost])

    def _short(self, row: Any, number: int, keys: Sequence[str]) -> Unreadable:
        """Describe a row with too few or too many fields."""
        text: str = row.text
        params = {"found": row.actual_columns, "columns": row.expected_columns}
        cells = self._cells(self._fields(text), keys)
        return Unreadable(number, "dataset.row.wrong_columns", text.encode(), params, cells)

    def _legible(self, record: BadRecord) -> list[str]:
        """Return the fields of a record that can still be told apart; the one that spoils the rest is not among them."""
        text = record.raw.decode("utf-8", "replace")
        if record.code == "dataset.row.invalid_encoding":
            return self._fields(text)
        plain = text.rstrip("\r\n").split(self._head.dialect.delimiter)
        whole = record.code == "dataset.row.unterminated_quote" and len(plain) == len(self.header)
        return plain if whole else self._fields(text)[:-1]

    def _fields(self, text: str) -> list[str]:
        delimiter = self._head.dialect.delimiter
        try:
            return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
        except csv.Error:  # a field over the limit of Python's reader
            return text.rstrip("\r\n").split(delimiter)

    def _cells(self, fields: Sequence[str], keys: Sequence[str]) -> dict[str, str]:
        """Return the key fields, read where they should stand."""
        places = {name: self.header.index(name) for name in keys}
        return {name: fields[place] for name, place in places.items() if place < len(fields)}


def _all_null(table: pa.Table) -> Any:
    empty = np.ones(table.num_rows, np.bool_)
    for column in table.columns:
        empty &= pc.is_null(column).to_numpy()
        if not empty.any():
            break
    return empty


def _noted(row: Any, invalid: list[Any]) -> str:
    """Keep a row that does not fit the header and skip it."""
    invalid.append(row)
    return "skip"
