"""The database of a witness: its tables, how it is made and opened, and what a failure of the disk means.

It is made once, with the key. Opening one that is gone is refused: a witness that starts again from nothing could
cosign a fork of what it cosigned before.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from passavant.errors import BadInput, Place
from passavant.sealing.files import make_folder, place_new
from passavant.sealing.log.lock import ExclusiveLock
from passavant.sealing.log.schema import StorageFailed
from passavant.sealing.notes import VerifierKey

__all__ = ["DATABASE", "check_absent", "connect", "create_database", "locked", "storage"]

#: Name of the database in a witness's folder.
DATABASE = "witness.sqlite"
_VERSION = 1
_TABLES = """
CREATE TABLE witness (vkey TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE logs (vkey TEXT PRIMARY KEY, origin TEXT NOT NULL, url TEXT) WITHOUT ROWID;
CREATE TABLE seen (
    origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL, time INTEGER NOT NULL
) WITHOUT ROWID;
"""


def create_database(folder: Path, key: VerifierKey) -> None:
    """Make the database of a new witness, all of it or nothing; its folder is made if absent.

    Raises:
        BadInput: one is there already.
        StorageFailed: the folder cannot be written.
    """
    check_absent(folder)
    with storage():
        make_folder(folder)
        folder.chmod(0o700)
        draft = folder / f"{DATABASE}.{secrets.token_hex(4)}.new"
        connection = sqlite3.connect(draft, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.executescript(f"BEGIN; {_TABLES} PRAGMA user_version={_VERSION}; COMMIT;")
            connection.execute("INSERT INTO witness VALUES (?)", (str(key),))
        finally:
            connection.close()
        try:
            place_new(draft, folder / DATABASE)
        except FileExistsError:
            check_absent(folder)


def check_absent(folder: Path) -> None:
    """Check that a folder holds no witness yet.

    Raises:
        BadInput: it does.
    """
    file = folder / DATABASE
    if file.exists():
        raise _refused(
            file, "a witness is here already", "un témoin est déjà ici", "a new folder", "un nouveau dossier"
        )


def connect(folder: Path, *, write: bool = False) -> tuple[sqlite3.Connection, VerifierKey]:
    """Open a witness's database; return it with the key that it belongs to.

    Raises:
        BadInput: there is none, or none of this version.
    """
    file = folder / DATABASE
    if not file.is_file():
        raise _none(folder)
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(f"PRAGMA query_only={'OFF' if write else 'ON'}")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version == _VERSION:
            ((vkey,),) = connection.execute("SELECT vkey FROM witness").fetchall()
            return connection, VerifierKey.parse(vkey)
        found = f"version {version}"
    except (sqlite3.DatabaseError, ValueError) as error:
        found = str(error)
    connection.close()
    raise _refused(
        file,
        f"a database that is not a witness's: {found}",
        f"une base qui n'est pas celle d'un témoin : {found}",
        f"a witness of version {_VERSION}",
        f"un témoin de version {_VERSION}",
    )


@contextmanager
def storage() -> Iterator[None]:
    """Turn the errors of a full, failing or damaged disk into one that says what to do."""
    try:
        yield
    except (sqlite3.DatabaseError, OSError) as error:
        raise StorageFailed(
            "sealing.witness.storage",
            got=(f"the witness cannot store: {error}", f"le témoin ne peut rien enregistrer : {error}"),
            expected=("a sound disk with free space", "un disque sain où il reste de la place"),
            next_step=(
                "Free some space and ask again; nothing was cosigned. If the database is damaged, retire this witness's key.",
                "Libérez de la place et redemandez ; rien n'a été cosigné. Si la base est abîmée, retirez la clé de ce témoin.",
            ),
        ) from error


def locked(folder: Path) -> ExclusiveLock:
    """Take a witness's folder for this process alone.

    Raises:
        BadInput: another process has it: two witnesses on one state could cosign two forks.
    """
    try:
        with storage():
            return ExclusiveLock(folder / "witness.lock")
    except BadInput as error:
        raise BadInput(
            "sealing.witness.locked",
            got=error.got,
            expected=("one process a witness", "un seul processus par témoin"),
            next_step=("Stop the other one first.", "Arrêtez d'abord l'autre."),
            place=Place(file=str(folder)),
        ) from error


def _none(folder: Path) -> BadInput:
    return BadInput(
        "sealing.witness.none",
        got=(f"no witness in {folder}", f"aucun témoin dans {folder}"),
        expected=("the database that was made with the witness", "la base créée avec le témoin"),
        next_step=(
            "Make one: passavant witness init NAME. If a database was lost, take a new name: the old key must not sign again.",
            "Créez-en un : passavant witness init NOM. Si une base est perdue, prenez un nouveau nom : l'ancienne clé ne doit plus signer.",
        ),
    )


def _refused(file: Path, got: str, got_fr: str, expected: str, expected_fr: str) -> BadInput:
    return BadInput(
        "sealing.witness.unreadable",
        got=(got, got_fr),
        expected=(expected, expected_fr),
        next_step=("Check the path and PASSAVANT_HOME.", "Vérifiez le chemin et PASSAVANT_HOME."),
        place=Place(file=str(file)),
    )
