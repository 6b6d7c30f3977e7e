"""A body of CSV: its declarations, and what is wrong with it in the words of a request rather than of a file."""

from __future__ import annotations

import gzip
import io
import tempfile
import uuid
import zlib
from pathlib import Path
from typing import Any

from django.conf import settings

from passavant.dataset.csv_records import csv_records
from passavant.errors import BadInput, Both, Place
from passavant.portal.api.requests import too_big
from passavant.portal.declarations.limits import MOST_ITEMS, too_many_items

__all__ = ["read_csv"]

_GZIP = b"\x1f\x8b"
#: Lines of text that a goods item may have, on average: a description may hold some.
_LINES = 3

_GOT: dict[str, Both] = {
    "dataset.reader.empty": ("an empty body", "un corps vide"),
    "dataset.reader.unreadable": ("a body that cannot be unpacked", "un corps qui ne peut être décompressé"),
}
_EXPECTED: dict[str, Both] = {
    "dataset.reader.missing_columns": ("a column declaration_id", "une colonne declaration_id"),
    "dataset.reader.unreadable": ("plain CSV, or CSV packed by gzip as a whole", "du CSV, ou du CSV compressé en entier par gzip"),
}  # fmt: skip
_NEXT: dict[str, Both] = {
    "dataset.reader.missing_columns": (
        "Name the columns in the body's first line as the data set does, then send it again.",
        "Nommez les colonnes, en première ligne du corps, comme le jeu de données, puis renvoyez-le.",
    ),
    "dataset.reader.column_twice": (
        "Rename or remove one of the two columns, then send the body again.",
        "Renommez ou retirez l'une des deux colonnes, puis renvoyez le corps.",
    ),
}
_SEND_AGAIN: Both = (
    "Correct the body: UTF-8, a first line with the names of the columns, then a line per goods item; then send it again.",
    "Corrigez le corps : en UTF-8, une première ligne avec les noms des colonnes, puis une ligne par article ; puis renvoyez-le.",
)


def read_csv(body: bytes, administration: str, declarant: str) -> tuple[list[Any], list[dict[str, Any]], list[str]]:
    """Return the declarations of a body, the lines that could not be read as refusals, and the columns that nothing reads.

    Raises:
        BadInput: it cannot be read at all.
        Refusal: packed, it holds more than a body may (413).
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{uuid.uuid4()}.csv"
        path.write_bytes(_of_lines(_unpacked(body)))
        try:
            records, bad, unknown = csv_records(path, "body", administration, declarant)
        except BadInput as error:
            raise _of_body(error) from error
    refusals = [
        {"record": number, "line": one.line, "declaration_id": one.declaration_id, "errors": [one.error.as_record()]}
        for number, one in enumerate(bad, len(records) + 1)
    ]
    return list(records), refusals, unknown


def _unpacked(body: bytes) -> bytes:
    """Return a body unpacked, up to what a body may be: a few kilobytes can hold gigabytes, or millions of lines."""
    most, found = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0, body
    if body.startswith(_GZIP):
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(body)) as packed:
                found = packed.read(most + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise _not_unpacked() from error
    if len(found) > most:
        raise too_big()
    if found.startswith(_GZIP):  # packed twice: the reader would unpack it once more, without a limit
        raise _not_unpacked()
    if (lines := found.count(b"\n")) > _LINES * MOST_ITEMS:
        raise too_many_items(lines)
    return found


def _of_lines(text: bytes) -> bytes:
    """Return a text of more than one line, or of none, which the reader refuses; of one, nothing can be read."""
    if (line := text.strip()) and b"\n" not in line and b"\r" not in line:
        raise BadInput(
            "declarations.body.one_line",
            got=("a CSV body of one line only", "un corps CSV d'une seule ligne"),
            expected=(
                "a first line with the names of the columns, then a line per goods item",
                "une première ligne avec les noms des colonnes, puis une ligne par article",
            ),
            next_step=(
                "Send the file as it is: with curl by --data-binary @FILE, as --data takes the ends of its lines out.",
                "Envoyez le fichier tel quel : avec curl, par --data-binary @FICHIER, car --data en ôte les fins de ligne.",
            ),
            place=Place(field="body"),
        )
    return text


def _not_unpacked() -> BadInput:
    return BadInput(
        "dataset.reader.unreadable",
        got=_GOT["dataset.reader.unreadable"],
        expected=_EXPECTED["dataset.reader.unreadable"],
        next_step=_SEND_AGAIN,
        place=Place(field="body"),
    )


def _of_body(error: BadInput) -> BadInput:
    """Name the body where the reader names a file of this machine, and a remedy that whoever sent it has."""
    at = error.place or Place()
    return BadInput(
        error.code,
        got=_GOT.get(error.code, error.got),
        expected=_EXPECTED.get(error.code, error.expected),
        next_step=_NEXT.get(error.code, _SEND_AGAIN),
        place=Place(row=at.row, field=at.field or "body"),
    )
