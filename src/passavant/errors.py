"""The one base error: what was got, what was expected, and the next step, in English and French.

>>> error = PassavantError(
...     "dataset.reader.empty",
...     got=("parcels.csv is empty", "parcels.csv est vide"),
...     expected=("a header and at least one row", "un en-tête et au moins une ligne"),
...     next_step=("Check the export.", "Vérifiez l'export."),
... )
>>> print(error.diagnostics("en"))
parcels.csv is empty.
Expected: a header and at least one row.
Next step: Check the export.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["BadInput", "Both", "NotFound", "PassavantError", "Place"]

#: The same sentence in English and in French, in that order (`passavant.texts.Text` is one).
Both = tuple[str, str]

_LABELS: dict[str, Both] = {
    "expected": ("Expected: ", "Attendu : "),
    "next": ("Next step: ", "À faire : "),
    "line": ("line", "ligne"),
    "row": ("row", "ligne"),
    "header": (" (header counted)", " (en-tête compris)"),
    "field": ("field", "champ"),
    "value": ("value", "valeur"),
}

#: Files whose rows stand under no header: a row is then a line of JSON, or a position.
_HEADLESS = re.compile(r"\.(jsonl?|ndjson|parquet|pq)(\.gz)?$", re.IGNORECASE)


@dataclass(frozen=True)
class Place:
    """Where something was found: file, line of text or row of a table (the header of a CSV is row 1), field and value."""

    file: str | None = None
    line: int | None = None
    row: int | None = None
    field: str | None = None
    value: str | None = None

    def describe(self, language: str = "en") -> str:
        """Render as ``a.csv, row 3 (header counted), field hs_code, value '12'``."""
        index = _index(language)
        head = self.file or ""
        if self.line is not None:
            head = f"{head}:{self.line}" if head else f"{_LABELS['line'][index]} {self.line}"
        parts = [head] if head else []
        counted = _LABELS["header"][index] if self.file and not _HEADLESS.search(self.file) else ""
        parts += [f"{_LABELS['row'][index]} {self.row}{counted}"] if self.row is not None else []
        parts += [f"{_LABELS['field'][index]} {self.field}"] if self.field is not None else []
        parts += [f"{_LABELS['value'][index]} {self.value!r}"] if self.value is not None else []
        return ", ".join(parts)


class PassavantError(Exception):
    """Anything Passavant refuses to do, with a stable code and a remedy.

    Args:
        code: Stable identifier, ``room.subject.detail``.
        got: What was found, in English and French.
        expected: What would have been accepted.
        next_step: What the reader should do now.
        place: File, line, row, field and value where known.
    """

    #: Exit status of the command line: 2 is bad input, 1 is "the answer is no".
    exit_code = 2

    def __init__(self, code: str, *, got: Both, expected: Both, next_step: Both, place: Place | None = None) -> None:
        super().__init__(got[0])
        self.code = code
        self.got = got
        self.expected = expected
        self.next_step = next_step
        self.place = place

    def diagnostics(self, language: str = "en") -> str:
        """Say in words what was got, what was expected and what to do next."""
        index = _index(language)
        where = self.place.describe(language) if self.place else ""
        separator = " : " if index else ": "
        lines = [f"{where}{separator if where else ''}{_sentence(self.got[index])}"]
        lines.append(f"{_LABELS['expected'][index]}{_sentence(self.expected[index])}")
        lines.append(f"{_LABELS['next'][index]}{_sentence(self.next_step[index])}")
        return "\n".join(lines)

    def record(self, language: str = "en") -> dict[str, str | None]:
        """Return the same for machines, in one language."""
        index = _index(language)
        return {
            "code": self.code,
            "got": self.got[index],
            "expected": self.expected[index],
            "next_step": self.next_step[index],
            "where": self.place.describe(language) if self.place else None,
            "language": "fr" if index else "en",
        }

    def __str__(self) -> str:
        return self.diagnostics("en")


class BadInput(PassavantError):
    """A file, an option or a value cannot be used as it is (exit status 2)."""


class NotFound(PassavantError):
    """What was asked for does not exist: the honest answer is no (exit status 1)."""

    exit_code = 1


def _index(language: str) -> int:
    return 1 if language == "fr" else 0


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
