"""Clients of a web server: lean connections, each with one request under way at a time, as fast as they can or at a pace."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any


class Connection(asyncio.Protocol):
    """One client: the next request goes out when the answer to the last one is there."""

    def __init__(self, requests: Iterator[tuple[float, bytes]], done: asyncio.Future[None]) -> None:
        self.requests, self.done = requests, done
        self.waits: list[float] = []
        self.answers: dict[int, int] = {}
        self._got = b""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._next()

    def _next(self) -> None:
        due, request = next(self.requests, (0.0, b""))
        if not request:
            self.done.set_result(None)
            self._transport.close()
            return
        now = time.perf_counter()
        self._asked = due or now  # a request that waits for a free client waits too
        if due > now:
            asyncio.get_running_loop().call_later(due - now, self._transport.write, request)
        else:
            self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._got += data
        head, blank, body = self._got.partition(b"\r\n\r\n")
        if not blank:
            return
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        if len(body) >= length:
            self.waits.append(time.perf_counter() - self._asked)
            status = int(head[9:12])
            self.answers[status] = self.answers.get(status, 0) + 1
            self._got = b""
            self._next()


async def load(port: int, requests: list[bytes], pace: int, clients: int) -> dict[str, Any]:
    """Send requests: each as soon as a client is free, or so many a second."""
    loop, started = asyncio.get_running_loop(), time.perf_counter()
    shared = ((started + number / pace if pace else 0.0, request) for number, request in enumerate(requests))
    connections = [Connection(shared, loop.create_future()) for _ in range(clients)]
    for client in connections:
        await loop.create_connection(lambda client=client: client, "127.0.0.1", port)  # type: ignore[misc]
    await asyncio.gather(*(client.done for client in connections))
    seconds = time.perf_counter() - started
    waits = sorted(wait for client in connections for wait in client.waits)
    answers = {status for client in connections for status in client.answers}
    return {
        "per_s": len(waits) / seconds, "p50_ms": waits[len(waits) // 2] * 1e3, "p95_ms": waits[len(waits) * 95 // 100] * 1e3,
        "p99_ms": waits[len(waits) * 99 // 100] * 1e3,
        "statuses": sorted(answers),
    }  # fmt: skip
