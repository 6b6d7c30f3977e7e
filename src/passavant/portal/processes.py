"""The portal's processes: the web server and what works beside it, started, watched and ended by one parent.

Each child is a Python of its own: ``python -m passavant.portal.processes NAME``. One that dies is started again after a pause;
when the parent ends, however it ends, the children end with it (on Linux, also when it is killed: ``PR_SET_PDEATHSIG``).
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module

from passavant.portal.deployment import prepare

__all__ = ["PROCESSES", "Child", "main", "supervise"]

#: What can be run: a name, and the function that is given an event to stop at.
PROCESSES: dict[str, str] = {
    "web": "passavant.portal.server.run_web",
    "worker": "passavant.portal.jobs.worker.run_worker",
    "decisions": "passavant.portal.declarations.process.run_decisions",
}
#: Seconds before a dead child is started again: doubled each time, up to the second; the first again after a calm minute.
_FIRST_PAUSE, _LONGEST_PAUSE, _CALM = 1.0, 30.0, 60.0
#: Seconds that a child has to end in order.
_GRACE = 20
_LOOK = 0.2
_PR_SET_PDEATHSIG = 1
_log = logging.getLogger(__name__)


class Child:
    """One process of the portal, started again when it dies.

    Args:
        name: Its name in :data:`PROCESSES`.
        arguments: More arguments of its command line.
        keep: Descriptors that it inherits.
    """

    def __init__(self, name: str, arguments: Sequence[str], keep: Sequence[int]) -> None:
        self.name = name
        self._command = [sys.executable, "-m", __name__, name, "--parent", str(os.getpid()), *arguments]
        self._keep = keep
        self._pause = _FIRST_PAUSE
        self._due = self._started = 0.0
        self.running: subprocess.Popen[bytes] | None = None

    def look(self) -> None:
        """Start it where it does not run and its pause is over."""
        now = time.monotonic()
        if self.running is not None and self.running.poll() is not None:
            _log.error("the process %s ended (%s); starting it again", self.name, self.running.returncode)
            self.running = None
            calm = now - self._started > _CALM
            self._pause = _FIRST_PAUSE if calm else min(self._pause * 2, _LONGEST_PAUSE)
            self._due = now + self._pause
        if self.running is None and now >= self._due:
            self._started = now
            # In a session of its own: Ctrl-C on the terminal is for the parent, which ends it in order.
            self.running = subprocess.Popen(self._command, pass_fds=self._keep, start_new_session=True)  # noqa: S603

    def tell_to_end(self) -> None:
        """Ask it to end."""
        if self.running is not None:
            self.running.terminate()

    def wait_for_end(self, until: float) -> None:
        """Wait until it has ended; what does not end in time is killed."""
        if self.running is None:
            return
        try:
            self.running.wait(max(until - time.monotonic(), 0))
        except subprocess.TimeoutExpired:
            self.running.kill()
            self.running.wait()


def supervise(
    names: Sequence[str],
    *,
    arguments: Sequence[str] = (),
    keep: Sequence[int] = (),
    between: Callable[[], None] = lambda: None,
) -> None:
    """Run processes of the portal until SIGTERM or SIGINT; call it in the main thread.

    Args:
        names: Which, of :data:`PROCESSES`.
        arguments: More arguments of their command lines.
        keep: Descriptors that they inherit.
        between: Called several times a second meanwhile.
    """
    children = [Child(name, arguments, keep) for name in names]
    with _told_to_stop() as stop:
        try:
            while not stop.is_set():
                for child in children:
                    child.look()
                between()
                stop.wait(_LOOK)
        finally:
            for child in children:
                child.tell_to_end()
            until = time.monotonic() + _GRACE
            for child in children:
                child.wait_for_end(until)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one process of the portal: the child's side of :func:`supervise`."""
    parser = argparse.ArgumentParser(prog="passavant.portal.processes")
    parser.add_argument("name", choices=sorted(PROCESSES))
    parser.add_argument("--parent", type=int)
    parser.add_argument("--demonstration", action="store_true")
    parser.add_argument("--socket", type=int)
    parser.add_argument("--workers", type=int)
    given = parser.parse_args(arguments)
    if given.parent is not None:
        _end_with(given.parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    prepare(demonstration=given.demonstration)
    module, _, function = PROCESSES[given.name].rpartition(".")
    run = getattr(import_module(module), function)
    if given.name == "web":
        run(given.socket, given.workers)  # gunicorn has signals of its own
        return
    with _told_to_stop(grace=_GRACE) as stop:
        run(stop)


@contextlib.contextmanager
def _told_to_stop(grace: int = 0) -> Iterator[threading.Event]:
    """Give an event that SIGTERM and SIGINT set; with a grace, a process that is not done by then is ended by the alarm."""
    stop = threading.Event()

    def tell(*_: object) -> None:
        stop.set()
        signal.alarm(grace)

    told = [signal.SIGTERM] if grace else [signal.SIGTERM, signal.SIGINT]
    before = [signal.signal(one, tell) for one in told]
    try:
        yield stop
    finally:
        for one, handler in zip(told, before, strict=True):
            signal.signal(one, handler)


def _end_with(parent: int) -> None:
    """End when the parent does; where it is gone already, end now."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit(0)


if __name__ == "__main__":
    main()
