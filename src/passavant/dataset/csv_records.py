"""A CSV of goods items as records, one per declaration: for whoever takes declarations one by one."""

from __future__ import annotations

from collections.abc import Mapping
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


class BadLine(tuple[int, RowError]):
    """A line that could not be read, and why."""

    __slots__ = ()


def csv_records(
    path: Path, name: str, administration: str, declarant: str
) -> tuple[list[dict[str, Any]], list[BadLine]]:
    """Read a CSV file, a goods item per line, and gather the lines of each declaration.

    Args:
        path: The file.
        name: How errors call it.
        administration: Of lines that do not name one.
        declarant: Likewise.

    Returns:
        Records with their goods items in ``items``, in the order of their first lines; the lines that could not be read.

    Raises:
        BadInput: its header lacks what names a declaration, or it cannot be read at all.
    """
    with ByteSource(path) as stream:
        reader = CsvReader(stream)
        binding = bind(reader, name, None, load_schema(), administration, declarant)
        names = {rule.source: rule.element.name for rule in binding.rules if rule.source is not None}
        records: dict[object, dict[str, Any]] = {}
        bad: list[BadLine] = []
        for batch in reader.batches(binding.wanted):
            bad += [_bad(one) for one in batch.unreadable]
            for line, row in zip(batch.rows.tolist(), batch.table.to_pylist(), strict=True):
                item = {names[source]: cell for source, cell in row.items() if cell is not None}
                records.setdefault(_declaration(item, line), {"items": []})["items"].append(item)
    return list(records.values()), bad


def _declaration(item: Mapping[str, str], line: int) -> object:
    """Return what the lines of one declaration share; a line that names none stands alone."""
    if "declaration_id" not in item:
        return line
    return item["declaration_id"].strip(), *(item.get(name, "").strip() for name in _NAMED)


def _bad(row: Unreadable) -> BadLine:
    return BadLine((row.source_row, unreadable(row.code, **row.params)))
