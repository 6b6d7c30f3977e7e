"""Cut JSON lines into records: one per line, handed on as text with its line number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from passavant.dataset.readers.batch import Unreadable
from passavant.dataset.readers.records import pieces
from passavant.dataset.readers.repair import BadRecord, Dialect

__all__ = ["Ints", "JsonBlock", "json_texts", "line_blocks"]

_SPACES = " \t\r\n"
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class JsonBlock:
    """Some thousands of records as text, their numbers from 1, the ones that are no text at all, and blank lines."""

    texts: pa.Array
    rows: Ints
    unreadable: tuple[Unreadable, ...] = ()
    blank: int = 0


def line_blocks(blocks: Iterator[bytes]) -> Iterator[JsonBlock]:
    """Yield the lines of a stream; blank ones are counted and left out."""
    row = 1
    for piece in pieces(blocks, Dialect(quoting=False)):
        if isinstance(piece, BadRecord):
            bad = Unreadable(row, piece.code, piece.raw, piece.params)
            yield JsonBlock(pa.array([], pa.string()), np.zeros(0, np.int64), (bad,))
            row += 1
        else:
            block, lines = _lines(piece, row)
            yield block
            row += lines


def json_texts(data: bytes, ends: Ints) -> pa.Array:
    """Return the stretches of UTF-8 bytes that end at ``ends`` as a string array, without copying them."""
    offsets = np.concatenate([[0], ends]).astype(np.int32)
    return pa.Array.from_buffers(pa.string(), len(ends), [None, pa.py_buffer(offsets), pa.py_buffer(data)])


def _lines(piece: bytes, row: int) -> tuple[JsonBlock, int]:
    ends = np.flatnonzero(np.frombuffer(piece, np.uint8) == 0x0A) + 1
    texts, rows = json_texts(piece, ends), np.arange(row, row + len(ends), dtype=np.int64)
    if re.search(rb"(?:\A|\n)[ \t\r]*\n", piece):
        filled = np.array([bool(text.strip(_SPACES)) for text in texts.to_pylist()])
        texts, rows = texts.filter(pa.array(filled)), rows[filled]
    return JsonBlock(texts, rows, blank=len(ends) - len(rows)), len(ends)
