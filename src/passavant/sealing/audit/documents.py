"""The story of each document, replayed: sealed once, said the same of, taken back only by whoever sealed it, never sealed again.

These are the rules of :mod:`passavant.sealing.log.rows`, checked by whoever doubts the writer.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from passavant.sealing.log import IssuerKey
from passavant.sealing.statements import SEALING, Statement, about

__all__ = ["Breach", "DocumentStories"]

#: Name of the finding, what was expected, what was found.
Breach = tuple[str, str, str]

_ACTIONS = ("seal", "supersede", "revoke", "superseded")
_READ = f"SELECT kind, about, {', '.join(_ACTIONS)} FROM documents WHERE mark = ?"  # noqa: S608  # names of this file
_WRITE = {
    action: f"INSERT INTO documents (mark, kind, about, {action}) VALUES (?, ?, ?, ?)"  # noqa: S608  # names of this file
    f" ON CONFLICT (mark) DO UPDATE SET {action} = coalesce({action}, excluded.{action})"
    for action in _ACTIONS
}


@dataclass(frozen=True)
class _Story:
    """What an issuer did to a document: kind and digest of what it said of it, place of each action."""

    kind: str
    about: bytes
    places: dict[str, int]

    @property
    def sealed(self) -> bool:
        return any(action in self.places for action in SEALING)


class DocumentStories:
    """The stories of all documents of a log.

    Args:
        work: The audit's database.
    """

    def __init__(self, work: sqlite3.Connection) -> None:
        self._work = work

    def check(self, place: int, said: Statement, key: IssuerKey | None) -> Iterator[Breach]:
        """Yield what does not follow from earlier entries, and take the entry into account.

        Args:
            place: Its place.
            said: What an issuer states.
            key: The key that signed, where the log admitted it.
        """
        mark = _mark(said.issuer, said.document)
        story = self._story(mark)
        if said.action in story.places:
            first = story.places[said.action]
            yield "entry-duplicate", f"entry {first} alone", f"{said.action} {said.document}"
        if said.action in SEALING:
            yield from _sealing(said, story)
        if said.action == "revoke":
            yield from _taking_back(said, said.document, story, key)
        elif said.action == "supersede":
            replaced = _mark(said.issuer, said.ref)
            yield from _taking_back(said, said.ref, self._story(replaced), key)
            self._write(replaced, "superseded", place, said)
        self._write(mark, said.action, place, said)

    def _story(self, mark: bytes) -> _Story:
        row = self._work.execute(_READ, (mark,)).fetchone()
        if row is None:
            return _Story("", b"", {})
        places = {action: place for action, place in zip(_ACTIONS, row[2:], strict=True) if place is not None}
        return _Story(row[0], row[1], places)

    def _write(self, mark: bytes, action: str, place: int, said: Statement) -> None:
        self._work.execute(_WRITE[action], (mark, said.doc_type, _digest(about(said)), place))


def _sealing(said: Statement, story: _Story) -> Iterator[Breach]:
    for action in ("revoke", "superseded"):
        if action in story.places:
            yield "entry-ended", f"no seal after entry {story.places[action]}", f"{said.action} {said.document}"
    if story.sealed and story.about != _digest(about(said)):
        first = min(story.places.values())
        yield "entry-differs", f"what entry {first} says of the document", about(said)


def _taking_back(said: Statement, document: str, story: _Story, key: IssuerKey | None) -> Iterator[Breach]:
    if not story.sealed or said.ref == said.document:
        yield "entry-unsealed", f"an earlier seal of {document} by {said.issuer}", said.action
    elif key is not None and not key.covers(story.kind):
        yield "entry-scope", key.scope, f"{said.action},type={story.kind}"


def _mark(issuer: str, document: str) -> bytes:
    return _digest(f"{document} {issuer}")  # neither can hold a space


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
