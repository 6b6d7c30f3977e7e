"""The service over HTTP, 64 clients: goals 1,500 single durable seals a second with p99 250 ms, 2,000 look-ups with p99 20 ms.

A real uvicorn in a process of its own, on one core of two; the clients are 64 connections of a lean program in another process, each with one
request under way at a time, bodies signed before the clock runs. Each seal is one request, durable before it is answered, with its receipt.
The limit, in the same run and by the same clients: the bare server, an ASGI application that answers two bytes and reads nothing.
The limits of requests an address may make are off.

    python benchmarks/seal_http.py [--requests 10000] [--json]
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from _clients import load

_CLIENTS = 64
_ROUNDS = 3
_GOALS = {"seals": (1_500, 250), "look-ups": (2_000, 20), "look-ups, paced": (2_000, 20)}
#: Look-ups as fast as the clients can, and at a rate of so many a second, each wait counted from when it was due.
_PACES = {"look-ups": 0, "look-ups, paced": 2_200}


async def _bare(scope: dict[str, Any], _receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})


def _serve(what: str, port: int, folder: Path) -> None:
    import uvicorn

    from passavant.sealing.keys import read_key
    from passavant.sealing.service import ServiceSettings, build_app

    app: Any = _bare
    if what == "service":
        key = read_key((folder / "log.key").read_text(), None)
        app = build_app(ServiceSettings(folder / "log", key, statements_per_second=0, reads_per_second=0))
    uvicorn.run(app, port=port, log_level="warning", access_log=False, lifespan="on" if what == "service" else "off")


@contextmanager
def _server(what: str, folder: Path) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, __file__, "--serve", what, str(port), str(folder)])
    try:
        while process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.02)
        yield port
    finally:
        process.terminate()
        process.wait()


def _requests(what: str, count: int, folder: Path, number: int) -> list[bytes]:
    """Return requests: new seals of a round, look-ups of what the round before sealed, or anything at all."""
    if what == "bare":
        return [b"GET / HTTP/1.1\r\nHost: bench\r\n\r\n"] * count
    digests = [hashlib.sha256(b"%d %d" % (number, one)).hexdigest() for one in range(count)]
    if what.startswith("look-ups"):
        random.Random(number).shuffle(digests)
        return [f"GET /api/v1/seals/sha-256/{digest} HTTP/1.1\r\nHost: bench\r\n\r\n".encode() for digest in digests]
    from passavant.sealing import Statement
    from passavant.sealing.keys import read_key
    from passavant.sealing.statements import now
    from passavant.sealing.submissions import submit

    origin = read_key((folder / "log.key").read_text(), None).name
    issuer, stamp = read_key((folder / "issuer.key").read_text(), None), now()
    bodies = (
        json.dumps(submit(issuer, [Statement("seal", issuer.name, stamp, digest=digest)], origin).record())
        for digest in digests
    )
    return [
        f"POST /api/v1/seals HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
        for body in bodies
    ]


def _client(what: str, port: int, folder: Path, count: int, number: int) -> dict[str, Any]:
    """Run the clients in a process of their own."""
    command = [sys.executable, __file__, "--client", what, str(port), str(folder), str(count), str(number)]
    found: dict[str, Any] = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    expected = [201] if what == "seals" else [200]
    if found.pop("statuses") != expected:
        raise SystemExit(f"{what}: other answers than {expected}")
    return found


def _prepare(folder: Path) -> None:
    from passavant.sealing import SigningKey
    from passavant.sealing.keys import write_key
    from passavant.sealing.log import LogWriter, create_log

    key, issuer = SigningKey.generate("seals.example/log"), SigningKey.generate("customs.example/permits")
    create_log(folder / "log", key)
    with LogWriter(folder / "log", key) as log:
        log.admit(issuer.verifier)
    for name, one in (("log.key", key), ("issuer.key", issuer)):
        (folder / name).write_text(write_key(one, None))


def _measure(count: int) -> dict[str, dict[str, Any]]:
    rounds: dict[str, list[dict[str, Any]]] = {what: [] for what in ("bare", "seals", *_PACES)}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _prepare(folder)
        with _server("service", folder) as port, _server("bare", folder) as bare:
            _client("bare", bare, folder, 1_000, 0), _client("seals", port, folder, 1_000, 0)  # both warm
            for number in range(1, _ROUNDS + 1):
                rounds["bare"].append(_client("bare", bare, folder, count, number))
                rounds["seals"].append(_client("seals", port, folder, count, number))
                for what in _PACES:
                    rounds[what].append(_client(what, port, folder, count, number))
    return {
        what: {name: round(statistics.median(one[name] for one in of), 1) for name in of[0]}
        for what, of in rounds.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=10_000, help="requests a round")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--serve", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--client", nargs=5, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        _serve(asked.serve[0], int(asked.serve[1]), Path(asked.serve[2]))
        return
    if asked.client:
        what, port, folder, count, number = asked.client
        requests = _requests(what, int(count), Path(folder), int(number))
        print(json.dumps(asyncio.run(load(int(port), requests, _PACES.get(what, 0), _CLIENTS))))
        return
    found = _measure(asked.requests)
    if asked.json:
        goals = {what: {"per_s": rate, "p99_ms": wait} for what, (rate, wait) in _GOALS.items()}
        print(json.dumps({"requests": asked.requests, "rounds": _ROUNDS, "goals": goals, **found}, indent=2))
        return
    print(
        f"{os.cpu_count()} cores, Python {sys.version.split()[0]}; {_CLIENTS} clients, median of {_ROUNDS} rounds of {asked.requests:,}"
    )
    print(f"{'':36}{'per s':>10}{'p50 ms':>9}{'p99 ms':>9}")
    for what, one in found.items():
        name = (
            "limit: two bytes, nothing read"
            if what == "bare"
            else f"single durable {what}"
            if what == "seals"
            else what
        )
        goal = f"   goal {_GOALS[what][0]:,} /s, p99 {_GOALS[what][1]} ms" if what in _GOALS else ""
        print(f"{name:36}{one['per_s']:>10,.0f}{one['p50_ms']:>9}{one['p99_ms']:>9}{goal}")
    print(
        f"of the limit: seals {found['seals']['per_s'] / found['bare']['per_s']:.2f}, look-ups {found['look-ups']['per_s'] / found['bare']['per_s']:.2f}"
    )


if __name__ == "__main__":
    main()
