"""Write tables of text as Parquet or CSV, a portion at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from passavant.dataset.simulated import MARK
from passavant.synthetic.columns import COLUMNS

__all__ = ["FORMATS", "PARCELS", "open_writer"]

FORMATS = ("parquet", "csv")

#: The declared columns are text; an empty one is null.
PARCELS = pa.schema([pa.field(name, pa.string()) for name in COLUMNS])

#: Columns in which most values differ: a dictionary would only cost time.
_DISTINCT = {
    *("declaration_id", "s10", "house_waybill", "order_id", "payment_ref", "importer_address", "lodged_at"),
    *("accepted_at", "true_value"),
}


@contextmanager
def open_writer(path: Path, schema: pa.Schema = PARCELS) -> Iterator[Callable[[pa.Table], None]]:
    """Open a file by its suffix and give the function that writes a table to it."""
    opened = _csv(path, schema) if path.suffix == ".csv" else _parquet(path, schema)
    with opened as writer:
        yield lambda table: writer.write_table(_as(table, schema))


def _csv(path: Path, schema: pa.Schema) -> pa.csv.CSVWriter:
    return pa.csv.CSVWriter(path, schema)


def _parquet(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    repeating = [field.name for field in schema if field.name not in _DISTINCT and field.name != "kinds"]
    marked = schema.with_metadata({**(schema.metadata or {}), **MARK})
    return pq.ParquetWriter(path, marked, compression="zstd", compression_level=1, use_dictionary=repeating)


def _as(table: pa.Table, schema: pa.Schema) -> pa.Table:
    return table if table.schema.equals(schema) else table.cast(schema)
