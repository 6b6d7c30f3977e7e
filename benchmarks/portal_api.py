"""Declarations over the API: goals 200 single ones a second with p95 150 ms, and batches at 5,000 parcels a second, all durable.

`passavant serve` as it is, with its web workers, its decision process and its worker, on the database that DATABASE_URL names
(empty; SQLite otherwise), in a home of its own; the clients are lean connections of another process. A single declaration is one
request, answered when it is in the journal. A batch is one request of 10,000; the clock runs from its first byte until the
job is finished. The limit beside them, in the same run: /api/v1/about, which decides and writes nothing, at the same pace.

    python benchmarks/portal_api.py [--seconds 20] [--batches 3] [--json]
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from _clients import load

_CLIENTS, _PACE = 64, 200
_BATCH = 10_000
_GOALS = {"p95_ms": 150, "parcels_per_s": 5_000}
_MAKE_KEY = """
from passavant.portal import prepare
prepare()
from passavant.portal.server import update_database
update_database()
from passavant.portal.operators.services import add_operator, make_key, set_quota
from passavant.portal.people.models import Organisation
from passavant.portal.declarations.models import Compaction
if Compaction.objects.exists():  # its states lie in a home that is gone
    raise SystemExit("DATABASE_URL must name a database that no other run filled: dropdb, createdb")
one = Organisation.objects.filter(name="Bench").first() or add_operator("Bench", "LP", by="bench")
set_quota(one, 10_000_000, 10_000_000, by="bench")
print(make_key(one, "bench", ["declarations:write", "declarations:read"], by="bench")[1])
"""


def _declaration(number: int, run: str) -> dict[str, Any]:
    lodged = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    return {
        "declaration_id": f"{run}-{number}", "lodged_at": f"{lodged:%Y-%m-%dT%H:%M:%SZ}", "channel": "express",
        "house_waybill": f"H{run}{number}", "departure_country": "CN", "importer_name": f"Ada {number}",
        "importer_address": f"{number} rue X, 75001 Paris", "importer_country": "FR", "exporter_name": f"Shop {number % 500}",
        "exporter_address": "2 road Y, Shenzhen", "exporter_country": "CN", "order_id": f"O{number}", "nature": "sale",
        "currency": "EUR",
        "items": [{
            "item_no": 1, "description": "blue cotton t-shirt", "hs_code": "610910" if number % 50 else None, "origin": "CN",
            "quantity": 1, "gross_mass_kg": "0.300", "net_mass_kg": "0.250", "intrinsic_value": f"{number % 200 + 1}.00",
        }],
    }  # fmt: skip


def _request(method: str, path: str, key: str, body: bytes = b"") -> bytes:
    head = [
        f"{method} {path} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {key}", "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    ]  # fmt: skip
    return "\r\n".join([*head, "", ""]).encode() + body


@contextmanager
def _served(env: dict[str, str]) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("passavant")), "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL)
    try:
        _until_ready(port, Path(env["PASSAVANT_HOME"]) / "run/decisions.sock")
        yield port
    finally:
        process.terminate()
        process.wait()


def _until_ready(port: int, listening: Path) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health").close()
            if listening.exists():
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise SystemExit("the portal does not answer")


def _batches(port: int, key: str, count: int, run: str) -> dict[str, Any]:
    seconds = []
    for batch in range(count):
        body = json.dumps([_declaration(number, f"{run}{batch}") for number in range(_BATCH)]).encode()
        started = time.perf_counter()
        place = _call(port, "POST", "/api/v1/declarations", key, body)[1]["Location"]
        while (told := _call(port, "GET", f"{place}?after=10000", key)[0])["state"] == "waiting":
            time.sleep(0.05)
        seconds.append(time.perf_counter() - started)
        if (told["state"], told["decided"]) != ("finished", _BATCH):
            raise SystemExit(f"not all were decided: {told}")
    return {
        "parcels_per_s": round(_BATCH / sorted(seconds)[len(seconds) // 2]),
        "seconds": [round(one, 2) for one in seconds],
    }


def _call(port: int, method: str, path: str, key: str, body: bytes | None = None) -> tuple[dict[str, Any], Any]:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body, headers, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer), answer.headers


def measure(seconds: int, batches: int) -> dict[str, Any]:
    """Return the figures."""
    run = f"{time.time_ns():x}"
    with tempfile.TemporaryDirectory() as home:
        env = os.environ | {"PASSAVANT_HOME": home, "PASSAVANT_PLAIN_HTTP": "1"}
        made = subprocess.run([sys.executable, "-c", _MAKE_KEY], env=env, check=True, capture_output=True, text=True)
        key = made.stdout.strip()
        with _served(env) as port:
            count = _PACE * seconds
            bodies = [json.dumps(_declaration(number, run)).encode() for number in range(count)]
            singles = [_request("POST", "/api/v1/declarations", key, body) for body in bodies]
            warm = [
                _request("POST", "/api/v1/declarations", key, json.dumps(_declaration(n, f"w{run}")).encode())
                for n in range(200)
            ]
            asyncio.run(load(port, warm, 0, _CLIENTS))
            nothing = [_request("GET", "/api/v1/about", key)] * count
            found = {
                "bare (limit)": asyncio.run(load(port, nothing, _PACE, _CLIENTS)),
                "singles, paced": asyncio.run(load(port, singles, _PACE, _CLIENTS)),
                "batches": _batches(port, key, batches, run),
            }
    return {"database": os.environ.get("DATABASE_URL", "sqlite").partition(":")[0], "goals": _GOALS, **found}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--batches", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = measure(asked.seconds, asked.batches)
    if asked.json:
        print(json.dumps(found))
        return
    print(f"{os.cpu_count()} cores, {found['database']}")
    print(f"{'':24}{'per s':>9}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}  statuses")
    for name in ("bare (limit)", "singles, paced"):
        one = found[name]
        print(
            f"{name:24}{one['per_s']:>9.0f}{one['p50_ms']:>9.1f}{one['p95_ms']:>9.1f}{one['p99_ms']:>9.1f}  {one['statuses']}"
        )
    print(f"{'batches of 10,000':24}{found['batches']['parcels_per_s']:>9} parcels/s  {found['batches']['seconds']} s")
    print(f"goals: {_PACE} singles a second with p95 {_GOALS['p95_ms']} ms; {_GOALS['parcels_per_s']} parcels a second")


if __name__ == "__main__":
    main()
