"""Columns of text made without a Python loop over rows: digits, patterns, amounts, times, pools."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from passavant.synthetic.chance import Bools, Ints, Words, below, mix

__all__ = [
    "Letters",
    "amounts",
    "coded",
    "digits",
    "filled",
    "fixed",
    "joined",
    "keep",
    "letters",
    "moments",
    "repeated",
]

Letters = npt.NDArray[np.uint8]

_SECONDS_A_DAY = 86_400


def letters(texts: list[str]) -> Letters:
    """Return texts of one length as a matrix of ASCII bytes."""
    return np.array([list(text.encode("ascii")) for text in texts], dtype=np.uint8)


def repeated(text: str, rows: int) -> Letters:
    """Return the same ASCII text on every row."""
    return np.broadcast_to(letters([text]), (rows, len(text)))


def digits(values: Ints, width: int) -> Letters:
    """Write integers with leading zeros, keeping the last ``width`` digits."""
    matrix = np.empty((len(values), width), dtype=np.uint8)
    rest = values
    for column in range(width - 1, -1, -1):
        rest, digit = np.divmod(rest, 10)
        matrix[:, column] = digit + 48
    return matrix


def fixed(*parts: Letters, valid: Bools | None = None) -> pa.StringArray:
    """Join byte matrices side by side into one text column; null where ``valid`` is false."""
    matrix = np.ascontiguousarray(np.hstack(parts))
    rows, width = matrix.shape
    offsets = np.arange(0, (rows + 1) * width, width, dtype=np.int32)
    bitmap = None if valid is None else pa.py_buffer(np.packbits(valid, bitorder="little"))
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(matrix), bitmap)


def filled(pattern: str, words: Words) -> Letters:
    """Fill a pattern from hashes: ``#`` becomes a digit, ``@`` a capital letter, the rest stays."""
    matrix = repeated(pattern, len(words)).copy()
    for place, sign in enumerate(pattern):
        if sign in "#@":
            base, first = (10, 48) if sign == "#" else (26, 65)
            matrix[:, place] = first + below(mix(words, place), base)
    return matrix


def amounts(units: Ints, decimals: int) -> pa.StringArray:
    """Write integers as decimal text: 1234 with two decimals is ``12.34``."""
    return pa.array(units).cast(pa.decimal128(19, 0)).cast(pa.string()) if not decimals else _scaled(units, decimals)


def _scaled(units: Ints, decimals: int) -> pa.StringArray:
    wide = np.empty((len(units), 2), dtype=np.int64)
    wide[:, 0] = units
    wide[:, 1] = units >> 63  # the sign, as Arrow's 128-bit integers keep it
    kind = pa.decimal128(19, decimals)
    return pa.Decimal128Array.from_buffers(kind, len(units), [None, pa.py_buffer(wide)]).cast(pa.string())


def moments(day: date, seconds: Ints, valid: Bools | None = None) -> pa.StringArray:
    """Write moments in UTC, ``2026-09-15T08:31:07Z``; ``seconds`` counts from the start of ``day``."""
    offset, rest = np.divmod(seconds, _SECONDS_A_DAY)
    dates = letters([(day + timedelta(days=n)).isoformat() for n in range(int(offset.max(initial=0)) + 1)])
    colon, rows = repeated(":", len(seconds)), len(seconds)
    hour, minute = digits(rest // 3600, 2), digits(rest // 60 % 60, 2)
    parts = (dates[offset], repeated("T", rows), hour, colon, minute, colon, digits(rest % 60, 2), repeated("Z", rows))
    return fixed(*parts, valid=valid)


def joined(*parts: Any) -> pa.StringArray:
    """Put text columns and constants one after the other, row by row."""
    return pc.binary_join_element_wise(*parts, "")


def keep(column: Any, valid: Bools) -> Any:
    """Return the column with null where ``valid`` is false."""
    return pc.if_else(pa.array(valid), column, pa.scalar(None, column.type))


def coded(index: npt.NDArray[Any], texts: list[str], valid: Bools | None = None) -> pa.DictionaryArray:
    """Return a text column of few distinct values as codes into a list."""
    missing = None if valid is None else ~valid
    return pa.DictionaryArray.from_arrays(pa.array(index.astype(np.int32), mask=missing), pa.array(texts, pa.string()))
