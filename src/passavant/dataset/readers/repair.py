"""Go through a troubled block record by record: what can be read goes on, what cannot is named, nothing else is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from passavant.dataset.readers.batch import KEPT_TEXT, RECORD_LIMIT

__all__ = ["BadRecord", "Dialect", "Repair", "is_delimiter"]


def is_delimiter(sign: str) -> bool:
    """Return whether a sign can part fields: one ASCII character that is no quote and no line end."""
    return len(sign) == 1 and sign.isascii() and sign not in '"\r\n\0'


@dataclass(frozen=True)
class Dialect:
    """How records are written.

    Args:
        delimiter: One character between fields.
        quoting: Whether a quote can open a field in which line ends do not count (CSV), or never (JSON lines).
        columns: Fields in a record, where known; a record over several lines must have as many.
    """

    delimiter: str = ","
    quoting: bool = True
    columns: int | None = None

    @cached_property
    def quoted(self) -> re.Pattern[bytes]:
        """Match a quoted field up to its closing quote and what wrongly follows it on the line."""
        edge = re.escape(self.delimiter.encode())
        return re.compile(rb'"[^"]*+(?:""[^"]*+)*+"(?:(?=[' + edge + rb"\r\n]|\Z)|([^" + edge + rb"\r\n]*))")

    @cached_property
    def bare(self) -> re.Pattern[bytes]:
        """Match an unquoted field, in which quotes are plain characters."""
        return re.compile(rb"[^" + re.escape(self.delimiter.encode()) + rb"\r\n]*+")


@dataclass(frozen=True)
class BadRecord:
    """A record that cannot be read, with as much of it as is kept."""

    code: str
    raw: bytes
    params: dict[str, Any] = field(default_factory=dict)


class Repair:
    """One pass over a block.

    After ``pieces``: ``rest`` is the start of a record whose end is not in the block;
    ``skipping`` says that the rest of a line over the limit must be dropped.
    """

    def __init__(self, data: bytes, dialect: Dialect, *, last: bool) -> None:
        self._data = data
        self._dialect = dialect
        self._last = last
        self.rest = b""
        self.skipping = False

    def pieces(self) -> Iterator[bytes | BadRecord]:
        """Yield runs of readable records and the records that are not, in order."""
        start = at = 0
        while at < len(self._data):
            end, bad = self.record(at)
            if end is None:
                break
            if bad is not None:
                yield from [self._data[start:at]] if at > start else []
                yield bad
                start = end
            at = end
        yield from [self._data[start:at]] if at > start else []
        self.rest = b"" if self.skipping else self._data[at:]

    def record(self, start: int) -> tuple[int | None, BadRecord | None]:
        """Return the end of the record at ``start`` (None: not in this block) and what is wrong with it."""
        line = self._data.find(b"\n", start) + 1
        if not line or line - start > RECORD_LIMIT:
            return self._endless(start, line)
        quote = self._data.find(b'"', start, line) if self._dialect.quoting else -1
        if quote < 0:
            return line, self._encoding(start, line)
        end = self._quoted(start)
        if end is None:
            return None, None
        if end < 0:
            return line, BadRecord("dataset.row.unterminated_quote", self._data[start:line])
        return end, self._encoding(start, end)

    def _endless(self, start: int, line: int) -> tuple[int | None, BadRecord | None]:
        """Deal with a line whose end is beyond the limit or beyond the block."""
        if not line and len(self._data) - start <= RECORD_LIMIT:
            return None, None
        self.skipping = not line
        head = self._data[start : start + KEPT_TEXT]
        return line or len(self._data), BadRecord("dataset.row.record_too_long", head, {"limit": RECORD_LIMIT})

    def _quoted(self, start: int) -> int | None:
        """Return the end of a record with quotes; -1: a quote is not closed; None: not known in this block."""
        at, fields = start, 0
        stop = min(len(self._data), start + RECORD_LIMIT)
        while at <= stop:
            after = self._field(at, stop)
            if after is None:
                return -1 if self._last or stop - start >= RECORD_LIMIT else None
            fields += 1
            if after < 0:
                return -1
            if not self._last and after + 1 == len(self._data) and self._data.endswith(b"\r"):
                return None  # whether a newline belongs to it is in the next block
            if self._data[after : after + 1] in (b"\r", b"\n"):
                return self._line_end(start, after, fields)
            at = after + 1
        return -1

    def _field(self, at: int, stop: int) -> int | None:
        """Return the end of the field at ``at``; -1: its quote closes on another line and wrongly; None: never."""
        if self._data[at : at + 1] != b'"':
            bare = self._dialect.bare.match(self._data, at, stop)
            return bare.end() if bare and bare.end() < stop else None
        quoted = self._dialect.quoted.match(self._data, at, stop)
        if quoted is None or quoted.end() >= stop:
            return None
        wrong = quoted.group(1) is not None
        return -1 if wrong and b"\n" in quoted.group() else quoted.end()

    def _line_end(self, start: int, after: int, fields: int) -> int:
        end = self._data.find(b"\n", after) + 1 if self._data[after : after + 2] == b"\r\n" else after + 1
        expected = self._dialect.columns
        several = b"\n" in self._data[start:after]
        return -1 if several and expected is not None and fields != expected else end

    def _encoding(self, start: int, end: int) -> BadRecord | None:
        record = self._data[start:end]
        try:
            record.decode()
        except UnicodeDecodeError as error:
            return BadRecord("dataset.row.invalid_encoding", record, {"position": error.start + 1})
        return None
