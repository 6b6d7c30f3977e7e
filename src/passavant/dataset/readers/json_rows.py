"""JSON records turned into rows by Python, one by one: for numbers of many digits, and for records that are few."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from passavant.dataset.readers.batch import TextBatch, Unreadable, Wanted
from passavant.dataset.readers.json_cells import as_text, at

__all__ = ["ITEMS", "record_rows", "text_batch"]

#: Where a record holds its goods items, if they are nested in it.
ITEMS = "items"


def text_batch(records: Sequence[Any], wanted: Wanted) -> TextBatch:
    """Return the rows of some records, each numbered by the place of its record, from 1.

    Args:
        records: JSON values, numbers as :func:`passavant.dataset.readers.json_cells.exact_json` gives them.
        wanted: The columns to read.
    """
    cells: list[list[str | None]] = []
    rows: list[int] = []
    bad: list[Unreadable] = []
    for number, record in enumerate(records, 1):
        code = _fault(record)
        if code:
            bad.append(Unreadable(number, code, b"", cells=_named(record, wanted)))
            continue
        for _, is_object, *values in record_rows(record, wanted):
            if is_object:
                rows.append(number)
                cells.append(values)
            else:
                bad.append(Unreadable(number, "dataset.row.not_an_object", b"", cells=_named(record, wanted)))
    columns = zip(*cells, strict=True) if cells else [()] * len(wanted.columns)
    table = pa.table([pa.array(list(column), pa.string()) for column in columns], names=list(wanted.columns))
    return TextBatch(table, np.array(rows, np.int64), bad)


def record_rows(record: dict[str, Any], wanted: Wanted) -> Iterator[list[Any]]:
    """Give the rows of one record: the item's place, whether it is an object, then the cells."""
    items = record.get(ITEMS)
    if not isinstance(items, list):
        yield [1, True, *(as_text(at(record, name)) for name in wanted.columns)]
        return
    for place, item in enumerate(items, 1):
        yield [place, isinstance(item, dict), *(_cell(item, record, name, place, wanted) for name in wanted.columns)]


def _cell(item: Any, record: dict[str, Any], name: str, place: int, wanted: Wanted) -> str | None:
    own = as_text(at(item, name))
    if own is None and name == wanted.position:
        return str(place)
    return own if own is not None or name in wanted.item_only else as_text(at(record, name))


def _fault(record: Any) -> str | None:
    if not isinstance(record, dict):
        return "dataset.row.not_an_object"
    return "dataset.row.no_items" if record.get(ITEMS) == [] else None


def _named(record: Any, wanted: Wanted) -> dict[str, str]:
    found = {name: at(record, name) for name in wanted.keys}
    return {name: text for name, cell in found.items() if not isinstance(cell, dict | list) and (text := as_text(cell))}
