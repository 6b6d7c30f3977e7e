"""Rejected rows: one line per source row that could not be read, with its errors, and never its raw text."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from passavant.dataset.row_errors import RowError
from passavant.dataset.vault import Vault

__all__ = ["REJECTED_SCHEMA", "Rejected", "RejectedWriter"]

_ERROR = pa.struct(
    [(name, pa.string()) for name in ("code", "field", "value", "expected_en", "expected_fr", "remedy_en", "remedy_fr")]
)

#: Columns of ``rejected.parquet``.
REJECTED_SCHEMA = pa.schema(
    [
        ("source_file", pa.string()),
        ("source_row", pa.int64()),
        ("administration", pa.string()),
        ("declarant_id", pa.string()),
        ("declaration_id", pa.string()),
        ("version", pa.int32()),
        ("errors", pa.list_(_ERROR)),
        ("raw_ref", pa.string()),
    ]
)

_AT_ONCE = 5_000


@dataclass(frozen=True)
class Rejected:
    """One source row that could not be read; the parts of its consignment's id, version and day where they could be."""

    source_file: str
    source_row: int
    declarant_id: str | None
    declaration_id: str | None
    errors: tuple[RowError, ...]
    raw: str
    lodged: dt.date | None = None
    administration: str | None = None
    version: int | None = None

    @property
    def raw_ref(self) -> str:
        """Return the SHA-256 of the raw text, under which the vault keeps it."""
        return hashlib.sha256(self.raw.encode("utf-8", "surrogatepass")).hexdigest()


class RejectedWriter:
    """Writes rejected rows as they come: the errors to a Parquet file, the raw texts to the vault.

    Args:
        path: The file; it is made with the first row.
        vault: Where raw texts go; None: nowhere.
        today: The day that stands for an unknown day of lodgement.
    """

    def __init__(self, path: Path, vault: Vault | None, today: dt.date) -> None:
        self._path = path
        self._vault = vault
        self._today = today
        self._waiting: list[Rejected] = []
        self._writer: pq.ParquetWriter | None = None
        self.rows = 0

    def add(self, rows: Iterable[Rejected]) -> None:
        """Take some rows."""
        for row in rows:
            self._waiting.append(row)
            self.rows += 1
            if len(self._waiting) >= _AT_ONCE:
                self._flush()

    def finish(self) -> Path | None:
        """Close the file and return it, or None when no row was rejected."""
        self._flush()
        if self._writer is None:
            return None
        self._writer.close()
        return self._path

    def _flush(self) -> None:
        if not self._waiting:
            return
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, REJECTED_SCHEMA, compression="zstd")
        self._writer.write_table(pa.Table.from_pylist([_record(row) for row in self._waiting], REJECTED_SCHEMA))
        if self._vault is not None:
            self._vault.write_batch(pa.Table.from_pylist([self._secret(row) for row in self._waiting]))
        self._waiting.clear()

    def _secret(self, row: Rejected) -> dict[str, object]:
        raw = row.raw.encode("utf-8", "replace").decode()
        return {"kind": "rejected_text", "raw_ref": row.raw_ref, "raw": raw, "first_lodged": row.lodged or self._today}


def _record(row: Rejected) -> dict[str, object]:
    errors = [error.as_record() for error in row.errors]
    named = {
        "administration": row.administration,
        "declarant_id": row.declarant_id,
        "declaration_id": row.declaration_id,
        "version": row.version,
    }
    return {
        "source_file": row.source_file,
        "source_row": row.source_row,
        **named,
        "errors": errors,
        "raw_ref": row.raw_ref,
    }
