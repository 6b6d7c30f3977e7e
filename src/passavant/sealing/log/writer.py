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
from passavant.sealing.entries import entries_of
from passavant.sealing.files import make_folder
from passavant.sealing.log.admission import FULL_SCOPE, IssuerKey, admitted_keys, authorise, issuer_id, record_admission
from passavant.sealing.log.growth import Edge
from passavant.sealing.log.lock import ExclusiveLock
from passavant.sealing.log.logged import Logged
from passavant.sealing.log.schema import ACTIONS, ALGORITHM_IDS, DATABASE, connect, create_tables, disk_errors
from passavant.sealing.notes import SigningKey, VerifierKey, sign_note
from passavant.sealing.statements import Statement
from passavant.sealing.submissions import Submission, submit

__all__ = ["LogWriter", "check_absent", "create_log"]

_TIME = "%Y-%m-%dT%H:%M:%SZ"
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
        stamp = max(moment.strftime(_TIME), self._last)  # the clock may go backwards, the log does not
        answers: list[Logged | PassavantError] = []
        with disk_errors(), _Transaction(self._connection) as connection:
            edge, fresh = self._edge.copy(), list[bytes]()
            for number, submission in enumerate(submissions):
                try:
                    authorise(submission, self._keys, moment)
                    answer = self._place(connection, submission, stamp, edge.tree.size, fresh)
                except PassavantError as error:
                    answers.append(error)
                    continue
                answers.append(answer)
                if number < len(requests) and (request := requests[number]) is not None:
                    _remember(connection, request, answer, stamp)
            self._forget(connection, moment)
            if fresh:
                edge.append(fresh, connection)
                connection.execute("UPDATE meta SET value = ? WHERE name = 'logged_at'", (stamp,))
        self._edge = edge
        self._last = stamp if fresh else self._last
        return answers

    def admit(self, key: VerifierKey, scope: str = FULL_SCOPE) -> int:
        """Admit an issuer's key by an entry of the log itself; return the entry's place."""
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
            connection.execute("DELETE FROM requests WHERE at < ?", ((moment - _REMEMBERED).strftime(_TIME),))
            self._forgotten = hour

    def _load_keys(self) -> None:
        self._keys: dict[str, IssuerKey] = {str(one.key): one for one in admitted_keys(self._connection)}
        names = {one.key.name for one in self._keys.values()}
        self._issuers = {name: issuer_id(self._connection, name) for name in names}

    def _state(self, action: str, *, subject: str, scope: str = "") -> int:
        """Log a statement of the log itself."""
        stamp = max(self._clock().strftime(_TIME), self._last)
        statement = Statement.parse(Statement(action, self.origin, stamp, subject=subject, scope=scope).record())
        with disk_errors(), _Transaction(self._connection) as connection:
            edge = self._edge.copy()
            place = edge.tree.size
            edge.append(entries_of(submit(self.key, [statement]), stamp), connection)
            record_admission(connection, statement, place)
            connection.execute("UPDATE meta SET value = ? WHERE name = 'logged_at'", (stamp,))
        self._edge, self._last = edge, stamp
        self._load_keys()
        return place

    def _place(
        self, connection: sqlite3.Connection, submission: Submission, stamp: str, size: int, fresh: list[bytes]
    ) -> Logged:
        """Give each statement a place: a new one behind the fresh entries, or the earlier one."""
        issuer = self._issuers[submission.key.name]
        places, kept, marks = list[int](), list[int](), len(fresh)
        if _insert_all(connection, submission.statements, issuer, size + marks):
            fresh.extend(entries_of(submission, stamp))
            return Logged(tuple(range(size + marks, size + len(fresh))), len(submission.statements))
        connection.execute("SAVEPOINT one")
        try:
            for number, statement in enumerate(submission.statements):
                place = size + marks + len(kept)
                found = _insert(connection, statement, issuer, place)
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


def create_log(
    folder: Path, key: SigningKey, clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
) -> None:
    """Make a log: its database, and its first entry, in which it names its own key.

    Raises:
        BadInput: the folder holds a log already.
    """
    check_absent(folder)
    with disk_errors():
        make_folder(folder)
        connection = create_tables(folder)
        stamp = clock().strftime(_TIME)
        opening = Statement("open", key.name, stamp, subject=str(key.verifier))
        with _Transaction(connection):
            rows = [("origin", key.name), ("key", str(key.verifier)), ("logged_at", stamp)]
            connection.executemany("INSERT INTO meta VALUES (?, ?)", rows)
            Edge.load(connection).append(entries_of(submit(key, [opening]), stamp), connection)
        connection.close()


