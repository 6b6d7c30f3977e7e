"""String columns as what they are underneath: one run of bytes and the offsets that cut it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["Bytes", "Ints", "clean", "lengths", "single", "text_array", "text_parts"]

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]

_SPACE_LEADS = np.array([0xC2, 0xE1, 0xE2, 0xE3], np.uint8)  # first bytes of the spaces beyond ASCII


def single(column: pa.ChunkedArray) -> pa.Array:
    """Return a column of a table as one array."""
    if column.num_chunks == 1:
        return column.chunk(0)
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)


def text_parts(texts: pa.Array) -> tuple[Ints, Bytes]:
    """Return the offsets (one more than rows, from 0) and the bytes of a string array, without copying the bytes."""
    _, offsets, data = texts.buffers()
    if not len(texts):
        return np.zeros(1, np.int64), np.zeros(0, np.uint8)
    ends = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    raw = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(0, np.uint8)
    return ends - ends[0], raw[ends[0] : ends[-1]]


def text_array(offsets: Ints, data: Any, like: pa.Array) -> pa.Array:
    """Build a string array from offsets and bytes, null where ``like`` is null."""
    parts = [None, pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(data)]
    texts = pa.Array.from_buffers(pa.string(), len(like), parts)
    return pc.if_else(pc.is_valid(like), texts, pa.scalar(None, pa.string())) if like.null_count else texts


def lengths(texts: pa.Array) -> Ints:
    """Return the length of each text in bytes, 0 for null."""
    return np.diff(text_parts(texts)[0])


def clean(texts: pa.Array) -> pa.Array:
    """Return the texts without spaces around them, null where nothing is left. Clean columns are not copied."""
    if texts.null_count == len(texts):
        return texts
    if _spaced(texts):
        texts = pc.utf8_trim_whitespace(texts)
    sizes = lengths(texts)
    if np.count_nonzero(sizes) == len(texts) - texts.null_count:
        return texts
    return pc.if_else(pa.array(sizes > 0), texts, pa.scalar(None, pa.string()))


def _spaced(texts: pa.Array) -> bool:
    """Return whether any text may begin or end with a space."""
    _, buffer, values = texts.buffers()
    offsets = np.frombuffer(buffer, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    data = np.frombuffer(values, np.uint8) if values is not None and values.size else np.zeros(0, np.uint8)
    starts, ends = offsets[:-1], offsets[1:]
    filled = ends > starts
    if not filled.all():
        starts, ends = starts[filled], ends[filled]
    first, last = data[starts], data[ends - 1]
    if first.min(initial=0xFF) <= 0x20 or last.min(initial=0xFF) <= 0x20:
        return True
    wide = last >= 0x80
    if np.isin(first[first >= 0x80], _SPACE_LEADS).any() or not wide.any():
        return bool(np.isin(first[first >= 0x80], _SPACE_LEADS).any())
    tails = np.concatenate([data[ends[wide] - 2], data[np.maximum(ends[wide] - 3, 0)]])
    return bool(np.isin(tails, _SPACE_LEADS).any())
