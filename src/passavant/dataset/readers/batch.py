"""What a reader hands on: rows as text, in file order, and the rows it could not read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

__all__ = ["KEPT_TEXT", "RECORD_LIMIT", "Reader", "TextBatch", "Unreadable", "Wanted", "no_rows"]

#: A record longer than this many bytes is never kept in memory.
RECORD_LIMIT = 1 << 20

#: How much of an unreadable record is kept for the person who must find it.
KEPT_TEXT = 200


@dataclass(frozen=True)
class Wanted:
    """What is asked of a reader, by source column.

    Args:
        columns: The columns to read.
        keys: Those that help to name an unreadable row.
        item_only: Those that an item does not take over from the consignment it is nested in (JSON).
        position: The one that an item nested in a consignment gets from its place, where it has none.
    """

    columns: tuple[str, ...]
    keys: tuple[str, ...] = ()
    item_only: frozenset[str] = frozenset()
    position: str | None = None


@dataclass(frozen=True)
class Unreadable:
    """A row that could not be read at all.

    Args:
        source_row: Its number, as :class:`TextBatch` counts.
        code: ``dataset.row.…``, one of :mod:`passavant.dataset.row_errors`.
        raw: The row as it stands in the file (its first 200 bytes when it is too long).
        params: What the error's texts need.
        cells: What could be read of the columns wanted as keys, by source column.
    """

    source_row: int
    code: str
    raw: bytes
    params: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TextBatch:
    """Some thousands of rows: a string column per wanted source column (null = empty), and each row's number.

    Row numbers are those a person sees: in a spreadsheet for CSV (the header is row 1), the line for JSON lines, the
    position from 1 for Parquet and JSON arrays.
    """

    table: pa.Table
    rows: npt.NDArray[np.int64]
    unreadable: Sequence[Unreadable] = ()


class Reader(Protocol):
    """One open input. ``batches`` may be called once."""

    #: Names of the columns found (for JSON: the keys of the first records).
    header: list[str]
    #: True where a column absent from ``header`` may still come later (JSON).
    open_ended: bool
    #: Rows that stood in the file and hold nothing at all; known when ``batches`` has ended.
    blank_rows: int

    def batches(self, wanted: Wanted) -> Iterator[TextBatch]:
        """Yield the rows, with the source columns wanted."""
        ...


def no_rows(columns: Sequence[str], unreadable: Sequence[Unreadable]) -> TextBatch:
    """Return a batch of unreadable rows only."""
    import numpy as np
    import pyarrow as pa

    empty = pa.table({name: pa.array([], pa.string()) for name in columns})
    return TextBatch(empty, np.zeros(0, np.int64), unreadable)
