"""One input, opened: its reader, or the sign that it needs none because an earlier intake wrote it."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from passavant.dataset.intake_files import is_intake_file, run_of
from passavant.dataset.mapping import Mapping
from passavant.dataset.readers.batch import Reader
from passavant.dataset.readers.csv_reader import CsvReader
from passavant.dataset.readers.inputs import sniff, spooled
from passavant.dataset.readers.json_reader import JsonReader
from passavant.dataset.readers.parquet_reader import ParquetReader, open_parquet
from passavant.dataset.readers.source import ByteSource
from passavant.engines import Engine
from passavant.errors import BadInput, Place

__all__ = ["Input", "Passed", "law_dates", "no_rows_in", "open_input"]


@dataclass(frozen=True)
class Passed:
    """An intake file that is passed through, its rows, and the run it belongs to."""

    path: Path
    rows: int
    run: str


@dataclass
class Input:
    """One input: ``reader``, or ``passed``; ``spooled``: its copy in the work folder, if it needed one.

    ``digest`` waits until the whole input has been hashed.
    """

    name: str
    source: ByteSource
    reader: Reader | None = None
    passed: Passed | None = None
    spooled: Path | None = None
    _hashed: Future[str] | None = None

    def digest(self) -> str:
        """Return the SHA-256 of the input as it lies on disk."""
        return self.source.digest() if self._hashed is None else self._hashed.result()


def open_input(
    file: str | Path,
    name: str,
    *,
    mapping: Mapping | None,
    engine: Engine,
    work: Path,
    key_id: str,
    hashing: ThreadPoolExecutor,
) -> Input:
    """Open one input and find out how to read it.

    Raises:
        BadInput: it cannot be read, or is an intake file of another secret.
    """
    source = ByteSource(file)
    try:
        return _opened(source, name, mapping=mapping, engine=engine, work=work, key_id=key_id, hashing=hashing)
    except BaseException:
        source.close()
        raise


def _opened(
    source: ByteSource,
    name: str,
    *,
    mapping: Mapping | None,
    engine: Engine,
    work: Path,
    key_id: str,
    hashing: ThreadPoolExecutor,
) -> Input:
    kind = sniff(source)
    if kind == "parquet":
        copy = spooled(source, work) if source.path is None or source.packed else None
        try:
            opened = Input(name, source, spooled=copy, _hashed=hashing.submit(source.digest))
            return _parquet(opened, copy or Path(source.name), key_id)
        except BaseException:
            if copy is not None:
                copy.unlink(missing_ok=True)
            raise
    encoding = mapping.encoding if mapping else None
    if kind == "csv":
        reader: Reader = CsvReader(source, encoding=encoding, delimiter=mapping.delimiter if mapping else None)
    else:
        reader = JsonReader(source, engine, lines=kind == "json_lines", encoding=encoding)
    return Input(name, source, reader)


def law_dates(path: Path, engine: Engine) -> tuple[dt.datetime, dt.datetime] | None:
    """Return the first and the last instant of lodging or acceptance in an intake file, None without any."""
    sql = """SELECT epoch_us(least(min(lodged_at), min(accepted_at))), epoch_us(greatest(max(lodged_at), max(accepted_at)))
        FROM read_parquet($1)"""
    first, last = engine.con.con.cursor().execute(sql, [str(path)]).fetchone()
    return None if first is None else (_instant(first), _instant(last))


def no_rows_in(name: str) -> BadInput:
    """Return the error of an input that holds no row at all."""
    return BadInput(
        "dataset.reader.no_rows",
        got=("the file holds no rows", "le fichier ne contient aucune ligne"),
        expected=("at least one row after the header", "au moins une ligne après l'en-tête"),
        next_step=(
            "Check the export, or leave the file out of this run.",
            "Vérifiez l'export, ou laissez ce fichier hors de ce traitement.",
        ),
        place=Place(file=name),
    )


def _parquet(opened: Input, path: Path, key_id: str) -> Input:
    file: pq.ParquetFile = open_parquet(path)
    schema: Any = file.schema_arrow
    if is_intake_file(schema, path, key_id):
        opened.passed = Passed(path, file.metadata.num_rows, run_of(schema, path))
    else:
        opened.reader = ParquetReader(path)
    return opened


def _instant(microseconds: int) -> dt.datetime:
    return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=microseconds)
