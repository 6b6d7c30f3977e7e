"""The head of a CSV file: its delimiter, the names of its columns, and where the rows begin."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from passavant.dataset.readers.repair import Dialect, Repair, is_delimiter
from passavant.errors import BadInput, Both, Place

__all__ = ["CsvHead", "read_head"]

_DELIMITERS = ",;\t|"
_ILLEGIBLE = ("the header cannot be read", "l'en-tête est illisible")
_ONLY_RETURNS = 1 << 16  # bytes looked at before deciding that lines end with a carriage return alone


@dataclass(frozen=True)
class CsvHead:
    """What stands before the rows.

    Args:
        names: Column names, trimmed; an empty one becomes ``column 5``.
        dialect: How the records are written.
        first_row: Spreadsheet row of the first record after the header.
        body: The rest of the stream.
    """

    names: list[str]
    dialect: Dialect
    first_row: int
    body: Iterator[bytes]


def read_head(blocks: Iterator[bytes], file: str, delimiter: str | None) -> CsvHead:
    """Read the header from the start of a stream of UTF-8 blocks.

    Args:
        blocks: The stream.
        file: What errors call it.
        delimiter: The character between fields (default: the one that occurs most in the header, of ``, ; tab |``).

    Raises:
        BadInput: the file is empty, its header cannot be read, or a column name stands twice.
    """
    blocks = _with_newlines(blocks)
    first = next((block for block in blocks if block.strip()), b"")
    if not first:
        raise _bad(file, "dataset.reader.empty", ("the file is empty", "le fichier est vide"))
    start, row, declared = _preamble(first)
    delimiter = delimiter or declared
    end, delimiter = _header_end(first, start, delimiter or _DELIMITERS, file)
    names = _names(first[start:end].decode(), delimiter, file)
    dialect = Dialect(delimiter, columns=len(names))
    return CsvHead(names, dialect, row + 1, chain([first[end:]], blocks))


def _with_newlines(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Turn the line ends of old spreadsheets, a carriage return alone, into newlines."""
    first = next(blocks, b"")
    head = first[:_ONLY_RETURNS]
    if b"\r" not in head or b"\n" in head:
        return chain([first], blocks)
    return (block.replace(b"\r", b"\n") for block in chain([first], blocks))


def _preamble(first: bytes) -> tuple[int, int, str | None]:
    """Return where the header starts, its row, and the delimiter that a ``sep=;`` line declares."""
    start = len(first) - len(first.lstrip(b"\r\n"))
    row = first[:start].count(b"\n") + 1
    declared = re.match(rb'"?sep=(.)"?\r?\n', first[start : start + 16], re.IGNORECASE)
    if declared is None:
        return start, row, None
    sign = declared.group(1).decode("ascii", "replace")
    return start + declared.end(), row + 1, sign if is_delimiter(sign) else None


def _header_end(first: bytes, start: int, delimiters: str, file: str) -> tuple[int, str]:
    """Return where the header ends and the delimiter that occurs most in it, of those that it can be read with.

    Where a name holds a line end, the end of the header depends on the delimiter.
    """
    whole = first if first.endswith(b"\n") else first + b"\n"
    records = [(sign, *Repair(whole, Dialect(sign), last=True).record(start)) for sign in delimiters]
    found = [(sign, end) for sign, end, bad in records if end is not None and bad is None]
    if not found:
        raise _bad(file, "dataset.reader.bad_header", _ILLEGIBLE)
    sign, end = max(found, key=lambda one: _bare(first[start : one[1]]).count(one[0].encode()))
    return end, sign


def _bare(header: bytes) -> bytes:
    return re.sub(rb'"[^"]*"', b"", header)


def _names(header: str, delimiter: str, file: str) -> list[str]:
    try:
        cells = next(csv.reader([header.rstrip("\r\n")], delimiter=delimiter), [])
    except csv.Error:  # a return alone, or a name beyond all reason
        raise _bad(file, "dataset.reader.bad_header", _ILLEGIBLE) from None
    names = [cell.strip() or f"column {position}" for position, cell in enumerate(cells, 1)]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise _bad(
            file,
            "dataset.reader.column_twice",
            (
                f"the column {twice[0]!r} stands twice in the header",
                f"la colonne {twice[0]!r} figure deux fois en en-tête",
            ),
            field=twice[0],
        )
    return names


def _bad(file: str, code: str, got: Both, field: str | None = None) -> BadInput:
    return BadInput(
        code,
        got=got,
        expected=(
            "a header with one different name per column, then one row per goods item, in UTF-8",
            "un en-tête avec un nom différent par colonne, puis une ligne par article, en UTF-8",
        ),
        next_step=(
            "Check the export; a file in another encoding needs a mapping with `encoding:`.",
            "Vérifiez l'export ; un fichier dans un autre encodage demande une table de correspondance avec `encoding:`.",
        ),
        place=Place(file=file, row=1, field=field),
    )
