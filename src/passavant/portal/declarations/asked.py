"""What is asked of the decision process, and what comes back for each declaration."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from passavant.dataset.row_errors import RowError
from passavant.portal.declarations.models import Entry, Submission
from passavant.texts import Text

__all__ = ["Asked", "Told", "error_of", "record_digest"]


@dataclass
class Asked:
    """Declarations of one submission, to be decided together.

    Attributes:
        submission: Theirs; not saved yet where the whole of it is here.
        declarant_id: Whose they must be.
        records: JSON values, one per declaration.
        numbers: Their places in the submission, from 1; one after the other from the first where nothing is said.
    """

    submission: Submission
    declarant_id: str
    records: Sequence[Any]
    numbers: Sequence[int] | None = None


@dataclass(frozen=True)
class Progress:
    """How far a submission was before it was decided on, to begin again from there."""

    new: bool
    values: Mapping[str, Any]

    @classmethod
    def of(cls, submission: Submission) -> Progress:
        """Return it."""
        names = ("state", "done", "decided", "refused", "refusals", "known", "finished_at")
        return cls(submission._state.adding, {name: getattr(submission, name) for name in names})

    def restore(self, submission: Submission) -> None:
        """Put it back; what a transaction wrote was taken back with it."""
        submission._state.adding = self.new
        for name, value in self.values.items():
            setattr(submission, name, value)


@dataclass
class Told:
    """What became of one declaration.

    Attributes:
        record: Its place in the submission, from 1.
        status: Decided now; known already, with the same content; or refused.
        entry: Its entry in the journal.
        errors: Why it was refused.
        decision: Its decision, where it was decided now.
        items: Its goods items, likewise.
    """

    record: int
    status: Literal["decided", "known", "refused"]
    entry: Entry | None = None
    errors: Sequence[Mapping[str, Any]] = ()
    declaration_id: str | None = None
    decision: Mapping[str, Any] | None = None
    items: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


def error_of(code: str, expected: Text, remedy: Text, *, field: str = "", value: str = "") -> dict[str, Any]:
    """Return an error as intake records them."""
    return RowError(code, field, value, expected, remedy).as_record()


def record_digest(record: Any) -> str:
    """Return the SHA-256 of what one declaration says, whatever the order of its members."""
    return hashlib.sha256(
        json.dumps(record, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass")
    ).hexdigest()
