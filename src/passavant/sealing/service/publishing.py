"""Publishing in the background: static files at most once per interval, then the witnesses' cosignatures."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from passavant.errors import PassavantError
from passavant.sealing.log import LogReader, Publisher
from passavant.sealing.notes import split_note

__all__ = ["Alarm", "Cosign", "PublishingThread", "Signed"]

_log = logging.getLogger(__name__)

#: Asks witnesses to cosign: takes a checkpoint and a view on the log, returns the checkpoint with their lines.
Cosign = Callable[[str, LogReader], str]
#: Seconds after which witnesses that did not cosign are asked again, though nothing new was published.
_AGAIN = 30.0


class Alarm(PassavantError):
    """Somebody says that this log forked or went back.

    Attributes:
        proven: Whether the log's own signature bears it out: then it must not go on.
    """

    proven = False


@dataclass(frozen=True)
class Signed:
    """A signed checkpoint with its size."""

    size: int
    note: str


class PublishingThread:
    """Publishes the newest checkpoint.

    Args:
        folder: The log's folder.
        interval: Seconds between two publications.
        cosign: Asks the witnesses, or None.
        latest: Checkpoint to start with.
        witnesses: How many should cosign.
        again: Seconds after which those that did not are asked again.
    """

    def __init__(
        self,
        folder: Path,
        interval: float,
        cosign: Cosign | None,
        latest: Signed,
        witnesses: int = 0,
        again: float = _AGAIN,
    ) -> None:
        self._folder = folder
        self._interval = interval
        self._cosign = cosign
        self._witnesses = witnesses
        self._again = again
        self._asked = 0.0
        self.latest = latest
        self.published: Signed | None = None
        self.alarm: Alarm | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="log publisher", daemon=True)
        self._thread.start()

    def told(self, size: int, note: str) -> None:
        """Take note of a newer checkpoint."""
        self.latest = Signed(size, note)

    def stop(self) -> None:
        """Publish what is left and stop."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        with LogReader(self._folder) as reader:
            publisher = Publisher(self._folder, reader)
            while True:
                last = self._stopping.is_set()
                try:
                    self._publish(publisher, reader)
                except PassavantError as error:
                    _log.error("%s", error)  # the next round tries again; what is published still stands
                    if isinstance(error, Alarm) and error.proven:
                        self.alarm = error
                except Exception:  # noqa: BLE001  # a thread that ends would end publication for good
                    _log.exception("publication failed")
                if last:
                    return
                self._stopping.wait(self._interval)

    def _publish(self, publisher: Publisher, reader: LogReader) -> None:
        latest, done = self.latest, self.published
        if done is None or done.size != latest.size:
            publisher.publish(latest.note)
            done = self.published = Signed(latest.size, publisher.note() or latest.note)
        elif not self._wanting(done.note):
            return
        if self._cosign is not None:
            self._asked = time.monotonic()
            note = self._cosign(done.note, reader)
            publisher.republish(note)
            self.published = Signed(done.size, note)

    def _wanting(self, note: str) -> bool:
        """Return whether it is time to ask witnesses that have not cosigned: a quiet log would lack them for ever."""
        signatures = len(split_note(note)[1])
        return signatures < 1 + self._witnesses and time.monotonic() >= self._asked + self._again
