"""Limits of the service: how often a client may ask, and how much it may send."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.requests import Request

from passavant.errors import BadInput

__all__ = ["Busy", "InFlight", "RateLimit", "TooLarge", "TooMany", "TooSlow", "address_of", "body_of"]

#: Most bytes of a request.
MOST_BYTES = 16 * 1024 * 1024
_CLIENTS = 100_000
#: Seconds for a request to arrive.
_PATIENCE_S = 30


class TooMany(BadInput):
    """A client asked more often than it may.

    Attributes:
        wait: Seconds after which it may ask again.
    """

    wait = 1.0


class TooLarge(BadInput):
    """A request is larger than the service takes."""


class Busy(BadInput):
    """The service holds as many requests as it can."""


class TooSlow(BadInput):
    """A request that takes too long to arrive."""


class InFlight:
    """Bytes of the requests that are being read and logged; beyond so many, a request is refused before it is read on.

    Args:
        most: Bytes in all; one address may hold a quarter of them.
    """

    def __init__(self, most: int = 16 * MOST_BYTES) -> None:
        self._left = most
        self._share = most // 4
        self._held: dict[str, int] = {}

    def add(self, client: str, size: int) -> None:
        """Count bytes that have come in from a client.

        Raises:
            Busy: there are too many.
        """
        held = self._held.get(client, 0)
        if size > self._left or held + size > self._share:
            raise _busy()
        self._left -= size
        self._held[client] = held + size

    def done(self, client: str, size: int) -> None:
        """Count them out again."""
        self._left += size
        left = self._held.pop(client, 0) - size
        if left > 0:
            self._held[client] = left


class RateLimit:
    """A bucket of tokens for each client: so many a second, with bursts of ten seconds' worth.

    Args:
        per_second: Tokens a second for one client; 0: no limit.
        clock: Seconds, never going backwards.
    """

    def __init__(self, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = per_second
        self._most = max(10 * per_second, 1.0)
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str, tokens: int = 1) -> None:
        """Take tokens of a client's bucket. A request larger than the bucket passes when the bucket is full but for one.

        Raises:
            TooMany: there are not enough.
        """
        if not self._rate:
            return
        moment = self._clock()
        left, since = self._buckets.pop(client, (self._most, moment))
        left = min(self._most, left + (moment - since) * self._rate)
        wanted = min(tokens, max(self._most - 1, 1))  # one token may be in hand already
        enough = left >= wanted
        self._buckets[client] = (left - tokens if enough else left, moment)
        if len(self._buckets) > _CLIENTS:
            self._buckets.popitem(last=False)
        if not enough:
            raise _too_many((wanted - left) / self._rate)

    def give(self, client: str, tokens: int = 1) -> None:
        """Give tokens back: what they were taken for did no harm."""
        if client in self._buckets:
            left, since = self._buckets[client]
            self._buckets[client] = (min(self._most, left + tokens), since)


def address_of(request: Request) -> str:
    """Return the address that a request came from."""
    return request.client.host if request.client else ""


async def body_of(request: Request, held: Callable[[int], None]) -> bytes:
    """Return a request's body.

    Args:
        request: The request.
        held: Told of the bytes as they come.

    Raises:
        TooLarge: it is longer than the service takes; the rest is not read.
        TooSlow: it does not come within half a minute.
        Busy: the service holds too much already.
    """
    try:
        async with asyncio.timeout(_PATIENCE_S):
            return await _body(request, held)
    except TimeoutError as error:
        raise _too_slow() from error


async def _body(request: Request, held: Callable[[int], None]) -> bytes:
    parts, length = [], 0
    async for part in request.stream():
        length += len(part)
        if length > MOST_BYTES:
            raise TooLarge(
                "sealing.service.large",
                got=(f"a request of more than {MOST_BYTES} bytes", f"une requête de plus de {MOST_BYTES} octets"),
                expected=("at most 10,000 statements", "10 000 déclarations au plus"),
                next_step=("Send them in several requests.", "Envoyez-les en plusieurs requêtes."),
            )
        held(len(part))
        parts.append(part)
    return b"".join(parts)


def _too_slow() -> TooSlow:
    return TooSlow(
        "sealing.service.slow",
        got=("a request that does not come to its end", "une requête qui n'arrive pas à son terme"),
        expected=(f"the whole of it within {_PATIENCE_S} seconds", f"la totalité en {_PATIENCE_S} secondes"),
        next_step=("Send fewer statements at a time.", "Envoyez moins de déclarations à la fois."),
    )


def _busy() -> Busy:
    return Busy(
        "sealing.service.busy",
        got=("more requests than this service can hold", "plus de requêtes que ce service n'en peut tenir"),
        expected=("a quieter moment", "un moment plus calme"),
        next_step=("Send the same request again in a second.", "Renvoyez la même requête dans une seconde."),
    )


def _too_many(wait: float) -> TooMany:
    error = TooMany(
        "sealing.service.rate",
        got=("more requests than one client may make", "plus de requêtes qu'un client n'en peut faire"),
        expected=("a slower pace", "un rythme plus lent"),
        next_step=(f"Wait {wait:.1f} s; send batches instead of single seals.", f"Attendez {wait:.1f} s ; envoyez des lots au lieu de scellés isolés."),
    )  # fmt: skip
    error.wait = wait
    return error
