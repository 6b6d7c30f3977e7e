"""Goods items that stand twice in a run: the first in file order stays, the later ones are rejected and name it.

Each row leaves 8 bytes: a mix of its consignment's draw (an HMAC of the consignment id), version and item number. Only
where two are equal are the keys themselves compared, so that a chance meeting rejects nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from passavant.dataset.intake_files import open_writer
from passavant.dataset.rejected import Rejected
from passavant.dataset.row_errors import unreadable

__all__ = ["Duplicates", "marks", "repeated_marks", "without_rows"]

Marks = npt.NDArray[np.uint64]

_KEY = ("consignment_id", "version", "item_no")
_READ = (
    *_KEY,
    "stratum_draw",
    "source_file",
    "source_row",
    "administration",
    "declarant_id",
    "declaration_id",
    "lodged_at",
)
_AT_ONCE = 250_000  # rows compared at a time


@dataclass(frozen=True)
class _Row:
    """One row whose mark is not alone."""

    file: int
    place: int
    values: dict[str, Any]

    @property
    def key(self) -> tuple[Any, ...]:
        return tuple(self.values[name] for name in _KEY)


class Duplicates:
    """The rows to drop from each file, found by :func:`find`, and the rejected rows that say so."""

    def __init__(self, files: Sequence[Path], repeated: Marks) -> None:
        self._files = files
        self._repeated = repeated
        self.places: list[list[int]] = [[] for _ in files]

    def rejected(self) -> Iterator[Rejected]:
        """Yield the later rows of every repeated key, some keys at a time; fills ``places``."""
        for start in range(0, len(self._repeated), _AT_ONCE):
            first: dict[tuple[Any, ...], _Row] = {}
            for row in self._rows(self._repeated[start : start + _AT_ONCE]):
                kept = first.setdefault(row.key, row)
                if kept is not row:
                    self.places[row.file].append(row.place)
                    yield _rejected(row, kept)

    def _rows(self, wanted: Marks) -> Iterator[_Row]:
        for number, file in enumerate(self._files):
            place = 0
            with pq.ParquetFile(file) as source:
                for batch in source.iter_batches(batch_size=65_536, columns=list(_READ)):
                    found = np.flatnonzero(np.isin(marks(pa.Table.from_batches([batch])), wanted))
                    for at, values in zip(found, batch.take(pa.array(found)).to_pylist(), strict=True):
                        yield _Row(number, place + int(at), values)
                    place += batch.num_rows


def marks(table: pa.Table) -> Marks:
    """Return 8 bytes per row of an intake table, equal for equal keys."""
    draw, version, item = (table[name].to_numpy().astype(np.uint64) for name in ("stratum_draw", "version", "item_no"))
    mixed: Marks = draw * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= (version << np.uint64(32) | item) * np.uint64(0xD6E8FEB86659FD93)
    return mixed ^ (mixed >> np.uint64(29))


def repeated_marks(parts: Iterable[Marks]) -> Marks:
    """Return the marks that occur more than once, sorted."""
    together = np.concatenate([np.zeros(0, np.uint64), *parts])
    together.sort()
    return np.unique(together[1:][together[1:] == together[:-1]])


def without_rows(file: Path, places: Iterable[int], target: Path, schema: pa.Schema) -> None:
    """Write an intake file again without the rows at some places; ``target`` may be ``file`` itself."""
    drop = np.array(sorted(places), np.int64)
    draft, start = target.with_suffix(".part"), 0
    with pq.ParquetFile(file) as source, open_writer(draft, schema) as writer:
        for batch in source.iter_batches(batch_size=122_880):
            keep = np.ones(batch.num_rows, np.bool_)
            keep[drop[(drop >= start) & (drop < start + batch.num_rows)] - start] = False
            kept = pa.Table.from_batches([batch.filter(pa.array(keep))])
            writer.write_table(kept.replace_schema_metadata(schema.metadata))
            start += batch.num_rows
    draft.replace(target)


def _rejected(row: _Row, kept: _Row) -> Rejected:
    values = row.values
    error = unreadable("dataset.row.duplicate", file=kept.values["source_file"], row=kept.values["source_row"])
    lodged = values["lodged_at"]
    named = {name: values[name] for name in ("administration", "declarant_id", "declaration_id", "version", "item_no")}
    return Rejected(
        values["source_file"],
        values["source_row"],
        values["declarant_id"],
        values["declaration_id"],
        (error,),
        json.dumps(named, ensure_ascii=False, separators=(",", ":")),
        lodged.date() if lodged is not None else None,
        values["administration"],
        values["version"],
    )
