"""Logs that witnesses watch, honest and not, and a witness that answers over HTTP."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn

from passavant.sealing.checkpoints import Checkpoint
from passavant.sealing.merkle import consistency_path, leaf_hash, root_of
from passavant.sealing.notes import COSIGNATURE, SigningKey, sign_note
from passavant.sealing.tiles import tiles_of
from passavant.sealing.witness import Request, WitnessState, create_witness, witness_app

ORIGIN = "seals.customs.example/log"
KEY = SigningKey.generate(ORIGIN)


@dataclass
class Log:
    """A log in memory; ``history`` tells one fork from another from entry ``forked`` on."""

    size: int
    history: str = "a"
    forked: int = 0
    key: SigningKey = KEY
    leaves: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.grow(self.size)

    def grow(self, size: int) -> Log:
        for place in range(len(self.leaves), size):
            history = "a" if place < self.forked else self.history
            self.leaves.append(leaf_hash(f"{history} {place}".encode()))
        self.size = size
        return self

    @property
    def checkpoint(self) -> Checkpoint:
        return Checkpoint(self.key.name, self.size, root_of(self.leaves[: self.size]))

    @property
    def checkpoint_note(self) -> str:
        return sign_note(self.checkpoint.text(), [self.key])

    def consistency(self, old: int, size: int) -> list[bytes]:
        return consistency_path(old, size, lambda start, end: root_of(self.leaves[start:end]))

    def request(self, old: int) -> Request:
        proof = self.consistency(old, self.size) if 0 < old <= self.size else []
        return Request(old, tuple(proof), self.checkpoint_note)

    def publish(self, folder: Path) -> Path:
        """Write checkpoint and tiles, as a log's public folder holds them."""
        for tile in tiles_of(0, self.size):
            span = 256**tile.level
            starts = range(tile.number * 256 * span, (tile.number * 256 + tile.width) * span, span)
            path = folder / tile.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"".join(root_of(self.leaves[start : start + span]) for start in starts))
        (folder / "checkpoint").write_text(self.checkpoint_note)
        return folder


def witness_key(name: str = "witness.north.example") -> SigningKey:
    return SigningKey.generate(name, COSIGNATURE)


def new_witness(folder: Path, key: SigningKey | None = None, **how: Any) -> WitnessState:
    key = key or witness_key()
    create_witness(folder, key)
    state = WitnessState(folder, key, **how)
    state.watch(KEY.verifier)
    return state


@contextmanager
def served(app: Any) -> Iterator[str]:
    """Serve an application on a loopback port; give its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off"))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@contextmanager
def served_witness(folder: Path, name: str = "witness.north.example") -> Iterator[tuple[str, WitnessState]]:
    with new_witness(folder, witness_key(name)) as state, served(witness_app(state)) as url:
        yield url, state
