"""The one client by which the portal calls addresses that somebody else named: guarded against being used to reach inside.

A name is resolved once; every address it gives must be public; the connection goes to the address that was checked, with the
name in the TLS handshake and in the certificate, so that a name that changes its address meanwhile gains nothing. No redirect
is followed, no proxy is taken from the environment, time and bytes are bounded.
"""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import SplitResult, urlsplit

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from passavant.errors import BadInput, Both, Place
from passavant.portal.internet import is_literal, is_loopback, is_public

__all__ = ["Answer", "Guard", "Unreachable", "guard_of_settings", "system_resolver"]

Resolve = Callable[[str, int], list[str]]

_NAME = re.compile(r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9_-]{0,62})(\.[A-Za-z0-9_-]{1,63})*")
_MOST_TRIED = 3


class Unreachable(Exception):
    """No answer: the name is unknown, nobody listens, the certificate is wrong, it took too long."""


class _NobodyThere(Unreachable):
    """No connection was made."""


@dataclass(frozen=True)
class Answer:
    """What was answered: status, header fields in lower case, the body's beginning."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def system_resolver(host: str, port: int) -> list[str]:
    """Return the addresses that the machine's resolver gives for a name."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"the name {host} is not known") from error
    return list(dict.fromkeys(str(one[4][0]) for one in found))