def check_absent(folder: Path) -> None:
    """Check that a folder holds no log yet.

    Raises:
        BadInput: it does.
    """
    if (folder / DATABASE).exists():
        raise BadInput(
            "sealing.log.exists",
            got=(f"a log in {folder}", f"un journal dans {folder}"),
            expected=("a folder without one", "un dossier sans journal"),
            next_step=("Use it, or set PASSAVANT_HOME to another folder.", "Utilisez-le, ou changez PASSAVANT_HOME."),
        )


def _insert_all(connection: sqlite3.Connection, statements: Sequence[Statement], issuer: int, place: int) -> bool:
    """Write the rows of statements that all are new seals, the usual case, at consecutive places; else write nothing."""
    if any(statement.action != "seal" for statement in statements):
        return False
    action, algs, digest_of = ACTIONS["seal"], ALGORITHM_IDS, bytes.fromhex
    rows = [
        (algs[statement.alg], digest_of(statement.digest), issuer, action, number)
        for number, statement in enumerate(statements, place)
    ]
    rows.sort()  # in the order of the index: neighbours share pages
    connection.execute("SAVEPOINT one")
    new = connection.executemany("INSERT OR IGNORE INTO statements VALUES (?, ?, ?, ?, ?)", rows).rowcount
    if new < len(rows):
        connection.execute("ROLLBACK TO one")
    connection.execute("RELEASE one")
    return new == len(rows)


def _insert(connection: sqlite3.Connection, statement: Statement, issuer: int, place: int) -> int | None:
    """Write a statement's row; return the place of an equal earlier one, or None when this one is new.

    Raises:
        NotFound: there is no seal to revoke or to supersede.
    """
    action, digest = ACTIONS[statement.action], bytes.fromhex(statement.digest)
    key = (ALGORITHM_IDS[statement.alg], digest, issuer, action)
    if connection.execute("INSERT OR IGNORE INTO statements VALUES (?, ?, ?, ?, ?)", (*key, place)).rowcount:
        if statement.action != "seal":
            _bind(connection, statement, issuer, place)
        return None
    (found,) = connection.execute(
        "SELECT place FROM statements WHERE alg = ? AND digest = ? AND issuer = ? AND action = ?", key
    ).fetchone()
    return int(found)


def _bind(connection: sqlite3.Connection, statement: Statement, issuer: int, place: int) -> None:
    """Bind a revocation or a replacement to the seal that it is about."""
    named = statement.document if statement.action == "revoke" else statement.ref
    alg, _, digest = named.partition(":")
    about = (ALGORITHM_IDS[alg], bytes.fromhex(digest), issuer)
    sealed = connection.execute(
        "SELECT 1 FROM statements WHERE alg = ? AND digest = ? AND issuer = ? AND action <= 2", about
    ).fetchone()
    if sealed is None or (statement.action == "supersede" and named == statement.document):
        raise NotFound(
            "sealing.seal.none",
            got=(f"{statement.action} of {named}", f"{statement.action} de {named}"),
            expected=("a document that the same issuer sealed here", "un document scellé ici par le même émetteur"),
            next_step=("Check the document and the issuer.", "Vérifiez le document et l'émetteur."),
        )
    if statement.action == "supersede":
        connection.execute(
            "INSERT OR IGNORE INTO statements VALUES (?, ?, ?, ?, ?)", (*about, ACTIONS["superseded"], place)
        )


def _remember(connection: sqlite3.Connection, request: tuple[str, bytes], answer: Logged, stamp: str) -> None:
    places = ",".join(map(str, answer.places))
    connection.execute(
        "INSERT OR IGNORE INTO requests VALUES (?, ?, ?, ?)", (*request, f"{answer.added};{places}", stamp)
    )


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


class _Transaction:
    """BEGIN, then COMMIT, or ROLLBACK on any error."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> sqlite3.Connection:
        self._connection.execute("BEGIN IMMEDIATE")
        return self._connection

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            try:
                self._connection.execute("COMMIT")
            except BaseException:
                self._rollback()
                raise
        else:
            self._rollback()

    def _rollback(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
