"""Long proofs of a log of seals: writers and servers killed, disks filled, clocks set back, backups restored.

A SIGKILL takes the process, not the machine: what it had written is still in the system's cache. So these proofs show that
no moment of a writer's life leaves the log in a state that a later writer cannot go on from, and that nothing is acknowledged
before its transaction ended. That a transaction which ended is also on the disk rests on SQLite's ``synchronous=FULL`` and
on fsync, whose use and order tests/sealing/log/test_durability.py checks; only cutting the power of a machine could prove it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import http.client
import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import urllib3
import uvicorn

from passavant.errors import BadInput
from passavant.sealing import SigningKey, Statement
from passavant.sealing.checkpoints import Checkpoint, open_checkpoint
from passavant.sealing.entries import Entry
from passavant.sealing.keys import write_key
from passavant.sealing.log import PUBLIC, LogReader, LogWriter, Publisher, StorageFailed, create_log
from passavant.sealing.merkle import leaf_hash, verify_consistency, verify_inclusion
from passavant.sealing.receipts import Receipt
from passavant.sealing.service import Service, ServiceSettings, build_app
from passavant.sealing.statements import now
from passavant.sealing.submissions import Submission, submit
from passavant.sealing.tiles import WIDTH, bundle_path, tiles_of, unbundle
from passavant.sealing.trust import TrustPolicy
from passavant.sealing.verification import verify_receipt

pytestmark = pytest.mark.prove

_KILLED_WRITERS = 1000
_KILLED_SERVERS = 20
_CLIENTS = 16


@dataclass
class Log:
    """A log with one issuer."""

    folder: Path
    key: SigningKey
    issuer: SigningKey

    def sealed(self, *digests: str) -> Submission:
        return submit(
            self.issuer,
            [Statement("seal", self.issuer.name, now(), digest=digest) for digest in digests],
            self.key.name,
        )

    def opened(self, note: str) -> Checkpoint:
        return open_checkpoint(note, [self.key.verifier], origin=self.key.name).checkpoint


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return _made(tmp_path / "log")


def _made(folder: Path, clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)) -> Log:
    made = Log(folder, SigningKey.generate("seals.example/log"), SigningKey.generate("customs.example/permits"))
    create_log(folder, made.key, clock)
    with LogWriter(folder, made.key, clock) as writer:
        writer.admit(made.issuer.verifier)
    return made


class Client:
    """A client of one service."""

    def __init__(self, log: Log, address: str) -> None:
        self._log, self._address = log, address
        self._pool = urllib3.PoolManager()

    def seal(self, *digests: str) -> urllib3.BaseHTTPResponse:
        return self._pool.request("POST", f"{self._address}/api/v1/seals", json=self._log.sealed(*digests).record())

    def get(self, path: str) -> urllib3.BaseHTTPResponse:
        return self._pool.request("GET", self._address + path)


@contextlib.contextmanager
def _served(log: Log, **limits: float) -> Iterator[Client]:
    """Serve a log from a thread of this process."""
    app = build_app(ServiceSettings(log.folder, log.key, 0.05, **limits))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", lifespan="on"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield Client(log, f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}")
    finally:
        server.should_exit = True
        thread.join()


def _digest(text: object) -> str:
    return hashlib.sha256(str(text).encode()).hexdigest()


def _check_sound(log: Log, acknowledged: dict[str, int], notes: set[str]) -> int:
    """Check a log at rest against all that was ever said of it; return how many checkpoints were."""
    with LogReader(log.folder) as reader:
        final = reader.tiles(reader.size()).root()
        _check_checkpoints(log, reader, notes)
        for digest, place in acknowledged.items():
            data = reader.entry(place)
            path = reader.tiles(reader.size()).inclusion(place)
            assert verify_inclusion(place, reader.size(), leaf_hash(data), path, final)
            entry = Entry.parse(data)
            assert (digest, True) == (entry.statement.digest, entry.signed_by_issuer(log.key.name))
        _check_files(log, reader)
    with contextlib.closing(sqlite3.connect(log.folder / "log.sqlite")) as connection:
        assert ("ok",) == connection.execute("PRAGMA integrity_check").fetchone()
        seals = connection.execute("SELECT digest, place FROM statements").fetchall()
    assert {(bytes.fromhex(digest), place) for digest, place in acknowledged.items()} <= set(seals)
    return len(notes)


def _check_checkpoints(log: Log, reader: LogReader, notes: set[str]) -> None:
    """Check that each checkpoint continues the one before it, by proofs alone, up to what the log is now."""
    seen = sorted({(found.size, found.root) for found in map(log.opened, notes)})
    last = reader.size()
    for (old, old_root), (size, root) in zip(seen, [*seen[1:], (last, reader.tiles(last).root())], strict=True):
        assert verify_consistency(old, size, old_root, root, reader.tiles(size).consistency(old)), (old, size)


def _check_files(log: Log, reader: LogReader) -> None:
    """Check that the published files are those of the published checkpoint: every tile, every entry."""
    public = log.folder / PUBLIC
    size = log.opened((public / "checkpoint").read_text()).size
    for tile in tiles_of(0, size):
        assert reader.read_tile(tile) == _file(public, tile.path)[: tile.width * 32]
        if tile.level == 0:
            start = tile.number * WIDTH
            bundle = unbundle(_file(public, bundle_path(tile.number, tile.width)))
            assert list(reader.entries(start, start + tile.width)) == bundle[: tile.width]


def _file(public: Path, path: str) -> bytes:
    """Return a published file; a full tile takes the place of its partial ones, as tlog-tiles allows."""
    file = public / path
    return (file if file.exists() else public / path.partition(".p/")[0]).read_bytes()


def test_killed_writers_lose_no_acknowledged_seal(log: Log, tmp_path: Path) -> None:
    for name, key in (("log.key", log.key), ("issuer.key", log.issuer)):
        (tmp_path / name).write_text(write_key(key, None))
    program = [sys.executable, str(Path(__file__).with_name("kill_writers.py"))]
    started = time.monotonic()
    ran = subprocess.run(
        [*program, log.folder, tmp_path / "log.key", tmp_path / "issuer.key", str(_KILLED_WRITERS)],
        stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    rounds = [json.loads(line) for line in ran.stdout.splitlines()]
    acknowledged: dict[str, int] = {}
    for one in (one for record in rounds for one in record["acknowledged"]):
        for digest, place in zip(one["digests"], one["places"], strict=True):
            assert place == acknowledged.setdefault(digest, place)  # a seal sent again keeps its place
            assert place < log.opened(one["checkpoint"]).size
    notes = {one["checkpoint"] for record in rounds for one in record["acknowledged"]}
    notes |= {record["published"] for record in rounds if record["published"]}
    with LogWriter(log.folder, log.key) as writer, LogReader(log.folder) as reader:
        Publisher(log.folder, reader).publish(writer.checkpoint())
    policy = TrustPolicy().with_log(log.key.verifier)
    with LogReader(log.folder) as reader:
        for record in (record for record in rounds if record["acknowledged"]):
            last = record["acknowledged"][-1]
            receipt = reader.receipt(last["places"][-1], last["checkpoint"])
            assert verify_receipt(receipt, bytes.fromhex(last["digests"][-1]), policy).good
    count = _check_sound(log, acknowledged, notes)
    during = sum(record["in_publication"] for record in rounds)
    print(
        f"\n{len(rounds)} writers killed, {during} of them while publishing: {len(acknowledged)} acknowledged seals, 0 lost;"
        f" {count} checkpoints, 0 inconsistent; {time.monotonic() - started:.0f} s"
    )

    assert _KILLED_WRITERS == len(rounds)
    assert during > _KILLED_WRITERS / 20
    assert len(acknowledged) > 10 * _KILLED_WRITERS


@dataclass
class Heard:
    """What clients of a server were told."""

    acknowledged: dict[str, int] = field(default_factory=dict)
    receipts: dict[str, str] = field(default_factory=dict)
    refused: list[tuple[int, bytes]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Server:
    """`passavant log serve`, on a port that stays the same."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._env = {**os.environ, "PASSAVANT_HOME": str(home), "PASSAVANT_LANGUAGE": "en"}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = str(Path(sys.executable).with_name("passavant"))
        command = [program, "log", "serve", "--port", str(self.port), "--publish-every", "0.05", "--read-rate", "0"]
        self._process = subprocess.Popen(command, env=self._env, stderr=subprocess.PIPE)
        end = time.monotonic() + 30
        while time.monotonic() < end and self._process.poll() is None:
            with contextlib.suppress(OSError), contextlib.closing(self.connection()) as connection:
                connection.request("GET", "/api/v1/log")
                assert 200 == connection.getresponse().status
                return
            time.sleep(0.02)
        self.kill()
        pytest.fail("the server does not start")

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        _, said = self._process.communicate()
        assert -signal.SIGKILL == self._process.returncode, said.decode()

    def connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)


