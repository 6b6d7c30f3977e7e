"""What the service keeps while it runs: the log's writer, its publisher, a view for answers, and the limits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from passavant.sealing.log import LogReader, LogWriter, Publisher
from passavant.sealing.notes import SigningKey
from passavant.sealing.service.committing import Committer
from passavant.sealing.service.limits import InFlight, RateLimit
from passavant.sealing.service.publishing import Cosign, PublishingThread, Signed

__all__ = ["Service", "ServiceSettings"]


@dataclass(frozen=True)
class ServiceSettings:
    """How a service runs.

    Attributes:
        folder: The log's folder.
        key: The log's key.
        interval: Seconds between two publications of the static files.
        statements_per_second: What one issuer's key may submit; 0: no limit.
        reads_per_second: What one address may ask, and how often it may send what is refused; 0: no limit.
        cosign: Asks the witnesses, or None.
        witnesses: Their names, for the answer about the log.
    """

    folder: Path
    key: SigningKey
    interval: float = 1.0
    statements_per_second: float = 2000.0
    reads_per_second: float = 200.0
    cosign: Cosign | None = None
    witnesses: tuple[str, ...] = ()


class Service:
    """A running service.

    Raises:
        BadInput: the log cannot be opened, or does not continue what it published.
    """

    def __init__(self, settings: ServiceSettings) -> None:
        self.settings = settings
        self.writer = LogWriter(settings.folder, settings.key)
        try:
            self.reader = LogReader(settings.folder)
            Publisher(settings.folder, self.reader).check(self.writer.size)
        except BaseException:
            self.writer.close()
            raise
        latest = Signed(self.writer.size, self.writer.checkpoint())
        self.publisher = PublishingThread(
            settings.folder, settings.interval, settings.cosign, latest, len(settings.witnesses)
        )
        self.committer = Committer(self.writer, self.publisher.told)
        self.in_flight = InFlight()
        self.submitting = RateLimit(settings.statements_per_second)
        self.trying = RateLimit(settings.reads_per_second)
        self.reading = RateLimit(settings.reads_per_second)

    def covering(self, place: int) -> Signed:
        """Return a checkpoint that covers an entry: the published and cosigned one if it does, else the newest."""
        published = self.publisher.published
        return published if published is not None and published.size > place else self.publisher.latest

    def stop(self) -> None:
        """Finish what waits, publish it, and give back the log."""
        self.committer.stop()
        self.publisher.stop()
        self.reader.close()
        self.writer.close()
