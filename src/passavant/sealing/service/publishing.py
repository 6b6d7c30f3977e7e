"""Publishing in the background: static files at most once per interval, then the witnesses' cosignatures."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from passavant.errors import PassavantError
from passavant.sealing.log import LogReader, Publisher

__all__ = ["Cosign", "PublishingThread", "Signed"]

_log = logging.getLogger(__name__)

#: Asks witnesses to cosign: takes a checkpoint and a view on the log, returns the checkpoint with their lines.
Cosign = Callable[[str, LogReader], str]


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
    """

    def __init__(self, folder: Path, interval: float, cosign: Cosign | None, latest: Signed) -> None:
        self._folder = folder
        self._interval = interval
        self._cosign = cosign
        self.latest = latest
        self.published: Signed | None = None
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
                except Exception:  # noqa: BLE001  # a thread that ends would end publication for good
                    _log.exception("publication failed")
                if last:
                    return
                self._stopping.wait(self._interval)

    def _publish(self, publisher: Publisher, reader: LogReader) -> None:
        latest = self.latest
        if self.published is not None and self.published.size == latest.size:
            return
        publisher.publish(latest.note)
        latest = Signed(latest.size, publisher.note() or latest.note)
        if self._cosign is not None:
            note = self._cosign(latest.note, reader)
            publisher.republish(note)
            latest = Signed(latest.size, note)
        self.published = latest
