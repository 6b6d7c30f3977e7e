"""Intake of declarations that come a few at a time and wait: everything is made ready once, nothing is written.

Unlike :func:`passavant.dataset.intake.take_in` it refuses a declaration whole when one of its rows cannot be read: whoever
sent it is there to correct it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from passavant.dataset.binding import bind
from passavant.dataset.conversion import Conversion
from passavant.dataset.duplicates import marks, repeated_marks
from passavant.dataset.keyed import Keying
from passavant.dataset.readers.batch import TextBatch, Wanted
from passavant.dataset.readers.json_rows import text_batch
from passavant.dataset.rejected import Rejected
from passavant.dataset.row_errors import unreadable
from passavant.dataset.schema import load_schema
from passavant.engines import Engine

__all__ = ["LiveIntake", "Taken"]

_KEY = ("consignment_id", "version", "item_no")


@dataclass(frozen=True)
class Taken:
    """What came of some records.

    Attributes:
        items: Intake rows of whole consignments; ``source_row`` is the place of the record among those given, from 1.
        parties: What the vault must keep.
        rejected: Rows that could not be read, or stand twice; no other row of their consignments is in ``items``.
    """

    items: pa.Table
    parties: pa.Table
    rejected: list[Rejected]


class _Open:
    """Stands for a reader of JSON records: any column may come."""

    header: list[str] = []  # noqa: RUF012  # as the protocol has it
    open_ended = True
    blank_rows = 0

    def batches(self, wanted: Wanted) -> Iterable[TextBatch]:  # noqa: ARG002
        """Give nothing: records are handed over one by one."""
        return ()


class LiveIntake:
    """An intake made ready. Not for two threads at once.

    Args:
        engine: Session for the parsing; best a prepared one.
        secret: Deployment secret, for party keys and the random stratum.
        administration: Administration of rows that do not name one.
    """

    def __init__(self, engine: Engine, secret: bytes, administration: str) -> None:
        self._schema = load_schema().intake_arrow_schema()
        self._keying = Keying(secret, self._schema, dt.datetime.now(dt.UTC).date())
        self._binding = bind(_Open(), "", None, load_schema(), administration)  # type: ignore[arg-type]
        self._conversion = Conversion(self._binding, engine, "")

    def take(self, records: Sequence[Any], source: str) -> Taken:
        """Take JSON records.

        Args:
            records: Values as :func:`passavant.dataset.readers.json_cells.exact_json` gives them: a declaration each, with its
                goods items in ``items``, or flat with one.
            source: What ``source_file`` says of them.
        """
        self._keying.forget()
        keyed = self._keying.run(self._conversion.run(text_batch(records, self._binding.wanted)))
        place = keyed.table.column_names.index("source_file")
        table = keyed.table.set_column(place, "source_file", pa.repeat(source, keyed.table.num_rows)).combine_chunks()
        rejected = [dataclasses.replace(row, source_file=source) for row in keyed.rejected]
        table = _without(table, rejected)
        twice = _twice(table)
        return Taken(_without_records(table, twice), keyed.parties, rejected + twice)


def _twice(table: pa.Table) -> list[Rejected]:
    """Return the rows whose goods item stands before them already."""
    repeated = repeated_marks([marks(table)])
    if not repeated.size:
        return []
    found: list[Rejected] = []
    first: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in table.filter(pa.array(np.isin(marks(table), repeated))).to_pylist():
        kept = first.setdefault(tuple(row[name] for name in _KEY), row)
        if kept is not row:
            error = unreadable("dataset.row.duplicate", file=kept["source_file"], row=kept["source_row"])
            names = (row["declarant_id"], row["declaration_id"])
            found.append(
                Rejected(row["source_file"], row["source_row"], *names, (error,), "", None, row["administration"], row["version"])
            )  # fmt: skip
    return found


def _without(table: pa.Table, rejected: Sequence[Rejected]) -> pa.Table:
    """Leave out the records of which a row was rejected, and every row of the consignments that these name."""
    if not rejected:
        return table
    named = pa.array(sorted({_key(row.declarant_id, row.declaration_id) for row in rejected}))
    keys = pc.binary_join_element_wise(table["declarant_id"], table["declaration_id"], "\x1f")
    return _without_records(table.filter(pc.invert(pc.is_in(keys, named))), rejected)


def _without_records(table: pa.Table, rejected: Sequence[Rejected]) -> pa.Table:
    """Leave out the records of which a row was rejected; of what stands twice, the first stays."""
    rows = pa.array(sorted({row.source_row for row in rejected}), pa.int64())
    return table.filter(pc.invert(pc.is_in(table["source_row"], rows))) if rejected else table


def _key(declarant: str | None, declaration: str | None) -> str:
    return f"{declarant}\x1f{declaration}"
