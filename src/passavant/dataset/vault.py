"""The parties vault: the only place where names, addresses, ids and rejected texts are kept.

One Parquet file per run, named by its content, so that the same run twice leaves one file. Whoever reads a row is
written to ``access.jsonl`` before the row is handed over; what is older than the retention is purged, and that is
written too.

>>> import datetime as dt, tempfile
>>> vault = Vault(Path(tempfile.mkdtemp()) / "parties")
>>> vault.read([42], reader="inspector-7", purpose="case 2026-118").num_rows
0
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from passavant import settings
from passavant.errors import BadInput
from passavant.lake import sync

__all__ = ["VAULT_SCHEMA", "Vault"]

#: Columns of the vault. ``kind``: importer, exporter, importer_id, exporter_id or rejected_text; ``raw_ref`` and
#: ``raw`` belong to the last, and ``key`` to the others.
VAULT_SCHEMA = pa.schema(
    [
        ("key", pa.int64()),
        ("kind", pa.string()),
        ("name", pa.string()),
        ("address", pa.string()),
        ("country", pa.string()),
        ("id", pa.string()),
        ("raw_ref", pa.string()),
        ("raw", pa.string()),
        ("first_lodged", pa.date32()),
    ]
)

_ROW_GROUP = 122_880
_LOG = "access.jsonl"
_DRAFT_SECONDS = 86_400  # a draft untouched for a day is no run's any more


class Vault:
    """One vault folder, and the run that is being written to it, if any.

    Args:
        folder: Where it lies (default: ``parties`` in Passavant's home); made with mode 0700.

    Raises:
        BadInput: the folder cannot be made.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or settings.home() / "parties"
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.folder.chmod(0o700)
        except OSError as error:
            raise settings.unwritable_home(error) from error
        self._writer: pq.ParquetWriter | None = None
        self._draft: Path | None = None
        self._waiting: list[pa.Table] = []

    def write_batch(self, rows: pa.Table) -> None:
        """Add rows (columns as :data:`VAULT_SCHEMA`; absent ones are null) to the run's file."""
        self._waiting += [_shaped(rows)] if rows.num_rows else []
        if sum(table.num_rows for table in self._waiting) >= _ROW_GROUP:
            self._flush()

    def finish(self) -> Path | None:
        """Close the run's file and give it its name; return it, or None when nothing was written."""
        self._flush()
        draft = self._close()
        if draft is None:
            return None
        with draft.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        sync(draft)  # the names may be nowhere else from here on
        target = self.folder / f"{digest}.parquet"
        draft.replace(target)
        sync(self.folder)
        return target

    def abort(self) -> None:
        """Forget the run that was being written."""
        self._waiting.clear()
        draft = self._close()
        if draft is not None:
            draft.unlink(missing_ok=True)

    def read(self, keys: Sequence[int | str], *, reader: str, purpose: str) -> pa.Table:
        """Return what the vault holds under some keys, after writing down who asked, when, why and how many.

        Args:
            keys: Party keys (integers) and references of rejected texts (``raw_ref``, hexadecimal).
            reader: Who asks: a person or a service account.
            purpose: Why, in words that an auditor understands.

        Returns:
            One row per different content, with the first date it was lodged.

        Raises:
            BadInput: no reader or no purpose is named.
        """
        if not reader.strip() or not purpose.strip():
            raise _unnamed()
        numbers = pa.array([key for key in keys if isinstance(key, int)], pa.int64())
        references = pa.array([key for key in keys if isinstance(key, str)], pa.string())
        wanted = pc.field("key").isin(numbers) | pc.field("raw_ref").isin(references)
        parts = [pq.read_table(file, schema=VAULT_SCHEMA, filters=wanted) for file in self._files()]
        rows = _merged(pa.concat_tables([VAULT_SCHEMA.empty_table(), *parts]))
        self._log(action="read", reader=reader, purpose=purpose, asked=len(keys), found=rows.num_rows)
        return rows

    def purge(self, before: dt.date, *, reader: str = "retention") -> int:
        """Remove the rows first lodged before a date; return how many, and write it to the log.

        Drafts that runs left when they were killed go too, once they are a day old; they hold names, and no reading
        finds them.
        """
        removed = sum(self._purge_file(file, before) for file in self._files())
        drafts = self._purge_drafts(time.time() - _DRAFT_SECONDS)
        self._log(action="purge", reader=reader, before=before.isoformat(), removed=removed, drafts=drafts)
        return removed

    def _purge_drafts(self, before: float) -> int:
        """Remove the drafts last written to before an instant (seconds of the epoch); return how many."""
        left = [file for file in self.folder.glob("*.part") if file.stat().st_mtime < before]
        for file in left:
            file.unlink(missing_ok=True)
        return len(left)

    def _purge_file(self, file: Path, before: dt.date) -> int:
        """Write what stays to a file of its own, then remove the old one; a batch at a time."""
        source = pq.ParquetFile(file)
        stays = Vault(self.folder)
        removed = 0
        for batch in source.iter_batches(batch_size=_ROW_GROUP):
            kept = batch.filter(pc.greater_equal(batch.column("first_lodged"), pa.scalar(before)))
            removed += batch.num_rows - kept.num_rows
            stays.write_batch(pa.Table.from_batches([kept]))
        source.close()
        if not removed:
            stays.abort()
        elif stays.finish() != file:
            file.unlink()
        return removed

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("*.parquet"))

    def _flush(self) -> None:
        if not self._waiting:
            return
        if self._writer is None:
            descriptor, name = tempfile.mkstemp(suffix=".part", dir=self.folder)  # mode 0600
            os.close(descriptor)
            self._draft = Path(name)
            self._writer = pq.ParquetWriter(
                name, VAULT_SCHEMA, compression="zstd", compression_level=1, use_dictionary=["kind", "country"]
            )
        self._writer.write_table(pa.concat_tables(self._waiting), row_group_size=_ROW_GROUP * 2)
        self._waiting.clear()

    def _close(self) -> Path | None:
        if self._writer is not None:
            self._writer.close()
        draft, self._writer, self._draft = self._draft, None, None
        return draft

    def _log(self, **entry: Any) -> None:
        line = json.dumps(
            {"at": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"), **entry}, ensure_ascii=False
        )
        descriptor = os.open(self.folder / _LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, f"{line}\n".encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _shaped(rows: pa.Table) -> pa.Table:
    """Put the columns in order, those that are absent as nulls."""
    columns = [
        rows[field.name].cast(field.type) if field.name in rows.column_names else pa.nulls(rows.num_rows, field.type)
        for field in VAULT_SCHEMA
    ]
    return pa.table(columns, schema=VAULT_SCHEMA)


def _merged(rows: pa.Table) -> pa.Table:
    """Join the same content of several runs into one row with its first date."""
    names = [field.name for field in VAULT_SCHEMA if field.name != "first_lodged"]
    merged = rows.group_by(names, use_threads=False).aggregate([("first_lodged", "min")])
    return merged.rename_columns([*names, "first_lodged"]).select(VAULT_SCHEMA.names)


def _unnamed() -> BadInput:
    return BadInput(
        "dataset.vault.unnamed",
        got=(
            "a reading of the parties vault without reader or purpose",
            "une lecture du coffre des parties sans lecteur ou sans motif",
        ),
        expected=("who reads, and why", "qui lit, et pourquoi"),
        next_step=("Name both: they go to the access log.", "Indiquez les deux : ils vont au journal d'accès."),
    )
