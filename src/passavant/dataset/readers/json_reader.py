"""Read JSON records in bulk inside the engine, flat or with their goods items nested under ``items``.

A nested consignment gives one row per item: what the item lacks is taken from the consignment, except amounts,
quantities and masses, which are the item's own. A number with more digits than a double holds goes through Python's
reader, so that its digits stay as they were written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa

from passavant.dataset.readers.batch import TextBatch, Unreadable, Wanted
from passavant.dataset.readers.json_array import array_blocks
from passavant.dataset.readers.json_cells import exact_json, json_object, legible
from passavant.dataset.readers.json_lines import JsonBlock, line_blocks
from passavant.dataset.readers.json_rows import ITEMS, record_rows
from passavant.dataset.readers.source import ByteSource
from passavant.engines import Engine
from passavant.errors import BadInput, Place

__all__ = ["JsonReader"]

_LOOKED_AT = 1000  # records whose keys stand for the header

#: 0: to be read; 1: not JSON; 2: not an object; 3: no items; 4: a number with more digits than a double holds.
_STATE = r"""
    CASE WHEN NOT coalesce(json_valid(text), false) THEN 1
         WHEN json_type(text) <> 'OBJECT' THEN 2
         WHEN json_type(text, '/items') = 'ARRAY' AND json_array_length(text, '/items') = 0 THEN 3
         WHEN regexp_matches(text, '[:,\[]\s*-?[0-9.]{16,}') THEN 4
         ELSE 0 END"""
_CODES = {1: "dataset.row.invalid_json", 2: "dataset.row.not_an_object", 3: "dataset.row.no_items"}


class JsonReader:
    """One JSON input; see :class:`passavant.dataset.readers.batch.Reader`.

    Args:
        source: The bytes, from their start.
        engine: Session whose JSON functions do the work (a cursor of it is used).
        lines: One record per line; else one array, or objects one after the other.
        encoding: Encoding (default: byte order mark, else UTF-8).

    Raises:
        BadInput: the input is empty, or (arrays) damaged.
    """

    open_ended = True

    def __init__(self, source: ByteSource, engine: Engine, *, lines: bool, encoding: str | None = None) -> None:
        self._connection = engine.con.con.cursor()
        blocks = source.blocks(encoding)
        found = line_blocks(blocks) if lines else array_blocks(blocks, source.name)
        self.blank_rows = 0
        first = self._first(found)
        if first is None:
            raise _empty(source.name)
        self._blocks = chain([first], found)
        self.header = self._keys(first)

    def batches(self, wanted: Wanted) -> Iterator[TextBatch]:
        """Yield the rows block by block."""
        for block in self._blocks:
            self.blank_rows += block.blank
            yield self._batch(block, wanted)

    def _first(self, blocks: Iterator[JsonBlock]) -> JsonBlock | None:
        """Return the first block that holds anything, counting the blank rows before it."""
        for block in blocks:
            if len(block.texts) or block.unreadable:
                return block
            self.blank_rows += block.blank
        return None

    def _keys(self, block: JsonBlock) -> list[str]:
        texts = [json_object(text) for text in block.texts.slice(0, _LOOKED_AT).to_pylist()]
        found = dict.fromkeys(key for record in texts for key in _all_keys(record))
        return [key.encode("utf-8", "replace").decode() for key in found]  # half a surrogate pair cannot be shown

    def _batch(self, block: JsonBlock, wanted: Wanted) -> TextBatch:
        records = pa.table({"row": pa.array(block.rows), "text": block.texts})
        states = self._run(f"SELECT row, {_STATE} AS state FROM records", records).sort_by("row")
        state = states["state"].to_numpy()
        bad = [replace(one, cells=legible(one.raw, wanted.keys)) for one in block.unreadable]
        for place in np.flatnonzero((state >= 1) & (state <= 3)):
            raw = block.texts[int(place)].as_py().strip().encode()
            bad.append(_lost(int(block.rows[place]), _CODES[int(state[place])], raw, wanted))
        good = self._read(records.filter(pa.array(state == 0)), wanted)
        exact = self._exactly(records.filter(pa.array(state == 4)), wanted, bad)
        return _ordered(pa.concat_tables([good, exact]), wanted, bad)

    def _read(self, records: pa.Table, wanted: Wanted) -> pa.Table:
        nested = "SELECT count(*) AS n FROM records WHERE json_type(text, '/items') = 'ARRAY'"
        has_items = self._run(nested, records)["n"][0].as_py() > 0
        table = self._run(_select(wanted, nested=has_items), records)
        return table.cast(pa.schema([*_ORDER, *((name, pa.string()) for name in table.column_names[3:])]))

    def _exactly(self, records: pa.Table, wanted: Wanted, bad: list[Unreadable]) -> pa.Table:
        """Read records one by one in Python, keeping numbers as they are written."""
        rows: list[list[Any]] = []
        for row, text in zip(records["row"].to_pylist(), records["text"].to_pylist(), strict=True):
            try:
                record = exact_json(text)
                rows += [[row, *values] for values in record_rows(record, wanted)]
            except (ValueError, RecursionError):
                bad.append(_lost(row, "dataset.row.invalid_json", text.strip().encode(), wanted))
        columns = zip(*rows, strict=True) if rows else [()] * (3 + len(wanted.columns))
        names = [*_ORDER.names, *_places(wanted)]
        types = [*_ORDER.types, *[pa.string()] * len(wanted.columns)]
        arrays = [pa.array(list(column), kind) for column, kind in zip(columns, types, strict=True)]
        return pa.table(arrays, names=names)

    def _run(self, sql: str, records: pa.Table) -> pa.Table:
        self._connection.register("records", records)
        try:
            return self._connection.sql(sql).to_arrow_table()
        finally:
            self._connection.unregister("records")


_ORDER = pa.schema([("row", pa.int64()), ("place", pa.int64()), ("is_object", pa.bool_())])


def _lost(row: int, code: str, raw: bytes, wanted: Wanted) -> Unreadable:
    return Unreadable(row, code, raw, cells=legible(raw, wanted.keys))


def _all_keys(record: dict[str, Any]) -> Iterable[str]:
    items = record.get(ITEMS)
    yield from (key for key in record if not (key == ITEMS and isinstance(items, list)))
    for item in items if isinstance(items, list) else []:
        yield from item if isinstance(item, dict) else ()


def _places(wanted: Wanted) -> list[str]:
    return [f"c{place}" for place in range(len(wanted.columns))]


def _select(wanted: Wanted, *, nested: bool) -> str:
    pointers = ", ".join(_quoted(_pointer(name)) for name in wanted.columns)
    if not nested:
        cells = ", ".join(f"own[{place + 1}] AS c{place}" for place in range(len(wanted.columns)))
        inner = f"SELECT row, json_extract_string(text, [{pointers}]) AS own FROM records"
        return f"SELECT row, 1::BIGINT AS place, true AS is_object, {cells} FROM ({inner})"
    cells = ", ".join(f"{_nested_cell(name, place, wanted)} AS c{place}" for place, name in enumerate(wanted.columns))
    items = "CASE WHEN json_type(text, '/items') = 'ARRAY' THEN json_extract(text, '$.items[*]') ELSE [NULL::JSON] END"
    unnested = f"SELECT row, text, unnest({items}) AS item, generate_subscripts({items}, 1) AS place FROM records"
    inner = f"""SELECT row, place, item IS NULL OR json_type(item) = 'OBJECT' AS is_object, item IS NULL AS flat,
        json_extract_string(item, [{pointers}]) AS own, json_extract_string(text, [{pointers}]) AS whole FROM ({unnested})"""
    return f"SELECT row, place, is_object, {cells} FROM ({inner})"  # names are quoted above


def _nested_cell(name: str, place: int, wanted: Wanted) -> str:
    own, whole = f"own[{place + 1}]", f"whole[{place + 1}]"
    if name == wanted.position:
        return f"CASE WHEN flat THEN {whole} ELSE coalesce({own}, place::VARCHAR) END"
    return f"CASE WHEN flat THEN {whole} ELSE {own} END" if name in wanted.item_only else f"coalesce({own}, {whole})"


def _pointer(name: str) -> str:
    return name if name.startswith("/") else "/" + name.replace("~", "~0").replace("/", "~1")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _ordered(table: pa.Table, wanted: Wanted, bad: Sequence[Unreadable]) -> TextBatch:
    """Put the rows in file order, and set apart what stands among the items without being an object."""
    table = table.sort_by([("row", "ascending"), ("place", "ascending")])
    fine = table["is_object"].to_numpy()
    rows = table["row"].to_numpy()
    cells = table.select(table.column_names[3:]).rename_columns(list(wanted.columns)).combine_chunks()
    strange = _strange(cells.filter(pa.array(~fine)), rows[~fine], wanted)
    cells = cells if fine.all() else cells.filter(pa.array(fine))
    return TextBatch(cells, rows[fine].astype(np.int64), sorted([*bad, *strange], key=lambda one: one.source_row))


def _strange(cells: pa.Table, rows: Any, wanted: Wanted) -> list[Unreadable]:
    """Describe what is no object; it belongs to the consignment that it is nested in."""
    found = cells.select(list(wanted.keys)).to_pylist()
    named = [{name: cell for name, cell in one.items() if cell is not None} for one in found]
    return [
        Unreadable(int(row), "dataset.row.not_an_object", b"", cells=one) for row, one in zip(rows, named, strict=True)
    ]


def _empty(file: str) -> BadInput:
    return BadInput(
        "dataset.reader.empty",
        got=("the file is empty", "le fichier est vide"),
        expected=("at least one JSON object", "au moins un objet JSON"),
        next_step=("Check the export.", "Vérifiez l'export."),
        place=Place(file=file),
    )
