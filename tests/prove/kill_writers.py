"""Writers of a log that are killed: one child process a round, SIGKILL after a random moment, and what each had acknowledged.

    python kill_writers.py FOLDER KEY_FILE ISSUER_FILE ROUNDS

Everything is imported once; each round forks a child that opens the log, appends random batches, acknowledges each over a
pipe only after ``append`` returned, and publishes. One JSON line a round goes to standard output. Between two rounds the
published files must give the root of the published checkpoint.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import sys
import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from passavant.sealing import SigningKey, Statement
from passavant.sealing.checkpoints import open_checkpoint
from passavant.sealing.keys import read_key
from passavant.sealing.log import PUBLIC, LogReader, LogWriter, Publisher
from passavant.sealing.statements import now
from passavant.sealing.submissions import submit
from passavant.sealing.tiles import Tile, TileReader

_LONGEST_S = 0.06
_LARGEST_BATCH = 50


def _batches(number: int) -> Iterator[list[str]]:
    """Yield the digests of a round's batches: the same ones whenever they are asked for."""
    chance = random.Random(f"digests of round {number}")
    while True:
        yield [chance.randbytes(32).hex() for _ in range(chance.randint(1, _LARGEST_BATCH))]


def _write(folder: Path, key: SigningKey, issuer: SigningKey, number: int, out: int) -> None:
    """Seal until killed; begin with a batch of the round before, as a client does that never heard of its request."""
    chance = random.Random(f"choices of round {number}")
    with LogWriter(folder, key) as log, LogReader(folder) as reader:
        publisher = Publisher(folder, reader)
        for digests in chain([next(_batches(number - 1))], _batches(number)):
            sealed = [Statement("seal", issuer.name, now(), digest=digest) for digest in digests]
            logged = log.append(submit(issuer, sealed, log.origin))
            note = log.checkpoint()
            _say(out, {"digests": digests, "places": logged.places, "checkpoint": note})
            if chance.random() < 0.5:
                _say(out, {"publishing": True})
                publisher.publish(note)
                _say(out, {"publishing": False})


def _say(out: int, message: dict[str, Any]) -> None:
    line = json.dumps(message).encode() + b"\n"
    while line:
        line = line[os.write(out, line) :]


def _killed(folder: Path, key: SigningKey, issuer: SigningKey, number: int) -> list[dict[str, Any]]:
    """Run one writer, kill it, and return what it had said; a line that it could not end was not said."""
    source, out = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(source)
            _write(folder, key, issuer, number, out)
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
            raise
        finally:
            os._exit(1)
    os.close(out)
    said = _heard(source, random.Random(f"moment of round {number}").uniform(0, _LONGEST_S))
    os.kill(child, signal.SIGKILL)
    while part := os.read(source, 1 << 20):
        said += part
    os.close(source)
    _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status) != -signal.SIGKILL:
        raise SystemExit(f"round {number}: the writer ended by itself")
    return [json.loads(line) for line in said.split(b"\n")[:-1]]


def _heard(source: int, seconds: float) -> bytes:
    said, end = b"", time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if select.select([source], [], [], left)[0]:
            part = os.read(source, 1 << 20)
            if not part:
                break
            said += part
    return said


def _published(folder: Path, key: SigningKey) -> str | None:
    """Return the published checkpoint, after its root was computed from the published files alone."""
    public = folder / PUBLIC
    if not (public / "checkpoint").exists():
        return None
    note = (public / "checkpoint").read_text()
    found = open_checkpoint(note, [key.verifier], origin=key.name).checkpoint

    def read(tile: Tile) -> bytes:
        file = public / tile.path
        whole = public / Tile(tile.level, tile.number).path  # takes a partial tile's place, once it is there
        return (file if file.exists() else whole).read_bytes()[: tile.width * 32]

    if TileReader(found.size, read).root() != found.root:
        raise SystemExit(f"the published files do not give the root of the published checkpoint of {found.size}")
    return note


def main() -> None:
    folder, key_file, issuer_file = map(Path, sys.argv[1:4])
    key, issuer = (read_key(file.read_text(), None) for file in (key_file, issuer_file))
    for number in range(1, int(sys.argv[4]) + 1):
        said = _killed(folder, key, issuer, number)
        marks = [one["publishing"] for one in said if "publishing" in one]
        record = {
            "acknowledged": [one for one in said if "places" in one],
            "published": _published(folder, key),
            "in_publication": bool(marks) and marks[-1],
        }
        print(json.dumps(record), flush=True)


if __name__ == "__main__":
    main()
