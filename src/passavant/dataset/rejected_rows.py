"""The rejected rows of a run, read back: which errors are frequent, and each row with what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from passavant.errors import Place
from passavant.lake import read_manifest
from passavant.texts import Text

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["RejectedError", "RejectedRows", "read_rejected"]


@dataclass
class RejectedError:
    """One error of one row; ``count``: in how many errors of the run its code stands."""

    code: str
    place: Place
    declaration: str | None
    expected: Text
    remedy: Text
    count: int = 1

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, as JSON takes them."""
        where = {name: getattr(self.place, name) for name in ("file", "row", "field", "value")}
        texts = {"expected": self.expected.say(), "remedy": self.remedy.say()}
        return {"code": self.code, **where, "declaration": self.declaration, **texts}


@dataclass
class RejectedRows:
    """The rejected rows of a run.

    Attributes:
        rows: How many there are.
        rows_in: How many rows the run read.
        frequent: One example per error code, the most frequent first.
        errors: The errors of the first rows, in the order of the run.
        shown: How many rows those errors belong to.
    """

    rows: int = 0
    rows_in: int = 0
    frequent: list[RejectedError] = field(default_factory=list)
    errors: list[RejectedError] = field(default_factory=list)
    shown: int = 0


def read_rejected(out: Path, *, most: int | None = None) -> RejectedRows:
    """Read the rejected rows of a finished run.

    Args:
        out: Folder written by ``passavant clear``.
        most: How many rows to give with their errors (default: all).

    Raises:
        NotFound: the folder holds no finished run.
    """
    import pyarrow.parquet as pq

    found = RejectedRows(rows_in=int(read_manifest(out)["rows_in"]))
    frequent: dict[str, RejectedError] = {}
    for path in sorted(out.glob("rejected*.parquet")):
        table = pq.read_table(path).combine_chunks()
        _count(table, frequent)
        part = table.slice(0, None if most is None else most - found.shown)
        found.errors += [error for row in part.to_pylist() for error in _errors(row)]
        found.rows, found.shown = found.rows + table.num_rows, found.shown + part.num_rows
    found.frequent = sorted(frequent.values(), key=lambda one: -one.count)
    return found


def _count(table: pa.Table, frequent: dict[str, RejectedError]) -> None:
    """Add the errors of a file to the counts, with an example for each code that is new."""
    import pyarrow.compute as pc

    rows = pc.list_parent_indices(table["errors"])
    codes = pc.struct_field(pc.list_flatten(table["errors"]), "code")
    for counted in codes.value_counts().to_pylist():
        code, count = counted["values"], counted["counts"]
        if code in frequent:
            frequent[code].count += count
            continue
        row = table.slice(rows[pc.index(codes, code).as_py()].as_py(), 1).to_pylist()[0]
        frequent[code] = next(error for error in _errors(row) if error.code == code)
        frequent[code].count = count


def _errors(row: dict[str, Any]) -> Iterator[RejectedError]:
    named = [row[name] for name in ("declarant_id", "declaration_id")]
    declaration = ":".join(part or "?" for part in named) if any(named) else None
    for error in row["errors"]:
        yield RejectedError(
            error["code"],
            Place(file=row["source_file"], row=row["source_row"], field=error["field"], value=error["value"]),
            declaration,
            Text(error["expected_en"], error["expected_fr"]),
            Text(error["remedy_en"], error["remedy_fr"]),
        )
