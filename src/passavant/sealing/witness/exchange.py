"""One witness asked over HTTP: what is sent, what comes back, and how long one waits at most."""

from __future__ import annotations

import hashlib
import re
import time
from dataclasses import dataclass

import urllib3

from passavant.errors import Both
from passavant.sealing.web_faults import web_fault

__all__ = ["Exchange", "NoAnswer", "Reply"]

_CONNECT_S, _READ_S = 3.0, 10.0
#: Most bytes of an answer: a checkpoint with a hundred signatures is far below.
_MOST_BYTES = 64 * 1024
_SIZE_TYPE = "text/x.tlog.size"
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n")


class NoAnswer(Exception):
    """A witness that cannot be reached or answers too much; the reason is in both languages."""

    def __init__(self, reason: Both) -> None:
        super().__init__(reason[0])
        self.reason = reason


@dataclass(frozen=True)
class Reply:
    """What a witness answered."""

    status: int
    body: bytes
    kind: str

    @property
    def seen(self) -> int | None:
        """The size in the body of a 409, or None where there is none in the form that C2SP asks for."""
        found = _SIZE.fullmatch(self.body) if self.kind == _SIZE_TYPE else None
        return int(found[1]) if found else None


class Exchange:
    """Questions to one witness.

    Args:
        url: Its submission prefix.
        end: Time of the monotonic clock at which nothing more is read.
    """

    def __init__(self, url: str, end: float) -> None:
        self._url = url.rstrip("/")
        self._end = end

    def submit(self, body: bytes) -> Reply:
        """Send a checkpoint.

        Raises:
            NoAnswer: nobody answers, or not in time.
        """
        return self._request("POST", "/add-checkpoint", body)

    def recorded(self, origin: str) -> str | None:
        """Return the checkpoint that the witness recorded of a log, where it shows it under the same address."""
        path = f"/{hashlib.sha256(origin.encode()).hexdigest()}/checkpoint"
        try:
            answer = self._request("GET", path, None)
            return answer.body.decode() if answer.status == 200 else None  # HTTP's word for yes
        except (NoAnswer, UnicodeDecodeError):
            return None

    def _request(self, method: str, path: str, body: bytes | None) -> Reply:
        left = max(0.1, self._end - time.monotonic())
        timeout = urllib3.Timeout(connect=min(_CONNECT_S, left), read=min(_READ_S, left))
        headers = {"Content-Type": "text/plain; charset=utf-8"} if body else {}
        try:
            with urllib3.PoolManager(timeout=timeout, retries=False) as http:
                answer = http.request(
                    method, self._url + path, body=body, headers=headers, redirect=False, preload_content=False
                )
                try:
                    data = self._read(answer)
                finally:
                    answer.close()
                return Reply(answer.status, data, answer.headers.get("Content-Type", ""))
        except (urllib3.exceptions.HTTPError, ValueError, OSError) as error:
            why = web_fault(error)
            raise NoAnswer((f"it does not answer: {why[0]}", f"il ne répond pas : {why[1]}")) from error

    def _read(self, answer: urllib3.BaseHTTPResponse) -> bytes:
        """Read what comes, but not for ever and not without bound."""
        data = b""
        while chunk := answer.read1(_MOST_BYTES):
            data += chunk
            if len(data) > _MOST_BYTES:
                raise NoAnswer(("its answer is too long", "sa réponse est trop longue"))
            if time.monotonic() > self._end:
                raise NoAnswer(("its answer takes too long", "sa réponse prend trop de temps"))
        return data
