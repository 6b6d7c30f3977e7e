"""The log of this machine as a desk: it seals, answers and gives receipts without any server."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from passavant import settings
from passavant.errors import NotFound, PassavantError
from passavant.sealing.keys import LOG, load_key
from passavant.sealing.log import LogReader, LogWriter, Publisher
from passavant.sealing.notes import VerifierKey
from passavant.sealing.receipts import Receipt
from passavant.sealing.submissions import Submission

__all__ = ["LocalDesk", "local_folder"]

_log = logging.getLogger(__name__)


def local_folder() -> Path:
    """Return the folder of this machine's log: ``$PASSAVANT_HOME/log``."""
    return settings.home() / "log"


class LocalDesk:
    """The log of this machine.

    Args:
        folder: Its folder.
        cosign: Asks the witnesses to cosign a checkpoint, or None.

    Raises:
        BadInput: there is no log.
    """

    def __init__(self, folder: Path, cosign: Callable[[str, LogReader], str] | None = None) -> None:
        self._folder = folder
        self._cosign = cosign
        with LogReader(folder) as reader:
            self.origin, self.key = reader.origin, reader.key

    def check_free(self) -> None:
        """Check that nobody else writes to the log now.

        Raises:
            BadInput: somebody does.
        """
        LogWriter(self._folder, load_key(LOG, self.origin)).close()

    def seal(self, submission: Submission) -> list[Receipt]:
        """Log a submission, publish, and return the receipts in its order.

        Raises:
            PassavantError: the log refuses it, or another process writes to it.
        """
        with LogWriter(self._folder, load_key(LOG, self.origin)) as writer, LogReader(self._folder) as reader:
            publisher = Publisher(self._folder, reader)
            publisher.check(writer.size)
            logged = writer.append(submission)
            publisher.publish(writer.checkpoint())
            note = publisher.note() or writer.checkpoint()
            if self._cosign is not None:
                note = self._cosigned(note, reader, publisher)
            return [reader.receipt(place, note) for place in logged.places]

    def admit(self, key: VerifierKey, scope: str) -> int:
        """Admit an issuer's key; return the place of the admission."""
        with LogWriter(self._folder, load_key(LOG, self.origin)) as writer:
            self._check(writer)
            place = writer.admit(key, scope)
            self.publish(writer)
            return place

    def withdraw(self, key: VerifierKey) -> int:
        """Withdraw an issuer's key; return the place of the withdrawal."""
        with LogWriter(self._folder, load_key(LOG, self.origin)) as writer:
            self._check(writer)
            place = writer.withdraw(key)
            self.publish(writer)
            return place

    def look_up(self, alg: str, digest: str) -> list[dict[str, Any]]:
        """Return the seals of a document, as the service answers them."""
        with LogReader(self._folder) as reader:
            return [seal.record() for seal in reader.look_up(alg, digest, dt.datetime.now(dt.UTC))]

    def receipt(self, place: int) -> Receipt:
        """Return the receipt of an entry under the published checkpoint.

        Raises:
            NotFound: nothing is published yet that covers it.
        """
        with LogReader(self._folder) as reader:
            note = Publisher(self._folder, reader).note()
            if note is None:
                raise NotFound(
                    "sealing.log.unpublished",
                    got=("a log without a published checkpoint", "un journal sans point de contrôle publié"),
                    expected=("a log that has sealed something", "un journal qui a déjà scellé"),
                    next_step=("Seal a document first.", "Scellez d'abord un document."),
                )
            return reader.receipt(place, note)

    def _check(self, writer: LogWriter) -> None:
        with LogReader(self._folder) as reader:
            Publisher(self._folder, reader).check(writer.size)

    def _cosigned(self, note: str, reader: LogReader, publisher: Publisher) -> str:
        """Return a checkpoint with what the witnesses gave; what is logged already keeps its receipt, whatever they say."""
        try:
            note = self._cosign(note, reader) if self._cosign is not None else note
            publisher.republish(note)
        except PassavantError as error:
            _log.error("%s", error)
        return note

    def publish(self, writer: LogWriter) -> None:
        """Publish all that a writer of this log has made durable."""
        with LogReader(self._folder) as reader:
            Publisher(self._folder, reader).publish(writer.checkpoint())
