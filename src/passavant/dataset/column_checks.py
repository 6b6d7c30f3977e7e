"""What is looked at in a column as a whole, so that a good column costs next to nothing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from passavant.dataset.forms import MOST_WHOLE, ZONED
from passavant.dataset.text_columns import clean, lengths, text_parts

__all__ = [
    "CONTROLS",
    "cased",
    "coarse",
    "controlled",
    "digits_only",
    "out_of_range",
    "too_long",
    "uncontrolled",
    "underscored",
    "unread",
    "whole",
    "zoneless",
]

Flags = npt.NDArray[np.bool_]

#: A run of control characters: C0 and DEL.
CONTROLS = r"[\x00-\x1f\x7f]+"

_GROUPING = "[\\s.'’\u00a0\u2009\u202f-]"
_INSTANT = pa.timestamp("us", "UTC")
_FIRST_DAY = pa.scalar(dt.datetime(1900, 1, 1, tzinfo=dt.UTC), _INSTANT)
_LAST_DAY = pa.scalar(dt.datetime(2199, 12, 31, 23, 59, 59, tzinfo=dt.UTC), _INSTANT)


def unread(text: pa.Array, value: pa.Array) -> Flags | None:
    """Return where there is a text but no value, or None when nowhere."""
    if not value.null_count:
        return None
    missing = pc.and_(pc.is_valid(text), pc.is_null(value))  # not by counts: a default gives a value where no text is
    return _flags(missing) if pc.any(missing).as_py() else None


def out_of_range(value: pa.Array, absurd: int) -> Flags | None:
    """Return where a number or an instant is beyond all reason, or None when nowhere."""
    if pa.types.is_timestamp(value.type):
        low, high = _FIRST_DAY, _LAST_DAY
    elif pa.types.is_decimal(value.type):
        bound = pa.decimal128(value.type.precision, value.type.scale)
        most = min(Decimal(absurd), Decimal(10) ** (bound.precision - bound.scale) - 1)
        low, high = pa.scalar(-most, bound), pa.scalar(most, bound)
    else:
        return None
    beyond = pc.fill_null(pc.or_(pc.less(value, low), pc.greater(value, high)), False)
    return _flags(beyond) if pc.any(beyond).as_py() else None


def whole(value: pa.Array, *, at_least: int | None) -> pa.Array:
    """Return decimals as 32-bit integers, null where they are not whole, too large or below ``at_least``."""
    try:
        result = value.cast(pa.int32())
    except pa.ArrowInvalid:
        result = pa.array([_int32(one) for one in value.to_pylist()], pa.int32())
    if at_least is None or not pc.any(pc.less(result, at_least)).as_py():
        return result
    return pc.if_else(pc.less(result, at_least), pa.scalar(None, pa.int32()), result)


def _int32(value: Decimal | None) -> int | None:
    fits = value is not None and value == value.to_integral_value() and abs(value) <= MOST_WHOLE
    return int(value) if fits and value is not None else None


def underscored(text: pa.Array) -> Flags | None:
    """Return where a text holds an underscore, which the engine reads over in numbers; None when nowhere."""
    _, data = text_parts(text)
    if not (data == ord("_")).any():
        return None
    return _flags(pc.fill_null(pc.match_substring(text, "_"), False))


def too_long(text: pa.Array, most: int) -> Flags | None:
    """Return where a text is longer than ``most`` bytes, or None when nowhere."""
    sizes = lengths(text)
    return sizes > most if sizes.size and sizes.max() > most else None


def controlled(text: pa.Array) -> Flags | None:
    """Return where a text holds a control character (C0 or DEL), or None when nowhere."""
    _, data = text_parts(text)
    if data.min(initial=0xFF) >= 0x20 and not (data == 0x7F).any():
        return None
    return _flags(pc.fill_null(pc.match_substring_regex(text, CONTROLS), False))


def coarse(text: pa.Array, scale: int, *, point: str = ".") -> bool:
    """Return whether any number is written with more digits after the decimal point than are kept."""
    offsets, data = text_parts(text)
    points = np.flatnonzero(data == ord(point))
    ends = offsets[np.searchsorted(offsets, points, side="right")]
    return bool((ends - points - 1 > scale).any())


def zoneless(text: pa.Array) -> bool:
    """Return whether any date or time is written without a zone."""
    offsets, data = text_parts(text)
    last = data[offsets[1:][np.diff(offsets) > 0] - 1]
    if (last == ord("Z")).all():
        return False
    return not pc.all(pc.match_substring_regex(text, ZONED)).as_py()


def cased(text: pa.Array, *, upper: bool) -> pa.Array:
    """Return codes in upper or lower case; a column that is so already is not copied."""
    _, data = text_parts(text)
    first, last = (0x61, 0x7A) if upper else (0x41, 0x5A)
    if not (((data >= first) & (data <= last)) | (data >= 0x80)).any():
        return text
    return pc.utf8_upper(text) if upper else pc.utf8_lower(text)


def uncontrolled(text: pa.Array) -> pa.Array:
    """Return texts with a space for each run of control characters; a column without any is not copied."""
    return text if controlled(text) is None else clean(pc.replace_substring_regex(text, CONTROLS, " "))


def digits_only(text: pa.Array) -> pa.Array:
    """Return codes without the signs that group their digits (spaces, dots, hyphens, apostrophes), null when nothing stays.

    Anything else stays: without it, ``6109.10 / 8517.13`` would become a code that nobody declared.
    """
    _, data = text_parts(text)
    if ((data >= 0x30) & (data <= 0x39)).all():
        return text
    bare = pc.replace_substring_regex(text, _GROUPING, "")
    return pc.if_else(pc.equal(pc.binary_length(bare), 0), pa.scalar(None, pa.string()), bare)


def _flags(values: Any) -> Flags:
    flags: Flags = values.to_numpy(zero_copy_only=False).astype(np.bool_)
    return flags
