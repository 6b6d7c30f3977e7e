"""A CSV of goods items as records, one per declaration: for whoever takes declarations one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from passavant.dataset.binding import bind
from passavant.dataset.readers.batch import Unreadable
from passavant.dataset.readers.csv_reader import CsvReader
from passavant.dataset.readers.source import ByteSource
from passavant.dataset.row_errors import RowError, unreadable
from passavant.dataset.schema import load_schema

__all__ = ["BadLine", "csv_records"]

_NAMED = ("administration", "declarant_id", "version")


@dataclass(frozen=True)
class BadLine:
    """A line that cannot be used, and why; the number of its declaration, where it can be read."""

    line: int
    error: RowError
    declaration_id: str | None


def csv_records(
    path: Path, name: str, administration: str, declarant: str
) -> tuple[list[dict[str, Any]], list[BadLine], list[str]]:
    """Read a CSV file, a goods item per line, and gather the lines of each declaration.

    Args:
        path: The file.
        name: How errors call it.
        administration: Of lines that do not name one.
        declarant: Likewise.

    Returns:
        Records with their goods items in ``items``, in the order of their first lines; the lines that could not be read, and
        the first line of each declaration that one of them belongs to, which is then not among the records;
        the columns that the data set does not know.

    Raises:
        BadInput: its header lacks what names a declaration, or it cannot be read at all.
    """
    with ByteSource(path) as stream:
        reader = CsvReader(stream)
        binding = bind(reader, name, None, load_schema(), administration, declarant)
        names = {rule.source: rule.element.name for rule in binding.rules if rule.source is not None}
        records: dict[object, dict[str, Any]] = {}
        first: dict[object, int] = {}
        bad: list[BadLine] = []
        for batch in reader.batches(binding.wanted):
            bad += [_bad(one, names) for one in batch.unreadable]
            for line, row in zip(batch.rows.tolist(), batch.table.to_pylist(), strict=True):
                item = {names[source]: cell for source, cell in row.items() if cell is not None}
                key = _declaration(item, line)
                first.setdefault(key, line)
                records.setdefault(key, {"items": []})["items"].append(item)
    return *_whole(records, first, bad), [column for column in reader.header if column not in names]


def _whole(
    records: dict[object, dict[str, Any]], first: Mapping[object, int], bad: list[BadLine]
) -> tuple[list[dict[str, Any]], list[BadLine]]:
    """Set apart the declarations of which a line cannot be read: all of them, where the line does not say whose it is."""
    named = {one.declaration_id for one in bad}
    kept, spoilt = [], list(bad)
    for key, record in records.items():
        number = str(record["items"][0].get("declaration_id", "")).strip()
        if number in named or None in named:
            spoilt.append(
                BadLine(first[key], next(one.error for one in bad if one.declaration_id in (number, None)), number)
            )
        else:
            kept.append(record)
    return kept, spoilt


def _declaration(item: Mapping[str, str], line: int) -> object:
    """Return what the lines of one declaration share; a line that names none stands alone."""
    if "declaration_id" not in item:
        return line
    return item["declaration_id"].strip(), *(item.get(name, "").strip() for name in _NAMED)


def _bad(row: Unreadable, names: Mapping[str, str]) -> BadLine:
    cells = {names[source]: cell for source, cell in row.cells.items() if source in names}
    number = cells.get("declaration_id", "").strip() or None
    return BadLine(row.source_row, unreadable(row.code, **row.params), number)
