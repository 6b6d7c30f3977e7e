"""The one writer of a log: statements in, a durable place in the tree and a signed checkpoint out.

Submissions that arrive together share one transaction (group commit). The order is what keeps a log honest: the
transaction is durable first, only then is a checkpoint over it signed, and only then is anything acknowledged.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

from passavant.errors import BadInput, NotFound, PassavantError
from passavant.sealing.checkpoints import Checkpoint
from passavant.sealing.entries import Entry, entries_of
from passavant.sealing.log.admission import (
    FULL_SCOPE,
    IssuerKey,
    admitted_keys,
    authorise,
    check_issuer_key,
    issuer_id,
    record_admission,
)
from passavant.sealing.log.growth import Edge
from passavant.sealing.log.lock import ExclusiveLock
from passavant.sealing.log.logged import Logged
from passavant.sealing.log.requests import answered, remember
from passavant.sealing.log.rows import StatementRows, insert_seals
from passavant.sealing.log.schema import connect, disk_errors, transaction
from passavant.sealing.notes import SigningKey, VerifierKey, sign_note
from passavant.sealing.statements import Statement, timestamp
from passavant.sealing.submissions import Submission, submit

__all__ = ["LogWriter"]

#: How long the answer to a named request can be asked for again.
_REMEMBERED = dt.timedelta(days=7)


class LogWriter:
    """The writer of one log; a second one is refused.

    Args:
        folder: The log's folder.
        key: The log's key; its name is the origin.
        clock: The time now, UTC.

    Raises:
        BadInput: no log is there, it is another's, or another process writes to it.
    """

    def __init__(
        self, folder: Path, key: SigningKey, clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
    ) -> None:
        self.folder = folder
        self.key = key
        self._clock = clock
        self._connection = connect(folder, write=True)
        try:
            self._lock = ExclusiveLock(folder / "log.lock")
        except PassavantError:
            self._connection.close()
            raise
        meta = dict(self._connection.execute("SELECT name, value FROM meta"))
        if meta["key"] != str(key.verifier):
            self.close()
            raise _another(meta["origin"], key.name)
        self._edge = Edge.load(self._connection)
        self._forgotten = ""
        self._last = meta["logged_at"]
        self._load_keys()

    @property
    def origin(self) -> str:
        """The log's name."""
        return self.key.name

    @property
    def size(self) -> int:
        """Entries in the log."""
        return self._edge.tree.size

    def checkpoint(self) -> str:
        """Return the signed checkpoint of all that is durable."""
        tree = self._edge.tree
        return sign_note(Checkpoint(self.origin, tree.size, tree.root()).text(), [self.key])

    def append(self, submission: Submission) -> Logged:
        """Log one submission.

        Raises:
            PassavantError: it is refused, or the disk fails; nothing of it was kept.
        """
        (answer,) = self.append_all([submission])
        if isinstance(answer, PassavantError):
            raise answer
        return answer

    def append_all(
        self, submissions: Sequence[Submission], requests: Sequence[tuple[str, bytes] | None] = ()
    ) -> list[Logged | PassavantError]:
        """Log several submissions in one transaction; one that is refused does not hold up the others.

        Args:
            submissions: What issuers signed.
            requests: For each, a name that its sender gave the request and the digest of its body, to be remembered.

        Raises:
            StorageFailed: the disk is full or fails; nothing was kept.
        """
        moment = self._clock()
        stamp = max(timestamp(moment), self._last)  # the clock may go backwards, the log does not
        answers: list[Logged | PassavantError] = []
        with disk_errors(), transaction(self._connection) as connection:
            edge, fresh = self._edge.copy(), list[bytes]()
            for number, submission in enumerate(submissions):
                request = requests[number] if number < len(requests) else None
                try:
                    answers.append(self._answer(connection, submission, request, moment, stamp, edge.tree.size, fresh))
                except PassavantError as error:
                    answers.append(error)
            self._forget(connection, moment)
            if fresh:
                edge.append(fresh, connection)
                connection.execute("UPDATE meta SET value = ? WHERE name = 'logged_at'", (stamp,))
        self._edge = edge
        self._last = stamp if fresh else self._last
        return answers

    def admit(self, key: VerifierKey, scope: str = FULL_SCOPE) -> int:
        """Admit an issuer's key by an entry of the log itself; return the entry's place.

        Raises:
            BadInput: it is a witness's key, or its name is none that statements can bear.
        """
        check_issuer_key(key)
        return self._state("admit", subject=str(key), scope=scope)

    def withdraw(self, key: VerifierKey) -> int:
        """Withdraw an issuer's key: its earlier seals stand, it makes no new ones.

        Raises:
            NotFound: the log never admitted it.
        """
        if str(key) not in self._keys:
            raise NotFound(
                "sealing.issuer.unknown",
                got=(f"the key {key}", f"la clé {key}"),
                expected=("a key that this log admitted", "une clé admise par ce journal"),
                next_step=("See passavant log issuer list.", "Voyez passavant log issuer list."),
            )
        return self._state("withdraw", subject=str(key))

    def close(self) -> None:
        """Give back the lock and the database."""
        self._connection.close()
        self._lock.release()

    def __enter__(self) -> LogWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _forget(self, connection: sqlite3.Connection, moment: dt.datetime) -> None:
        """Forget requests whose sender had a week to repeat them; looked for once an hour."""
        hour = f"{moment:%Y-%m-%dT%H}"
        if hour != self._forgotten:
            connection.execute("DELETE FROM requests WHERE at < ?", (timestamp(moment - _REMEMBERED),))
            self._forgotten = hour

    def _load_keys(self) -> None:
        self._keys: dict[str, IssuerKey] = {str(one.key): one for one in admitted_keys(self._connection)}
        names = {one.key.name for one in self._keys.values()}
        self._issuers = {name: issuer_id(self._connection, name) for name in names}

    def _state(self, action: str, *, subject: str, scope: str = "") -> int:
        """Log a statement of the log itself."""
        stamp = max(timestamp(self._clock()), self._last)
        statement = Statement.parse(Statement(action, self.origin, stamp, subject=subject, scope=scope).record())
        with disk_errors(), transaction(self._connection) as connection:
            edge = self._edge.copy()
            place = edge.tree.size
            edge.append(entries_of(submit(self.key, [statement], self.origin), stamp), connection)
            record_admission(connection, statement, place)
            connection.execute("UPDATE meta SET value = ? WHERE name = 'logged_at'", (stamp,))
        self._edge, self._last = edge, stamp
        self._load_keys()
        return place

    def _answer(
        self,
        connection: sqlite3.Connection,
        submission: Submission,
        request: tuple[str, bytes] | None,
        moment: dt.datetime,
        stamp: str,
        size: int,
        fresh: list[bytes],
    ) -> Logged:
        """Log one submission within the transaction, or give the answer that its named request had before."""
        before = answered(connection, request) if request else None
        if before is not None:
            return before
        authorise(submission, self._keys, moment, self.origin)
        answer = self._place(connection, submission, stamp, size, fresh)
        if request is not None:
            remember(connection, request, answer, stamp)
        return answer

    def _place(
        self, connection: sqlite3.Connection, submission: Submission, stamp: str, size: int, fresh: list[bytes]
    ) -> Logged:
        """Give each statement a place: a new one behind the fresh entries, or the earlier one."""
        issuer = self._issuers[submission.key.name]
        places, kept, marks = list[int](), list[int](), len(fresh)
        if insert_seals(connection, submission.statements, issuer, size + marks):
            fresh.extend(entries_of(submission, stamp))
            return Logged(tuple(range(size + marks, size + len(fresh))), len(submission.statements))

        def said(place: int) -> Statement:
            """Return an earlier statement: logged, of this transaction, or of this very submission."""
            if place >= size + marks:
                return submission.statements[kept[place - size - marks]]
            return Entry.own(fresh[place - size] if place >= size else _entry(connection, place)).statement

        rows = StatementRows(connection, issuer, self._keys[str(submission.key)], said)
        connection.execute("SAVEPOINT one")
        try:
            for number, statement in enumerate(submission.statements):
                place = size + marks + len(kept)
                found = rows.insert(statement, place)
                places.append(place if found is None else found)
                if found is None:
                    kept.append(number)
        except PassavantError:
            connection.execute("ROLLBACK TO one")
            connection.execute("RELEASE one")
            raise
        connection.execute("RELEASE one")
        if kept:
            entries = entries_of(submission, stamp)
            fresh.extend(entries if len(kept) == len(entries) else [entries[number] for number in kept])
        return Logged(tuple(places), len(kept))


def _another(origin: str, name: str) -> BadInput:
    return BadInput(
        "sealing.log.another",
        got=(f"the key {name}", f"la clé {name}"),
        expected=(
            f"the key that the log {origin} was made with",
            f"la clé avec laquelle le journal {origin} a été créé",
        ),
        next_step=("Name the right key, or the right log.", "Indiquez la bonne clé, ou le bon journal."),
    )


def _entry(connection: sqlite3.Connection, place: int) -> bytes:
    (entry,) = connection.execute("SELECT entry FROM entries WHERE place = ?", (place,)).fetchone()
    return bytes(entry)
