"""The decision process: one at a time decides, and what comes while it does is decided together next.

Web workers ask over a Unix socket in the portal's home (mode 0600): a length of four bytes, then JSON, in both directions.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import json
import logging
import os
import queue
import socketserver
import sys
import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.utils import timezone

from passavant import settings
from passavant.errors import PassavantError
from passavant.portal.declarations.answers import submission_answer
from passavant.portal.declarations.asked import Asked
from passavant.portal.declarations.desk import Desk, desk
from passavant.portal.declarations.frames import read_frame, write_frame
from passavant.portal.declarations.models import Submission
from passavant.portal.declarations.refusals import unforeseen
from passavant.portal.declarations.working import decide_at_once, work_on_one
from passavant.portal.jobs.models import DECISIONS, Beat
from passavant.portal.people.models import Organisation

__all__ = ["run_decisions", "socket_path"]

#: Declarations from which on no further request is taken to be decided together.
_TOGETHER = 300
#: Seconds between two looks at the submissions that wait, and between two refreshments; and for how long after a request others
#: are expected, so that large submissions are worked on in small parts.
_IDLE, _REFRESH, _EXPECTED = 0.25, 10.0, 10.0
#: Seconds after which a thread that computes makes way. The default, ten times as long, is what the thread that decides would
#: wait, again and again, for those that put answers into words.
_SWITCH = 0.0005
_log = logging.getLogger(__name__)


@dataclass
class _Waiting:
    """A request that waits for its answer."""

    asked: Asked
    done: threading.Event = field(default_factory=threading.Event)
    answer: dict[str, Any] = field(default_factory=dict)

    def tell(self, answer: dict[str, Any]) -> None:
        self.answer = answer
        self.done.set()


def socket_path() -> Path:
    """Return where the process listens."""
    return settings.home() / "run" / "decisions.sock"


def run_decisions(stop: threading.Event) -> None:
    """Decide until told to stop."""
    sys.setswitchinterval(_SWITCH)
    at = desk()
    inbox: queue.SimpleQueue[_Waiting] = queue.SimpleQueue()
    server = _Server(inbox)
    listening = threading.Thread(target=server.serve_forever, args=(0.1,), name="listening", daemon=True)
    listening.start()
    refreshing = threading.Thread(target=_refresh, args=(at, stop), name="refreshing", daemon=True)
    refreshing.start()
    try:
        busy, asked_at = False, 0.0
        while not stop.is_set():
            waiting = _gathered(inbox, 0.0 if busy else _IDLE)
            asked_at = time.monotonic() if waiting else asked_at
            busy = _turn(at, waiting, quiet=time.monotonic() - asked_at > _EXPECTED)
    finally:
        server.shutdown()
        server.server_close()
        connection.close()


def _turn(at: Desk, waiting: Sequence[_Waiting], *, quiet: bool) -> bool:
    """Decide what waits, then one part of a large submission; return whether there was any.

    Args:
        at: Where.
        waiting: What waits.
        quiet: Whether nobody will wait meanwhile: the part may be large.
    """
    close_old_connections()
    worked = False
    try:
        for sandbox in (False, True):
            some = [one for one in waiting if one.asked.submission.sandbox is sandbox]
            if some:
                _decide(at, some, sandbox=sandbox)
        worked = work_on_one(at, quiet=quiet)
    except (OperationalError, InterfaceError):
        _log.exception("the database does not answer; trying again")
        connection.close()
        time.sleep(_IDLE)
    finally:
        for one in waiting:
            if not one.done.is_set():
                one.tell({"busy": True})
    return worked


def _gathered(inbox: queue.SimpleQueue[_Waiting], patience: float) -> list[_Waiting]:
    """Return what waits; where nothing does, wait some seconds for it."""
    found: list[_Waiting] = []
    records = 0
    with contextlib.suppress(queue.Empty):
        found.append(inbox.get(timeout=patience) if patience else inbox.get_nowait())
        while (records := records + len(found[-1].asked.records)) < _TOGETHER:
            found.append(inbox.get_nowait())
    return found


def _decide(at: Desk, waiting: Sequence[_Waiting], *, sandbox: bool) -> None:
    try:
        told = decide_at_once(at, [one.asked for one in waiting], sandbox=sandbox)
    except PassavantError as error:
        _alone(at, waiting, error, sandbox=sandbox)
    except (OperationalError, InterfaceError):
        raise  # the database is away: for all of them
    except Exception as error:  # noqa: BLE001  # whatever it is, one request alone shall suffer
        _log.exception("%s requests cannot be decided together", len(waiting))
        _alone(at, waiting, unforeseen(error), sandbox=sandbox)
    else:
        for one, found in zip(waiting, told, strict=True):
            one.tell({"told": found, "law": at.grounds.law})


def _alone(at: Desk, waiting: Sequence[_Waiting], error: PassavantError, *, sandbox: bool) -> None:
    """Decide each by itself: one of them cannot be decided with the others."""
    if len(waiting) == 1:
        waiting[0].tell({"problem": _problem(error)})
        return
    for one in waiting:
        _decide(at, [one], sandbox=sandbox)


def _problem(error: PassavantError) -> dict[str, Any]:
    status = getattr(error, "status", 400)
    return {"status": status, "en": error.record("en"), "fr": error.record("fr")}


def _refresh(at: Desk, stop: threading.Event) -> None:
    """Take up the newest snapshot, and say that the process lives."""
    while not stop.is_set():
        try:
            close_old_connections()
            Beat.objects.update_or_create(name=DECISIONS, defaults={"at": timezone.now()})
            at.refresh()
        except Exception:  # noqa: BLE001  # the next round tries again; a dead thread would not
            _log.exception("the state cannot be refreshed; trying again")
            connection.close()
        stop.wait(_REFRESH)
    connection.close()


class _Handler(socketserver.BaseRequestHandler):
    """One web worker's thread, which asks again and again over one connection."""

    server: _Server

    def handle(self) -> None:
        while (frame := read_frame(self.request)) is not None:
            waiting = _Waiting(_asked(json.loads(frame)))
            self.server.inbox.put(waiting)
            waiting.done.wait()
            write_frame(self.request, _answered(waiting))


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    request_queue_size = 512

    def __init__(self, inbox: queue.SimpleQueue[_Waiting]) -> None:
        self.inbox = inbox
        path = socket_path()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = _only_one(path.with_suffix(".lock"))
        path.unlink(missing_ok=True)
        before = os.umask(0o177)
        try:
            super().__init__(str(path), _Handler)
        finally:
            os.umask(before)

    def server_close(self) -> None:
        """Close, and leave the place to another."""
        super().server_close()
        os.close(self._lock)


def _only_one(path: Path) -> int:
    """Wait until no other process decides here; the lock goes with the process."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


def _answered(waiting: _Waiting) -> bytes:
    """Return the answer as it is sent; what was decided before may have to be looked up, in a database that is away."""
    try:
        close_old_connections()
        return _written(waiting)
    except (OperationalError, InterfaceError):
        _log.exception("an answer could not be put into words")
        connection.close()
        return b'{"busy": true}'


def _written(waiting: _Waiting) -> bytes:
    """Return the answer as it is sent: put into words by the thread that waited, while the next ones are decided."""
    answer = waiting.answer
    if "told" in answer:
        answer = {"answer": submission_answer(waiting.asked.submission, answer["told"], answer["law"])}
    return json.dumps(answer, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _asked(request: dict[str, Any]) -> Asked:
    given = request["submission"]
    received = dt.datetime.fromisoformat(given["received_at"])
    submission = Submission(**given | {"id": uuid.UUID(given["id"]), "received_at": received})
    submission.organisation = Organisation(pk=request["organisation"], declarant_id=request["declarant_id"])
    return Asked(submission, request["declarant_id"], request["records"])