def _client(number: int, log: Log, server: Server, heard: Heard, stopping: threading.Event) -> None:
    """Post one seal after another until told to stop; a request without an answer is sent again under its own name."""
    for count in range(1_000_000):
        digest = _digest(f"client {number} document {count}")
        body = json.dumps(log.sealed(digest).record())
        while not stopping.is_set():
            with (
                contextlib.suppress(OSError, http.client.HTTPException),
                contextlib.closing(server.connection()) as one,
            ):
                one.request("POST", "/api/v1/seals", body, {"Idempotency-Key": digest})
                answer = one.getresponse()
                data, status = answer.read(), answer.status
                with heard.lock:
                    if status in (200, 201):
                        (seal,) = json.loads(data)["seals"]
                        heard.acknowledged[digest] = seal["index"]
                        heard.receipts[digest] = seal["receipt"]
                    else:
                        heard.refused.append((status, data))
                break
            time.sleep(0.01)
        if stopping.is_set():
            return


def test_a_killed_server_loses_no_acknowledged_seal(tmp_path: Path) -> None:
    log = _made(tmp_path / "home" / "log")
    server, heard, stopping = Server(_home(tmp_path, log)), Heard(), threading.Event()
    clients = [
        threading.Thread(target=_client, args=(number, log, server, heard, stopping)) for number in range(_CLIENTS)
    ]
    chance, before = random.Random(5), list[int]()
    server.start()
    for client in clients:
        client.start()
    try:
        for _ in range(_KILLED_SERVERS):
            time.sleep(chance.uniform(0.05, 1.0))
            server.kill()
            before.append(len(heard.acknowledged))
            server.start()
        time.sleep(0.5)
    finally:
        stopping.set()
        for client in clients:
            client.join()
        with contextlib.closing(server.connection()) as one:
            one.request("GET", f"/api/v1/seals/sha-256/{next(iter(heard.acknowledged), '0' * 64)}")
            looked_up = json.load(one.getresponse())
        server.kill()
    with LogWriter(log.folder, log.key) as writer, LogReader(log.folder) as reader:
        Publisher(log.folder, reader).publish(writer.checkpoint())
    policy = TrustPolicy().with_log(log.key.verifier)
    receipts = {digest: Receipt.parse(text) for digest, text in heard.receipts.items()}
    for digest, receipt in receipts.items():
        assert heard.acknowledged[digest] == verify_receipt(receipt, bytes.fromhex(digest), policy).index
    count = _check_sound(log, heard.acknowledged, {one.proof.checkpoint for one in receipts.values()})
    print(
        f"\n{_KILLED_SERVERS} servers killed under {_CLIENTS} clients: {len(receipts)} acknowledged seals, 0 lost; {count} checkpoints"
    )

    assert [] == heard.refused
    assert "valid" == looked_up["seals"][0]["status"]
    assert len(set(before)) > _KILLED_SERVERS / 2  # they were killed while they worked


