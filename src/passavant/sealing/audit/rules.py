"""The rules that every entry of a log of seals keeps, replayed in order: who may say what, once, after what, and signed.

These are the rules by which an honest writer admits statements (:mod:`passavant.sealing.log`), checked by whoever doubts it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from passavant.errors import BadInput
from passavant.sealing.audit.documents import Breach, DocumentStories
from passavant.sealing.audit.signatures import SignatureCheck
from passavant.sealing.entries import Entry
from passavant.sealing.log import IssuerKey
from passavant.sealing.notes import ED25519, VerifierKey
from passavant.sealing.statements import LOG_ACTIONS, Statement

__all__ = ["Breach", "EntryRules"]


class EntryRules:
    """The rules, with what earlier entries established.

    Args:
        work: The audit's database: keys, documents and the last time.
        origin: The log.
        keys: Keys of the log that the auditor trusts.
    """

    def __init__(self, work: sqlite3.Connection, origin: str, keys: Sequence[VerifierKey]) -> None:
        self._work = work
        self._origin = origin
        self._log_keys = frozenset(keys)
        self._signatures = SignatureCheck(origin)
        self._stories = DocumentStories(work)
        self._admitted = {
            vkey: IssuerKey(VerifierKey.parse(vkey), scope, admitted, withdrawn)
            for vkey, scope, admitted, withdrawn in work.execute("SELECT vkey, scope, admitted, withdrawn FROM keys")
        }
        row = work.execute("SELECT value FROM meta WHERE name = 'logged_at'").fetchone()
        self._last = str(row[0]) if row else ""

    def check(self, place: int, data: bytes) -> list[Breach]:
        """Check the entry at the next place; return every rule that it breaks."""
        try:
            entry = Entry.parse(data)
        except BadInput as error:
            opening = [("entry-opening", "open", error.got[0])] if place == 0 else []
            return [("entry-form", error.expected[0], error.got[0]), *opening]
        found = [*self._always(place, entry)]
        if entry.statement.action in LOG_ACTIONS:
            return [*found, *self._of_the_log(place, entry)]
        known = self._admitted.get(str(entry.key))
        return [*found, *_authority(known, entry), *self._stories.check(place, entry.statement, known)]

    def save(self) -> None:
        """Write down what later entries are judged by."""
        rows = [(vkey, one.scope, one.admitted, one.withdrawn) for vkey, one in self._admitted.items()]
        self._work.executemany("INSERT OR REPLACE INTO keys VALUES (?, ?, ?, ?)", rows)
        self._work.execute("INSERT OR REPLACE INTO meta VALUES ('logged_at', ?)", (self._last,))

    def _always(self, place: int, entry: Entry) -> Iterator[Breach]:
        """Yield what is wrong whatever the statement says."""
        if (entry.statement.action == "open") != (place == 0):
            yield "entry-opening", "open" if place == 0 else "one open, at entry 0", entry.statement.action
        if entry.logged_at < self._last:
            yield "entry-time", f"{self._last} or later", entry.logged_at
        self._last = max(self._last, entry.logged_at)
        if not self._signatures.holds(entry):
            yield "entry-signature", f"a signature of {entry.key}", entry.signature.hex()

    def _of_the_log(self, place: int, entry: Entry) -> Iterator[Breach]:
        said = entry.statement
        if said.issuer != self._origin or entry.key not in self._log_keys:
            yield "entry-log-key", " / ".join(map(str, self._log_keys)), f"{entry.key}, {said.issuer}"
            return  # whoever it was cannot admit a key
        if said.action == "open":
            if said.subject != str(entry.key):
                yield "entry-opening", str(entry.key), said.subject
        elif said.action == "admit":
            yield from self._admit(place, said)
        elif said.subject in self._admitted:
            old = self._admitted[said.subject]
            self._admitted[said.subject] = IssuerKey(old.key, old.scope, old.admitted, place)
        else:
            yield "entry-admission", "a key that was admitted", said.subject

    def _admit(self, place: int, said: Statement) -> Iterator[Breach]:
        try:
            key = VerifierKey.parse(said.subject)
        except BadInput as error:
            yield "entry-admission", error.expected[0], error.got[0]
            return
        if key.kind != ED25519 or str(key) != said.subject:
            yield "entry-admission", "an Ed25519 key of kind 1", said.subject
        self._admitted[said.subject] = IssuerKey(key, said.scope, place, None)


def _authority(known: IssuerKey | None, entry: Entry) -> Iterator[Breach]:
    """Yield what the key may not do."""
    if known is None:
        yield "entry-key", "a key that the log admitted before", str(entry.key)
        return
    if known.withdrawn is not None:
        yield "entry-withdrawn", f"no statement after entry {known.withdrawn}", str(entry.key)
    if not known.allows(entry.statement):
        yield "entry-scope", known.scope, f"{entry.statement.action},type={entry.statement.doc_type}"
