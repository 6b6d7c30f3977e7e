"""What a witness has seen: one checkpoint a log, checked and stored in one durable step before it answers.

A witness that forgot, or that answered before it stored, could cosign two forks of one log.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from passavant.sealing.checkpoints import Checkpoint
from passavant.sealing.log.lock import ExclusiveLock
from passavant.sealing.log.schema import disk_errors
from passavant.sealing.notes import SigningKey, VerifierKey, split_note
from passavant.sealing.witness.rules import Answer, Request, judge

__all__ = ["WitnessState"]

_TABLES = """
CREATE TABLE IF NOT EXISTS logs (vkey TEXT PRIMARY KEY, origin TEXT NOT NULL, url TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS seen (
    origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL, time INTEGER NOT NULL
) WITHOUT ROWID;
"""


class WitnessState:
    """The state of a witness; one process at a time.

    Args:
        folder: Its folder; made if absent.
        key: The witness's key.
        clock: Seconds since 1970, UTC.

    Raises:
        BadInput: another process holds the folder.
    """

    def __init__(self, folder: Path, key: SigningKey, clock: Callable[[], float] = time.time) -> None:
        with disk_errors():
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = ExclusiveLock(folder / "witness.lock")
        self._key = key
        self._clock = clock
        self._guard = threading.Lock()
        with disk_errors():
            self._connection = sqlite3.connect(folder / "witness.sqlite", isolation_level=None, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=FULL")
            self._connection.executescript(_TABLES)
        self._logs = self._load()

    @property
    def key(self) -> VerifierKey:
        """The witness's public key."""
        return self._key.verifier

    def watch(self, key: VerifierKey, url: str | None = None) -> None:
        """Watch a log from now on."""
        with self._guard, disk_errors():
            row = (str(key), key.name, url)
            self._connection.execute("INSERT OR REPLACE INTO logs VALUES (?, ?, ?)", row)
            self._logs = self._load()

    def watched(self) -> list[tuple[VerifierKey, str | None, Checkpoint | None]]:
        """Return the logs watched: key, address, and the checkpoint seen last."""
        with self._guard:
            rows = self._connection.execute("SELECT vkey, url FROM logs ORDER BY origin, vkey").fetchall()
            keys = [(VerifierKey.parse(vkey), url) for vkey, url in rows]
            return [(key, url, self._seen(key.name)) for key, url in keys]

    def note(self, origin: str) -> str | None:
        """Return the checkpoint of a log that was cosigned last, with the witness's cosignature."""
        with self._guard:
            row = self._connection.execute("SELECT note FROM seen WHERE origin = ?", (origin,)).fetchone()
        return str(row[0]) if row else None

    def add(self, request: Request) -> tuple[Answer, str]:
        """Judge a checkpoint, store it if it is accepted, and only then cosign.

        Returns:
            The answer, and the cosignature line for an answer of 200, else an empty text.

        Raises:
            StorageFailed: the disk is full or fails; nothing was cosigned.
        """
        with self._guard, disk_errors():
            text = request.note.partition("\n\n")[0]
            answer = judge(request, self._logs, self._seen(text.partition("\n")[0]))
            if answer.status != 200 or answer.checkpoint is None:  # HTTP's word for yes
                return answer, ""
            return answer, self._stored(answer.checkpoint, request.note)

    def close(self) -> None:
        """Give back lock and database."""
        self._connection.close()
        self._lock.release()

    def __enter__(self) -> WitnessState:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _stored(self, new: Checkpoint, note: str) -> str:
        """Store a checkpoint and return the cosignature; its time never goes back for one log."""
        row = self._connection.execute("SELECT time FROM seen WHERE origin = ?", (new.origin,)).fetchone()
        moment = max(int(self._clock()), row[0] if row else 0)
        text, lines = split_note(note)
        line = self._key.line(text, moment)
        own = "".join(one for one in lines if not one.startswith(f"\u2014 {self._key.name} "))
        self._connection.execute(
            "INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?, ?)",
            (new.origin, new.size, new.root, f"{text}\n{own}{line}", moment),
        )
        return line

    def _seen(self, origin: str) -> Checkpoint | None:
        row = self._connection.execute("SELECT size, root FROM seen WHERE origin = ?", (origin,)).fetchone()
        return Checkpoint(origin, row[0], row[1]) if row else None

    def _load(self) -> Mapping[str, tuple[VerifierKey, ...]]:
        logs: dict[str, tuple[VerifierKey, ...]] = {}
        for (vkey,) in self._connection.execute("SELECT vkey FROM logs"):
            key = VerifierKey.parse(vkey)
            logs[key.name] = (*logs.get(key.name, ()), key)
        return logs
