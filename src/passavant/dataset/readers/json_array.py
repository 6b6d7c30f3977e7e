"""Cut a JSON array, or objects one after the other, into its objects without holding the whole file.

Brackets are followed with a few passes over each block: outside strings, an object ends where the depth is back to
zero. What stands between objects must be commas and spaces. One bracket too many spoils all that follows, so damage is
an error of the file here, where JSON lines lose one row.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from passavant.dataset.readers.batch import KEPT_TEXT, RECORD_LIMIT, Unreadable
from passavant.dataset.readers.json_lines import Ints, JsonBlock, json_texts
from passavant.dataset.readers.records import is_utf8
from passavant.errors import BadInput, Both, Place

__all__ = ["array_blocks"]

_SPACES = b" \t\r\n"
_EARLY = ("the file ends too early", "le fichier s'arrête trop tôt")
_STRANGE = ("something other than objects", "autre chose que des objets")
_TOO_MANY = ("a bracket too many", "un crochet de trop")
_ENDLESS = ("an object without end", "un objet sans fin")


def array_blocks(blocks: Iterator[bytes], file: str) -> Iterator[JsonBlock]:
    """Yield the objects of a JSON array, or of objects one after the other.

    Raises:
        BadInput: the brackets do not match, something other than objects stands in the array, the file ends too
            early, or one object goes on for more than the limit and beyond a block.
    """
    cutter = _Cutter(file)
    for block in blocks:
        yield from cutter.cut(block)
    cutter.finish()


class _Cutter:
    """Keeps, between blocks, the start of an object whose end has not been seen."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._rest = b""
        self._offset = self._row = 0
        self._in_array: bool | None = None
        self._closed = False

    def cut(self, block: bytes) -> Iterator[JsonBlock]:
        """Yield the objects that end in this block."""
        data = self._opened(self._rest + block)
        if self._closed and data.strip(_SPACES):
            raise self._damaged(0, _TOO_MANY)
        depth, outside = _structure(data)
        stop = self._stop(data, depth)
        ends = np.flatnonzero(outside & (np.diff(depth, prepend=0) < 0) & (depth == 0)) + 1
        cut = int(ends[-1]) if ends.size else 0
        codes = self._blanked(data[:stop], depth[:stop])
        if not self._closed and len(data) - cut > RECORD_LIMIT and data[cut:].strip(_SPACES):
            raise self._damaged(cut, _ENDLESS)
        self._rest = b"" if self._closed else data[cut:]
        if ends.size:
            yield self._block(codes[:cut].tobytes(), ends)
        self._offset += cut

    def finish(self) -> None:
        """Complain when the file ended inside an array or an object."""
        if (self._in_array and not self._closed) or self._rest.strip(_SPACES):
            raise self._damaged(len(self._rest), _EARLY)

    def _opened(self, data: bytes) -> bytes:
        """Look at the very first character: an array's bracket is taken off."""
        if self._in_array is None and (bare := data.lstrip(_SPACES)):
            self._in_array = bare.startswith(b"[")
            return bare[1:] if self._in_array else bare
        return data

    def _stop(self, data: bytes, depth: Ints) -> int:
        """Return where the array closes, or the length of the data."""
        below = np.flatnonzero(depth < 0)
        if not below.size:
            return len(data)
        stop = int(below[0])
        if not self._in_array or data[stop : stop + 1] != b"]" or data[stop + 1 :].strip(_SPACES):
            raise self._damaged(stop, _TOO_MANY)
        self._closed = True
        return stop

    def _blanked(self, data: bytes, depth: Ints) -> npt.NDArray[np.uint8]:
        """Return the bytes with the commas between objects turned into spaces."""
        codes = np.frombuffer(bytearray(data), np.uint8)
        between = depth == 0
        between[1:] &= depth[:-1] == 0  # not the bracket that closes an object
        strange = between & ~np.isin(codes, np.frombuffer(_SPACES + b",", np.uint8))
        if strange.any():
            raise self._damaged(int(np.flatnonzero(strange)[0]), _STRANGE)
        codes[between] = 0x20
        return codes

    def _block(self, text: bytes, ends: Ints) -> JsonBlock:
        starts = np.concatenate([[0], ends[:-1]])
        rows = np.arange(self._row + 1, self._row + 1 + len(ends), dtype=np.int64)
        self._row += len(ends)
        if is_utf8(text) and (ends - starts <= RECORD_LIMIT).all():
            return JsonBlock(json_texts(text, ends), rows)
        raws = [(int(row), text[start:end].strip()) for row, start, end in zip(rows, starts, ends, strict=True)]
        kept = [(row, raw.decode()) for row, raw in raws if _fits(raw)]
        texts = pa.array([raw for _, raw in kept], pa.string())
        bad = tuple(_bad(row, raw) for row, raw in raws if not _fits(raw))
        return JsonBlock(texts, np.array([row for row, _ in kept], np.int64), bad)

    def _damaged(self, position: int, what: Both) -> BadInput:
        where = self._offset + position
        return BadInput(
            "dataset.reader.damaged_json",
            got=(f"not valid JSON near byte {where}: {what[0]}", f"JSON non valide vers l'octet {where} : {what[1]}"),
            expected=(
                "one array of objects, each under 1 MB, or one object per line",
                "un tableau d'objets de moins de 1 Mo chacun, ou un objet par ligne",
            ),
            next_step=(
                "Export again, preferably as JSON lines (.jsonl): there a bad line costs one row, not the file.",
                "Exportez à nouveau, de préférence en lignes JSON (.jsonl) : une ligne fautive n'y coûte qu'une ligne.",
            ),
            place=Place(file=self._file),
        )


def _structure(data: bytes) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Return the bracket depth after each byte, and whether the byte stands outside strings."""
    plain = data.replace(b"\\\\", b"__").replace(b'\\"', b"__")
    codes = np.frombuffer(plain, np.uint8)
    quotes = codes == 0x22
    outside = (np.cumsum(quotes, dtype=np.int32) & 1 == 0) & ~quotes
    opening = ((codes == 0x7B) | (codes == 0x5B)) & outside
    closing = ((codes == 0x7D) | (codes == 0x5D)) & outside
    return np.cumsum(opening.astype(np.int8) - closing.astype(np.int8), dtype=np.int64), outside


def _fits(raw: bytes) -> bool:
    return len(raw) <= RECORD_LIMIT and is_utf8(raw)


def _bad(row: int, raw: bytes) -> Unreadable:
    if len(raw) > RECORD_LIMIT:
        return Unreadable(row, "dataset.row.record_too_long", raw[:KEPT_TEXT], {"limit": RECORD_LIMIT})
    return Unreadable(row, "dataset.row.invalid_encoding", raw, {"position": 1})
