"""What a witness has seen: one checkpoint a log, checked and stored in one durable step before it answers.

A witness that forgot, or that answered before it stored, could cosign two forks of one log.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from passavant.errors import BadInput, PassavantError, Place
from passavant.sealing.checkpoints import Checkpoint
from passavant.sealing.notes import COSIGNATURE, SigningKey, VerifierKey, split_note
from passavant.sealing.witness.database import connect, create_database, locked, storage
from passavant.sealing.witness.rules import Answer, Request, judge

__all__ = ["Seen", "Watched", "WitnessState", "create_witness", "watched_logs"]


@dataclass(frozen=True)
class Seen:
    """What a witness recorded of a log last: the checkpoint, as a note with its cosignature, and the cosignature's time."""

    checkpoint: Checkpoint
    note: str
    time: int


@dataclass(frozen=True)
class Watched:
    """A log that a witness watches: its key, where it can be fetched, what was recorded last."""

    key: VerifierKey
    url: str | None
    seen: Seen | None


def create_witness(folder: Path, key: SigningKey) -> None:
    """Make the state of a new witness.

    Raises:
        BadInput: one is there already, or the key is not a witness's.
        StorageFailed: the folder cannot be written.
    """
    if key.kind != COSIGNATURE:
        raise _another(folder, f"a key of kind {key.kind}", f"une clé de genre {key.kind}")
    create_database(folder, key.verifier)


def watched_logs(folder: Path) -> tuple[VerifierKey, list[Watched]]:
    """Return a witness's key and the logs it watches, without taking its lock.

    Raises:
        BadInput: there is no witness.
    """
    connection, key = connect(folder)
    try:
        with storage():
            return key, _watched(connection)
    finally:
        connection.close()


class WitnessState:
    """The state of a witness; one process at a time, any number of its threads.

    Args:
        folder: Its folder, made by :func:`create_witness`.
        key: The witness's key.
        clock: Seconds since 1970, UTC.

    Raises:
        BadInput: there is no witness, it has another key, or another process holds the folder.
    """

    def __init__(self, folder: Path, key: SigningKey, clock: Callable[[], float] = time.time) -> None:
        self._key = key
        self._clock = clock
        self._guard = threading.Lock()
        self._connection, owner = connect(folder, write=True)
        try:
            if owner != key.verifier:
                raise _another(folder, f"the key {key.verifier}", f"la clé {key.verifier}")
            self._lock = locked(folder)
        except PassavantError:
            self._connection.close()
            raise
        self._load()

    @property
    def key(self) -> VerifierKey:
        """The witness's public key."""
        return self._key.verifier

    def watch(self, key: VerifierKey, url: str | None = None) -> None:
        """Watch a log from now on; a second key of one origin is accepted beside the first."""
        with self._guard, storage():
            self._connection.execute("INSERT OR REPLACE INTO logs VALUES (?, ?, ?)", (str(key), key.name, url))
            self._load()

    def watched(self) -> list[Watched]:
        """Return the logs watched, by origin."""
        with self._guard, storage():
            return _watched(self._connection)

    def seen(self, origin: str) -> Seen | None:
        """Return what was recorded of a log last."""
        return self._seen.get(origin)  # replaced whole, after the commit: no lock is needed to read it

    def by_hash(self, origin_hash: str) -> Seen | None:
        """Return what was recorded last of the log whose origin has this SHA-256, in hexadecimal."""
        origin = self._hashes.get(origin_hash)
        return None if origin is None else self.seen(origin)

    def add(self, request: Request) -> tuple[Answer, str]:
        """Judge a checkpoint, store it if it is accepted, and only then give the cosignature out.

        Returns:
            The answer, and the cosignature line for an answer of 200, else an empty text.

        Raises:
            StorageFailed: the disk is full or fails; nothing was cosigned.
        """
        with self._guard, storage():
            origin = request.note.partition("\n")[0]
            seen = self._seen.get(origin)
            answer = judge(request, self._logs, seen.checkpoint if seen else None)
            if answer.status != 200 or answer.checkpoint is None:  # HTTP's word for yes
                return answer, ""
            return answer, self._stored(answer, answer.checkpoint, request.note, seen)

    def close(self) -> None:
        """Give back lock and database."""
        self._connection.close()
        self._lock.release()

    def __enter__(self) -> WitnessState:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _stored(self, answer: Answer, new: Checkpoint, note: str, before: Seen | None) -> str:
        """Store a checkpoint durably and return the cosignature; its time never goes back for one log."""
        moment = max(int(self._clock()), before.time if before else 0)
        text, _ = split_note(note)
        line = self._key.line(text, moment)
        kept = f"{text}\n{''.join(answer.lines)}{line}"
        self._connection.execute(
            "INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?, ?)", (new.origin, new.size, new.root, kept, moment)
        )
        self._seen[new.origin] = Seen(new, kept, moment)
        return line

    def _load(self) -> None:
        """Read all into memory: while the lock is held nobody else writes."""
        with storage():
            watched = _watched(self._connection)
        keys: dict[str, tuple[VerifierKey, ...]] = {}
        for one in watched:
            keys[one.key.name] = (*keys.get(one.key.name, ()), one.key)
        self._logs = keys
        self._seen = {one.key.name: one.seen for one in watched if one.seen}
        self._hashes = {hashlib.sha256(origin.encode()).hexdigest(): origin for origin in keys}


def _watched(connection: sqlite3.Connection) -> list[Watched]:
    rows = connection.execute(
        "SELECT vkey, url, size, root, note, time FROM logs LEFT JOIN seen USING (origin) ORDER BY origin, vkey"
    )
    found = []
    for vkey, url, size, root, note, moment in rows:
        key = VerifierKey.parse(vkey)
        seen = None if note is None else Seen(Checkpoint(key.name, size, root), note, moment)
        found.append(Watched(key, url, seen))
    return found


def _another(folder: Path, got: str, got_fr: str) -> BadInput:
    return BadInput(
        "sealing.witness.key",
        got=(got, got_fr),
        expected=("the key that this witness was made with", "la clé avec laquelle ce témoin a été créé"),
        next_step=("Give that key, or make a new witness.", "Donnez cette clé, ou créez un nouveau témoin."),
        place=Place(file=str(folder)),
    )