def _home(tmp_path: Path, log: Log) -> Path:
    """Return a home whose log is this one, with the log's key in it."""
    from passavant.sealing.keys import LOG, key_path

    home = tmp_path / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PASSAVANT_HOME", str(home))
        file = key_path(LOG, log.key.name)
    file.parent.mkdir(parents=True)
    file.write_text(write_key(log.key, None))
    file.chmod(0o600)
    return home


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 6 MiB of its own."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("a small file system must be mounted: run as root, with mount (Debian: mount)")
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", place], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"a tmpfs must be mounted, and this machine refuses: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", place], check=True)


def _fill(disk: Path) -> Path:
    """Take all the space that is left."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        for size in (65_536, 4096, 512):
            with contextlib.suppress(OSError):
                while file.write(bytes(size)) == size:
                    pass
    return ballast


def test_a_full_disk_refuses_keeps_what_was_sealed_and_recovers(small_disk: Path) -> None:
    log = _made(small_disk / "log")
    acknowledged: dict[str, int] = {}
    with LogWriter(log.folder, log.key) as writer, LogReader(log.folder) as reader:
        publisher = Publisher(log.folder, reader)
        notes = [writer.checkpoint()]

        def seal(*digests: str) -> None:
            acknowledged.update(zip(digests, writer.append(log.sealed(*digests)).places, strict=True))
            notes.append(writer.checkpoint())

        seal(*map(_digest, range(100)))
        publisher.publish(published := notes[-1])
        seal(*map(_digest, range(100, 200)))  # durable, not published yet
        ballast, refused = _fill(small_disk), 0
        for number in range(200):
            try:
                seal(*(_digest(f"{number} {one}") for one in range(40)))
            except StorageFailed:
                refused += 1
        with pytest.raises(StorageFailed):
            publisher.publish(notes[-1])

        assert 190 < refused  # the log's own files may have had a little room left
        assert published == publisher.note()
        assert notes[-1] == writer.checkpoint()
        assert acknowledged[_digest(7)] == reader.look_up("sha-256", _digest(7))[0].index
        ballast.unlink()
        seal(*(_digest(f"after {one}") for one in range(500)))
        publisher.publish(notes[-1])
    _check_sound(log, acknowledged, set(notes))


def test_a_service_on_a_full_disk_answers_507_and_goes_on_when_there_is_space(small_disk: Path) -> None:
    log = _made(small_disk / "log")
    acknowledged: dict[str, int] = {}
    notes: set[str] = set()
    with _served(log, reads_per_second=0) as client:

        def seal(*digests: str) -> int:
            answer = client.seal(*digests)
            if answer.status == 201:
                acknowledged.update((one["digest"], one["index"]) for one in answer.json()["seals"])
                notes.add(answer.json()["checkpoint"])
            else:
                assert "sealing.log.storage" == answer.json()["code"]
            return answer.status

        assert 201 == seal(_digest("before"))
        ballast = _fill(small_disk)
        statuses = [seal(*(_digest(f"{number} {one}") for one in range(40))) for number in range(100)]
        assert {201, 507} >= set(statuses)
        assert [507] * 50 == statuses[-50:]
        assert "valid" == client.get(f"/api/v1/seals/sha-256/{_digest('before')}").json()["seals"][0]["status"]
        assert 200 == client.get(f"/api/v1/proofs/{acknowledged[_digest('before')]}").status
        ballast.unlink()
        assert 201 == seal(*(_digest(f"after {one}") for one in range(100)))
        notes.add(_published_soon(client, log, max(acknowledged.values())))
    _check_sound(log, acknowledged, notes)


def _published_soon(client: Client, log: Log, place: int) -> str:
    """Return the published checkpoint once it covers a place."""
    for _ in range(200):
        answer = client.get("/checkpoint")
        if answer.status == 200 and log.opened(answer.data.decode()).size > place:
            return answer.data.decode()
        time.sleep(0.05)
    pytest.fail("nothing is published any more")


def test_a_clock_set_back_under_a_service_takes_nothing_back(tmp_path: Path) -> None:
    """The log was written by a clock three hours ahead; the service runs by the true one."""
    ahead = dt.datetime.now(dt.UTC) + dt.timedelta(hours=3)
    log = _made(tmp_path / "log", lambda: ahead)
    digests = [_digest(one) for one in range(20)]
    with _served(log) as client:
        answers = [client.seal(digest).json() for digest in digests]
        document = client.get(f"/api/v1/seals/sha-256/{digests[0]}").json()
        _published_soon(client, log, answers[-1]["seals"][0]["index"])
    acknowledged = {one["seals"][0]["digest"]: one["seals"][0]["index"] for one in answers}
    _check_sound(log, acknowledged, {one["checkpoint"] for one in answers})
    with LogReader(log.folder) as reader:
        times = [Entry.parse(data).logged_at for data in reader.entries(0, reader.size())]

    assert [f"{ahead:%Y-%m-%dT%H:%M:%SZ}"] * 22 == times
    assert "valid" == document["seals"][0]["status"]


def test_a_second_writer_is_refused_while_a_server_runs_and_let_in_when_it_was_killed(tmp_path: Path) -> None:
    log = _made(tmp_path / "home" / "log")
    server, second = Server(_home(tmp_path, log)), Server(tmp_path / "home")
    server.start()
    try:
        with pytest.raises(BadInput) as caught:
            LogWriter(log.folder, log.key)
        command = [str(Path(sys.executable).with_name("passavant")), "log", "serve", "--port", str(second.port)]
        ran = subprocess.run(command, env=server._env, capture_output=True, text=True, check=False, timeout=30)
    finally:
        server.kill()

    assert "sealing.log.locked" == caught.value.code
    assert 0 != ran.returncode
    assert "writes here already" in ran.stderr
    with LogWriter(log.folder, log.key) as writer:
        assert 1 == writer.append(log.sealed(_digest("after"))).added


@pytest.mark.parametrize("goes_on", [False, True], ids=["as it was", "and goes on differently"])
def test_a_restored_backup_is_refused_by_the_files_that_were_published(tmp_path: Path, goes_on: bool) -> None:
    log = _made(tmp_path / "log")
    shutil.copytree(log.folder, tmp_path / "backup")
    with _served(log) as client:
        answer = client.seal(_digest("lost")).json()
        _published_soon(client, log, answer["seals"][0]["index"])
    shutil.copytree(log.folder / PUBLIC, tmp_path / "backup" / PUBLIC)
    if goes_on:
        with LogWriter(tmp_path / "backup", log.key) as writer:
            writer.append(log.sealed(*map(_digest, range(300))))
    with pytest.raises(BadInput) as caught:
        Service(ServiceSettings(tmp_path / "backup", log.key))

    assert "sealing.log.rewound" == caught.value.code