@dataclass(frozen=True)
class Guard:
    """What may be called, and how long and how much is waited for.

    Attributes:
        ports: Ports that may be called.
        loopback: Whether this machine itself may be called too, on any port and without TLS (trials and tests).
        connect_seconds: Until connected.
        total_seconds: From the first byte to the last of a call.
        most_bytes: Of the answer's body that are read.
        resolve: What gives a name's addresses.
        tls: Which certificates are trusted; the machine's when absent.
    """

    ports: frozenset[int] = frozenset({443, 8443})
    loopback: bool = False
    connect_seconds: float = 5.0
    total_seconds: float = 15.0
    most_bytes: int = 64 * 1024
    resolve: Resolve = field(default=system_resolver, repr=False)
    tls: ssl.SSLContext | None = field(default=None, repr=False)

    def check(self, url: str) -> SplitResult:
        """Return the parts of an address that may be called, as far as can be told before its name is resolved.

        Raises:
            BadInput: it may not.
        """
        try:
            parts = urlsplit(url)
            port = _port(parts)
        except ValueError as error:
            raise _refusal(("an address that cannot be read", "une adresse illisible"), url) from error
        host = parts.hostname or ""
        if len(url) > 2000 or not url.isascii() or not url.isprintable() or " " in url:
            raise _refusal(("an address that is too long or not ASCII", "une adresse trop longue ou hors ASCII"), url)
        if parts.scheme != "https" and not (self.loopback and parts.scheme == "http"):
            raise _refusal((f"the scheme {parts.scheme or '—'}", f"le schéma {parts.scheme or '—'}"), url)
        if "@" in parts.netloc or parts.fragment:
            raise _refusal(
                ("a user name, a password or a fragment", "un nom d'usager, un mot de passe ou un fragment"), url
            )
        if not (_NAME.fullmatch(host.rstrip(".")) or is_literal(host)):
            raise _refusal((f"the host name {host or '—'}", f"le nom d'hôte {host or '—'}"), url)
        if is_literal(host) and not self._may_call(host):
            raise _inside(url)
        if port not in self.ports and not self.loopback:
            raise _refusal((f"the port {port}", f"le port {port}"), url)
        return parts

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Post, and return what was answered, whatever its status.

        Raises:
            BadInput: the address may not be called, or its name leads inside.
            Unreachable: no answer.
        """
        deadline = time.monotonic() + self.total_seconds
        parts = self.check(url)
        port = _port(parts)
        addresses = self.resolve(parts.hostname or "", port)
        if not addresses or not all(self._may_call(one) for one in addresses):
            raise _inside(url)
        local = all(is_loopback(one) for one in addresses)
        if not local and (parts.scheme != "https" or port not in self.ports):
            raise _refusal(("an address of other machines without TLS, or of a port that is not allowed", "une adresse d'autres machines sans TLS, ou d'un port non autorisé"), url)  # fmt: skip
        tried = addresses[:_MOST_TRIED]
        for address in tried[:-1]:
            try:
                return self._call(address, port, parts, body, headers, deadline)
            except _NobodyThere:  # nothing was sent: the next address may do
                continue
        return self._call(tried[-1], port, parts, body, headers, deadline)

    def _may_call(self, address: str) -> bool:
        return is_public(address) or (self.loopback and is_loopback(address))

    def _call(
        self, address: str, port: int, parts: SplitResult, body: bytes, headers: Mapping[str, str], deadline: float
    ) -> Answer:
        left = deadline - time.monotonic()
        if left <= 0:
            raise Unreachable("it took too long")
        connection = self._connection(address, port, parts, min(left, self.connect_seconds))
        alarm = threading.Timer(left, _shut, [connection])  # a server that sends a byte now and then ends here too
        alarm.daemon = True
        alarm.start()
        try:
            connection.connect()
            connection.timeout = max(0.01, deadline - time.monotonic())  # for each read from now on
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request(
                "POST", path, body=body, headers={**headers, "Host": parts.netloc}, preload_content=False
            )
            response = connection.getresponse()
            begun = response.read(self.most_bytes, decode_content=False)
            if time.monotonic() >= deadline:  # what was cut off may look whole
                raise Unreachable("it took too long")
            return Answer(response.status, {name.lower(): value for name, value in response.headers.items()}, begun)
        except (ConnectTimeoutError, NewConnectionError) as error:
            raise _NobodyThere("nobody answers at this address") from error
        except ssl.SSLCertVerificationError as error:
            raise Unreachable(f"the certificate: {error.verify_message}") from error
        except (HTTPError, OSError, http.client.HTTPException, ValueError) as error:
            late = time.monotonic() >= deadline
            raise Unreachable("it took too long" if late else type(error).__name__) from error
        finally:
            alarm.cancel()
            connection.close()

    def _connection(self, address: str, port: int, parts: SplitResult, seconds: float) -> HTTPConnection:
        if parts.scheme == "http":
            return HTTPConnection(address, port, timeout=seconds)
        name = (parts.hostname or "").rstrip(".")
        return HTTPSConnection(address, port, timeout=seconds, server_hostname=name, ssl_context=self.tls or _trusted())


def guard_of_settings() -> Guard:
    """Return the guard that the settings ask for."""
    from django.conf import settings

    ports = frozenset(int(one) for one in settings.PASSAVANT_OUTBOUND_PORTS.split(",") if one.strip())
    return Guard(ports=ports, loopback=settings.PASSAVANT_WEBHOOK_LOOPBACK)


@cache
def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context()


def _port(parts: SplitResult) -> int:
    return (443 if parts.scheme == "https" else 80) if parts.port is None else parts.port


def _shut(connection: HTTPConnection) -> None:
    """End a connection from another thread: whoever reads from it gets an error."""
    if connection.sock is not None:
        try:
            socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)
        except OSError:
            return  # it has ended by itself


def _inside(url: str) -> BadInput:
    return _refusal(
        ("an address that is not of the public internet", "une adresse qui n'est pas de l'internet public"), url
    )


def _refusal(got: Both, url: str) -> BadInput:
    return BadInput(
        "portal.outbound.refused",
        got=got,
        expected=(
            "an address https://… of the public internet, on an allowed port, without user name or fragment",
            "une adresse https://… de l'internet public, sur un port autorisé, sans nom d'usager ni fragment",
        ),
        next_step=("Give another address, or ask customs to allow the port.", "Indiquez une autre adresse, ou demandez à la douane d'autoriser le port."),
        place=Place(field="url", value=url[:100]),
    )  # fmt: skip
