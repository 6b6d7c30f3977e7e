"""A witness killed a hundred times under load: no reply is lost, and no size is ever cosigned with two roots.

Every request is one of several continuations of what the witness shows, so that whatever it forgets lets a fork through.
"""

from __future__ import annotations

import hashlib
import os
import random
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import urllib3

sys.path.insert(0, str(Path(__file__).parents[1] / "sealing" / "witness"))

from witnessed import witness_key

from passavant.sealing.checkpoints import Checkpoint, open_checkpoint
from passavant.sealing.keys import write_key
from passavant.sealing.merkle import consistency_path, leaf_hash, root_of
from passavant.sealing.notes import SigningKey, open_note, sign_note
from passavant.sealing.witness import WitnessState, create_witness, request_text

pytestmark = pytest.mark.prove

_KILLS = 100
_CLIENTS = 6
_LOGS = [SigningKey.generate(f"log{number}.example") for number in range(6)]
_SERVE = """
import socket, sys
from pathlib import Path
import uvicorn
from passavant.sealing.keys import read_key
from passavant.sealing.witness import WitnessState, witness_app
folder = Path(sys.argv[1])
with WitnessState(folder, read_key((folder / "key").read_text(), None)) as state:
    listener = socket.create_server(("127.0.0.1", int(sys.argv[2])))
    server = uvicorn.Server(uvicorn.Config(witness_app(state), log_level="critical", access_log=False, lifespan="off"))
    print("up", flush=True)
    server.run([listener])
"""


class Deceivers:
    """Clients that offer forks of what a witness shows, and keep every reply.

    Attributes:
        histories: Leaves by root of everything that was ever offered.
        replies: What was cosigned: origin, size, root and line.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._guard = threading.Lock()
        self.histories: dict[bytes, list[bytes]] = {}
        self.replies: list[tuple[str, int, bytes, str]] = []
        self.refused = 0

    def run(self, seed: int) -> None:
        """Ask until the witness is gone."""
        rng = random.Random(seed)
        http = urllib3.PoolManager(timeout=5.0, retries=False)
        try:
            while True:
                self._ask(http, rng, rng.choice(_LOGS))
        except (urllib3.exceptions.HTTPError, OSError):
            return

    def shown(self, http: urllib3.PoolManager, log: SigningKey) -> Checkpoint | None:
        """Return what the witness shows of a log."""
        name = hashlib.sha256(log.name.encode()).hexdigest()
        answer = http.request("GET", f"{self._url}/{name}/checkpoint")
        return (
            open_checkpoint(answer.data, [log.verifier], origin=log.name).checkpoint if answer.status == 200 else None
        )

    def _ask(self, http: urllib3.PoolManager, rng: random.Random, log: SigningKey) -> None:
        now = self.shown(http, log)
        before = self.histories[now.root] if now else []
        leaves = [*before, *(leaf_hash(rng.randbytes(8)) for _ in range(rng.randint(1, 3)))]
        old, new = len(before), Checkpoint(log.name, len(leaves), root_of(leaves))
        proof = consistency_path(old, new.size, lambda start, end: root_of(leaves[start:end])) if old else []
        body = request_text(old, proof, sign_note(new.text(), [log]))
        with self._guard:
            self.histories[new.root] = leaves
        answer = http.request("POST", f"{self._url}/add-checkpoint", body=body)
        with self._guard:
            if answer.status == 200:
                self.replies.append((log.name, new.size, new.root, answer.data.decode()))
            else:
                assert answer.status == 409
                self.refused += 1


def _contradictions(clients: Deceivers, since: int, folder: Path, private: SigningKey) -> list[str]:
    """Return what is wrong between the replies, from one place on, and what the witness remembers."""
    found, roots = [], dict[tuple[str, int], bytes]()
    with WitnessState(folder, private) as state:
        remembered = {log.name: state.seen(log.name) for log in _LOGS}
    for origin, size, root, line in clients.replies[since:]:
        open_note(f"{Checkpoint(origin, size, root).text()}\n{line}", [private.verifier])
        if roots.setdefault((origin, size), root) != root:
            found.append(f"two roots of {origin} at {size}")
        seen = remembered[origin]
        history = clients.histories[seen.checkpoint.root] if seen else []
        if len(history) < size or root_of(history[:size]) != root:
            found.append(f"the reply for {origin} at {size} is lost")
    return found


def test_a_hundred_kills_lose_no_reply_and_let_no_fork_through(tmp_path: Path) -> None:
    folder, private, rng = tmp_path / "witness", witness_key(), random.Random(20261125)
    create_witness(folder, private)
    (folder / "key").write_text(write_key(private, None))
    with WitnessState(folder, private) as state:
        for log in _LOGS:
            state.watch(log.verifier)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    clients = Deceivers(f"http://127.0.0.1:{port}")
    environment = os.environ | {"PYTHONPATH": ":".join(filter(None, sys.path))}
    for kill in range(_KILLS):
        since = len(clients.replies)
        command = [sys.executable, "-c", _SERVE, str(folder), str(port)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
            assert process.stdout is not None
            assert b"up\n" == process.stdout.readline()
            threads = [threading.Thread(target=clients.run, args=(1000 * kill + one,)) for one in range(_CLIENTS)]
            for thread in threads:
                thread.start()
            time.sleep(rng.uniform(0.05, 0.5))
            process.kill()
            for thread in threads:
                thread.join()

        assert [] == _contradictions(clients, since, folder, private)

    assert [] == _contradictions(clients, 0, folder, private)
    assert len(clients.replies) > 10 * _KILLS
    assert clients.refused > 0
