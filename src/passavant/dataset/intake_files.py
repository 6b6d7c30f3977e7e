"""Intake files: what clearance reads. Each says in its metadata which schema and which key made it.

A file that says so is passed through by a later intake untouched, which is how a generator or an earlier run spares the
reading of names a second time.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from passavant.dataset.schema import load_schema
from passavant.errors import BadInput, Place

__all__ = [
    "INTAKE_MARK",
    "KEY_ID_MARK",
    "RUN_MARK",
    "IntakeWriter",
    "intake_metadata",
    "is_intake_file",
    "marked_schema",
    "open_writer",
    "run_of",
]

#: Parquet metadata: the version of the data set's schema; the id of the secret; the run, whose files share no row.
INTAKE_MARK = b"passavant.intake"
KEY_ID_MARK = b"passavant.key_id"
RUN_MARK = b"passavant.run"

_ROW_GROUP = 122_880
_FILE_ROWS = 4_000_000

#: Columns with few different values; the others are written as they are.
_REPETITIVE = (
    *("administration", "declarant_id", "version", "item_no", "channel", "master_waybill", "receptacle"),
    *("departure_country", "importer_country", "exporter_country", "seller_id", "marketplace_id", "nature", "scheme"),
    *("scheme_id", "procedure", "aeo_id", "device_id", "currency", "hs_code", "origin", "quantity", "unit", "packages"),
    *("source_file", "importer_id_form"),
)


def intake_metadata(key_id: str, run: str) -> dict[bytes, bytes]:
    """Return the metadata of an intake file.

    Args:
        key_id: Id of the secret that made its keys (:func:`passavant.settings.key_id`).
        run: Any text shared by the files of one run, among which no goods item stands twice.
    """
    return {INTAKE_MARK: str(load_schema().version).encode(), KEY_ID_MARK: key_id.encode(), RUN_MARK: run.encode()}


def marked_schema(key_id: str, run: str) -> pa.Schema:
    """Return the columns of an intake file with its metadata."""
    return load_schema().intake_arrow_schema().with_metadata(intake_metadata(key_id, run))


def is_intake_file(schema: pa.Schema, path: Path, key_id: str) -> bool:
    """Return whether a Parquet file is an intake file that can be passed through.

    Raises:
        BadInput: it is one, but of another secret, another schema version or with other columns.
    """
    marks = schema.metadata or {}
    if INTAKE_MARK not in marks:
        return False
    ours = load_schema()
    found = marks.get(KEY_ID_MARK, b"").decode()
    if marks[INTAKE_MARK].decode() != str(ours.version):
        raise _refused(path, f"schema version {marks[INTAKE_MARK].decode()}", f"version {ours.version}")
    if found != key_id:
        raise _other_secret(path, found, key_id)
    if not schema.remove_metadata().equals(ours.intake_arrow_schema()):
        raise _refused(path, "other columns or types", "the columns of an intake file")
    return True


def run_of(schema: pa.Schema, path: Path) -> str:
    """Return the run of an intake file; one without is a run of its own."""
    named: bytes = (schema.metadata or {}).get(RUN_MARK, b"")
    return named.decode() or str(path)


def open_writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """Open one intake file for writing."""
    return pq.ParquetWriter(
        path,
        schema,
        compression="lz4",  # read three times and then removed: quick to write before small
        use_dictionary=[*_REPETITIVE],
        write_statistics=["lodged_at", "accepted_at"],
    )


class IntakeWriter:
    """Writes intake files ``intake-0001.parquet`` … in a folder, in row groups of a fixed size.

    Args:
        folder: Where to.
        schema: From :func:`marked_schema`.
    """

    def __init__(self, folder: Path, schema: pa.Schema) -> None:
        self._folder = folder
        self._schema = schema
        self._number = 0
        self._waiting: list[pa.Table] = []
        self._waiting_rows = self._file_rows = 0
        self._writer: pq.ParquetWriter | None = None
        self.files: list[Path] = []
        self.inputs: frozenset[Path] = frozenset()  # resolved; none of them is written over

    def add(self, table: pa.Table) -> None:
        """Take some rows."""
        self._waiting.append(table)
        self._waiting_rows += table.num_rows
        if self._waiting_rows >= _ROW_GROUP:
            self._flush()

    def cut(self) -> None:
        """End the current file, so that the next row begins another."""
        self._flush()
        if self._writer is not None:
            self._writer.close()
        self._writer, self._file_rows = None, 0

    def make_empty(self) -> None:
        """Write a file without rows, for a run that has none."""
        self._next().write_table(self._schema.empty_table())
        self.cut()

    def free(self, stem: str) -> Path:
        """Return the next file name of a kind that is none of the inputs."""
        self._number += 1
        path = self._folder / f"{stem}-{self._number:04}.parquet"
        return self.free(stem) if path.resolve() in self.inputs else path

    def _flush(self) -> None:
        if not self._waiting_rows:
            return
        if self._writer is not None and self._file_rows >= _FILE_ROWS:
            self._writer.close()
            self._writer, self._file_rows = None, 0
        writer = self._writer or self._next()
        writer.write_table(pa.concat_tables(self._waiting), row_group_size=_ROW_GROUP * 2)
        self._file_rows += self._waiting_rows
        self._waiting, self._waiting_rows = [], 0

    def _next(self) -> pq.ParquetWriter:
        self.files.append(self.free("intake"))
        self._writer = open_writer(self.files[-1], self._schema)
        return self._writer


def _other_secret(path: Path, found: str, wanted: str) -> BadInput:
    return BadInput(
        "dataset.intake.other_secret",
        got=(f"keys made with the secret {found or '?'}", f"des clés faites avec le secret {found or '?'}"),
        expected=(
            f"keys made with this deployment's secret, {wanted}",
            f"des clés faites avec le secret de ce déploiement, {wanted}",
        ),
        next_step=(
            "Take in the original declarations, or set PASSAVANT_SECRET to the secret of that file.",
            "Reprenez les déclarations d'origine, ou donnez à PASSAVANT_SECRET le secret de ce fichier.",
        ),
        place=Place(file=str(path)),
    )


def _refused(path: Path, found: str, wanted: str) -> BadInput:
    return BadInput(
        "dataset.intake.other_shape",
        got=(f"an intake file with {found}", f"un fichier d'intégration d'une autre forme ({found})"),
        expected=(wanted, f"{wanted} (forme actuelle)"),
        next_step=(
            "Take in the original declarations again.",
            "Intégrez à nouveau les déclarations d'origine.",
        ),
        place=Place(file=str(path)),
    )
