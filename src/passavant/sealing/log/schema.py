"""The database of a log: its tables, how it is opened, and what a failure of the disk means.

SQLite in WAL mode with ``synchronous=FULL``: a transaction that was answered survives a loss of power.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from passavant.errors import BadInput, PassavantError, Place

__all__ = [
    "ACTIONS",
    "ALGORITHM_IDS",
    "DATABASE",
    "StorageFailed",
    "connect",
    "create_tables",
    "disk_errors",
    "transaction",
]

#: Name of the database in a log's folder.
DATABASE = "log.sqlite"
#: Numbers in the column `alg`.
ALGORITHM_IDS = {"sha-256": 1, "hmac-sha-256": 2}
#: Numbers in the column `action`; SUPERSEDED is kept under the digest that was replaced.
ACTIONS = {"seal": 1, "supersede": 2, "revoke": 3, "superseded": 4}
_VERSION = 2
_BUSY_MS = 10_000
_TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE entries (place INTEGER PRIMARY KEY, entry BLOB NOT NULL);
CREATE TABLE tiles (level INTEGER, number INTEGER, hashes BLOB NOT NULL, PRIMARY KEY (level, number)) WITHOUT ROWID;
CREATE TABLE issuers (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, replaces INTEGER NOT NULL DEFAULT 0);
CREATE TABLE keys (
    vkey TEXT PRIMARY KEY, issuer INTEGER NOT NULL REFERENCES issuers, scope TEXT NOT NULL,
    admitted INTEGER NOT NULL, withdrawn INTEGER
) WITHOUT ROWID;
CREATE TABLE statements (
    alg INTEGER, digest BLOB, issuer INTEGER, action INTEGER, place INTEGER NOT NULL,
    PRIMARY KEY (alg, digest, issuer, action)
) WITHOUT ROWID;
CREATE TABLE requests (name TEXT PRIMARY KEY, body BLOB NOT NULL, places TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
"""


class StorageFailed(PassavantError):
    """The disk is full or fails: nothing of the transaction was kept, and nothing was acknowledged."""


def connect(folder: Path, *, write: bool = False) -> sqlite3.Connection:
    """Open a log's database; readers cannot write.

    Raises:
        BadInput: there is none, or one of another version.
    """
    file = folder / DATABASE
    if not file.is_file():
        raise _none(folder)
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False, timeout=_BUSY_MS / 1000)
    try:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(f"PRAGMA query_only={'OFF' if write else 'ON'}")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.DatabaseError as error:
        connection.close()
        raise _unreadable(file, str(error)) from error
    if version != _VERSION:
        connection.close()
        raise _unreadable(file, f"version {version}")
    return connection


def create_tables(file: Path) -> sqlite3.Connection:
    """Make the database of a new log in an existing folder."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.executescript(f"BEGIN; {_TABLES} PRAGMA user_version={_VERSION}; COMMIT;")
    return connection


@contextmanager
def disk_errors() -> Iterator[None]:
    """Turn the errors of a full or failing disk into one that says what to do."""
    try:
        yield
    except (sqlite3.OperationalError, OSError) as error:
        raise StorageFailed(
            "sealing.log.storage",
            got=(f"the log cannot be written: {error}", f"le journal ne peut être écrit : {error}"),
            expected=("a disk with free space", "un disque où il reste de la place"),
            next_step=(
                "Free some space and send the same request again; nothing of it was kept.",
                "Libérez de la place et renvoyez la même demande ; rien n'en a été conservé.",
            ),
        ) from error


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Begin, then commit; on any error, that of the commit included, roll back."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _none(folder: Path) -> BadInput:
    return BadInput(
        "sealing.log.none",
        got=(f"no log in {folder}", f"aucun journal dans {folder}"),
        expected=("a log of this machine, or the address of one", "un journal de ce poste, ou l'adresse d'un journal"),
        next_step=(
            "Make one: passavant log init seals.customs.example/log; or name a server: --log URL.",
            "Créez-en un : passavant log init sceaux.douane.example/journal ; ou indiquez un serveur : --log URL.",
        ),
    )


def _unreadable(file: Path, found: str) -> BadInput:
    return BadInput(
        "sealing.log.unreadable",
        got=(f"a database that is not a log: {found}", f"une base qui n'est pas un journal : {found}"),
        expected=(f"a log of version {_VERSION}", f"un journal de version {_VERSION}"),
        next_step=(
            "Check the path; or restore the newest backup and let the witnesses check it: passavant log audit.",
            "Vérifiez le chemin ; ou restaurez la sauvegarde la plus récente, à contrôler : passavant log audit.",
        ),
        place=Place(file=str(file)),
    )
