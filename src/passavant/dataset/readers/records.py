"""Cut a stream of bytes at the ends of records, so that each block can be parsed alone.

A quote opens a quoted field only at the start of a field; inside, two quotes stand for one. In a well-formed block the
ends of records are the line ends with an even number of quotes before them, found with a few passes over the block. A
block that does not pass the check, holds a record over the limit or is not UTF-8 is handed to
:mod:`passavant.dataset.readers.repair`, which goes record by record. Both follow the quoting rules of pyarrow's CSV
parser, to which the records go next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from passavant.dataset.readers.batch import RECORD_LIMIT
from passavant.dataset.readers.repair import BadRecord, Dialect, Repair

__all__ = ["Piece", "is_utf8", "pieces"]

Ints = npt.NDArray[np.int64]

#: Either whole records, each with its line end, or one record that cannot be read.
Piece = bytes | BadRecord


def pieces(blocks: Iterable[bytes], dialect: Dialect) -> Iterator[Piece]:
    """Yield the stream as pieces, in order; every byte is in one piece, or belongs to a record over the limit."""
    rest, skipping = b"", False
    for block in blocks:
        if skipping:
            end = block.find(b"\n")
            if end < 0:
                continue
            block, skipping = block[end + 1 :], False
        buffer = rest + block if rest else block
        cut = _clean_cut(buffer, dialect)
        if cut is not None:
            yield from [buffer[:cut]] if cut else []
            rest = buffer[cut:]
        else:
            repair = Repair(buffer, dialect, last=False)
            yield from repair.pieces()
            rest, skipping = repair.rest, repair.skipping
    yield from _last(rest, dialect)


def is_utf8(data: bytes) -> bool:
    """Return whether the bytes are valid UTF-8."""
    if data.isascii():
        return True
    whole = [None, pa.py_buffer(np.array([0, len(data)], np.int64)), pa.py_buffer(data)]
    try:  # arrow checks ten times faster than bytes.decode, and lets other threads run meanwhile
        pa.Array.from_buffers(pa.large_binary(), 1, whole).cast(pa.large_string())
    except pa.ArrowInvalid:
        return False
    return True


def _last(rest: bytes, dialect: Dialect) -> Iterator[Piece]:
    if not rest:
        return
    rest = rest if rest.endswith(b"\n") else rest + b"\n"
    if _clean_cut(rest, dialect) == len(rest):
        yield rest
    else:
        yield from Repair(rest, dialect, last=True).pieces()


def _clean_cut(buffer: bytes, dialect: Dialect) -> int | None:
    """Return where the last whole record ends, or None when the block needs a closer look."""
    if dialect.quoting and b'"' in buffer:
        cut = _quoted_cut(buffer, dialect)
    else:
        cut = buffer.rfind(b"\n") + 1 if _short_lines(buffer) else None
    if cut is None or len(buffer) - cut > RECORD_LIMIT or not is_utf8(buffer[:cut]):
        return None
    return cut


def _short_lines(buffer: bytes) -> bool:
    """Return whether each stretch of half the limit holds a line end, so that no line can be over the limit."""
    half = RECORD_LIMIT // 2
    whole = len(buffer) // half * half
    return all(buffer.find(b"\n", start, start + half) >= 0 for start in range(0, whole, half))


def _quoted_cut(buffer: bytes, dialect: Dialect) -> int | None:
    data = np.frombuffer(buffer, np.uint8)
    quotes, lines = np.flatnonzero(data == 0x22), np.flatnonzero(data == 0x0A)
    ends = lines[np.searchsorted(quotes, lines) & 1 == 0]
    if not ends.size:
        return None if buffer else 0
    if max(ends[0], int(np.diff(ends).max(initial=0))) > RECORD_LIMIT:
        return None
    cut = int(ends[-1]) + 1
    return cut if _well_quoted(data, quotes[: np.searchsorted(quotes, cut)], dialect) else None


def _well_quoted(data: npt.NDArray[np.uint8], quotes: Ints, dialect: Dialect) -> bool:
    """Return whether quotes open only at the start of a field and close only at its end, doubled ones apart."""
    edges = np.zeros(256, np.bool_)
    edges[[ord(dialect.delimiter), 0x0A, 0x0D]] = True
    opening, closing = quotes[0::2], quotes[1::2]
    doubled = opening[1:] == closing[:-1] + 1
    opens = edges[data[opening - 1]]
    opens[:1] |= opening[:1] == 0
    opens[1:] |= doubled
    closes = edges[data[closing + 1]]
    closes[:-1] |= doubled
    return bool(opens.all() and closes.all())
