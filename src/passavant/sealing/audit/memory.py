"""What an auditor remembers of a log: its last good checkpoint, and what later entries are judged by.

One SQLite file. An audit works on a file beside it, which takes its place, after an fsync, only when nothing was found.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from passavant import settings
from passavant.errors import BadInput, Place
from passavant.sealing.checkpoints import Checkpoint
from passavant.sealing.log.lock import ExclusiveLock
from passavant.sealing.log.schema import disk_errors
from passavant.sealing.notes import split_note

__all__ = ["Memory", "Remembered", "state_folder"]

_FILE, _WORK = "audit.sqlite", "audit.sqlite.new"
_VERSION = 2
_TABLES = f"""
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE tails (level INTEGER PRIMARY KEY, hashes BLOB NOT NULL);
CREATE TABLE keys (vkey TEXT PRIMARY KEY, scope TEXT NOT NULL, admitted INTEGER NOT NULL, withdrawn INTEGER) WITHOUT ROWID;
CREATE TABLE documents (
    mark BLOB PRIMARY KEY, seal INTEGER, supersede INTEGER, revoke INTEGER, superseded INTEGER, kind TEXT, about BLOB
) WITHOUT ROWID;
PRAGMA user_version={_VERSION};
"""


@dataclass(frozen=True)
class Remembered:
    """The last good audit.

    Attributes:
        note: The signed checkpoint.
        checkpoint: The same, read.
        tree_only: Whether the entries' meaning was left out.
        tails: Hashes of the open tile of each level above 0.
    """

    note: str
    checkpoint: Checkpoint
    tree_only: bool
    tails: dict[int, bytes]


class Memory:
    """The memory of one log; one audit at a time.

    Args:
        folder: Its folder; made if absent.
        origin: The log.

    Raises:
        BadInput: another audit runs, or the memory is another log's or cannot be read.
    """

    def __init__(self, folder: Path, origin: str) -> None:
        self.folder = folder
        self._origin = origin
        with disk_errors():
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = ExclusiveLock(folder / "audit.lock")
        self._work: sqlite3.Connection | None = None
        try:
            self.last = self._load() if (folder / _FILE).exists() else None
        except BaseException:
            self._lock.release()
            raise

    def begin(self, resume: bool) -> sqlite3.Connection:
        """Return the database that an audit works on: empty, or a copy of what is remembered."""
        work = self.folder / _WORK
        with disk_errors():
            work.unlink(missing_ok=True)
            if resume:
                shutil.copyfile(self.folder / _FILE, work)
            self._work = sqlite3.connect(work, isolation_level=None)
            # The file is of use only when it is complete: it needs no journal, and one fsync at the end.
            self._work.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536;")
            if not resume:
                self._work.executescript(_TABLES)
            self._work.execute("BEGIN")
        return self._work

    def keep(self, note: str, tree_only: bool, tails: dict[int, bytes]) -> None:
        """Remember a clean audit, atomically and durably."""
        if self._work is None:
            raise ValueError("nothing was begun")
        rows = [("origin", self._origin), ("note", note), ("tree_only", str(int(tree_only)))]
        with disk_errors():
            self._work.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", rows)
            self._work.execute("DELETE FROM tails")
            self._work.executemany("INSERT INTO tails VALUES (?, ?)", tails.items())
            self._work.execute("COMMIT")
            self._close_work()
            _sync(self.folder / _WORK)
            (self.folder / _WORK).rename(self.folder / _FILE)
            _sync(self.folder)

    def close(self) -> None:
        """Give the folder back; an audit that was not kept is dropped."""
        self._close_work()
        (self.folder / _WORK).unlink(missing_ok=True)
        self._lock.release()

    def __enter__(self) -> Memory:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _close_work(self) -> None:
        if self._work is not None:
            self._work.close()
            self._work = None

    def _load(self) -> Remembered:
        try:
            connection = sqlite3.connect(f"file:{(self.folder / _FILE).resolve()}?mode=ro", uri=True)
            try:
                meta = dict(connection.execute("SELECT name, value FROM meta"))
                tails = dict(connection.execute("SELECT level, hashes FROM tails"))
            finally:
                connection.close()
            checkpoint = Checkpoint.parse(split_note(meta["note"])[0])
        except (sqlite3.Error, KeyError, BadInput) as error:
            raise self._unreadable(str(error)) from error
        if meta["origin"] != self._origin:
            raise self._another(meta["origin"])
        return Remembered(meta["note"], checkpoint, meta["tree_only"] == "1", tails)

    def _unreadable(self, why: str) -> BadInput:
        return BadInput(
            "sealing.audit.memory",
            got=(f"a memory that cannot be read: {why}", f"une mémoire illisible : {why}"),
            expected=("the memory of an earlier audit", "la mémoire d'un audit antérieur"),
            next_step=(
                "Restore it from a backup; without it, no rewind or fork before today can be seen.",
                "Restaurez-la d'une sauvegarde ; sans elle, aucun retour en arrière ni bifurcation passés ne se voient.",
            ),
            place=Place(file=str(self.folder / _FILE)),
        )

    def _another(self, origin: str) -> BadInput:
        return BadInput(
            "sealing.audit.memory",
            got=(f"the memory of the log {origin}", f"la mémoire du journal {origin}"),
            expected=(f"that of {self._origin}", f"celle de {self._origin}"),
            next_step=("Give another folder with --state.", "Indiquez un autre dossier avec --state."),
            place=Place(file=str(self.folder)),
        )


def state_folder(origin: str) -> Path:
    """Return the folder in which the audits of a log are remembered: ``$PASSAVANT_HOME/audit/<SHA-256 of the origin>``."""
    return settings.home() / "audit" / hashlib.sha256(origin.encode()).hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
