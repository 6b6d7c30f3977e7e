"""The log that a command asks about a seal, and what it says of the answer: the same for a document and for a run."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

from passavant.errors import NotFound
from passavant.texts import pick

if TYPE_CHECKING:
    from passavant.sealing.desk import LocalDesk, RemoteDesk
    from passavant.sealing.verification import Verdict

__all__ = ["another_log", "asked_log", "has_log", "pinned"]


def has_log(log: str | None) -> bool:
    """Return whether a log is at hand: the one named, else that of ``PASSAVANT_LOG``, else this machine's."""
    from passavant.sealing.desk import local_folder

    return bool(log or os.environ.get("PASSAVANT_LOG") or (local_folder() / "log.sqlite").is_file())


@functools.cache
def asked_log(log: str | None) -> LocalDesk | RemoteDesk:
    """Return that log, opened when it is first asked, and once a command."""
    from passavant.sealing.desk import open_desk

    return open_desk(log)


def pinned(verdict: Verdict) -> str:
    """Say on whose word the issuer's key is the issuer's."""
    if verdict.issuer_pinned:
        return pick("key pinned by you", "clé fixée par vous")
    return pick("key vouched for by the log", "clé attestée par le journal")


def another_log(got: str, expected: str) -> NotFound:
    """Return the error of a log named with --log that is not the receipt's."""
    return NotFound(
        "cli.log.another",
        got=(f"the log {got}", f"le journal {got}"),
        expected=(f"the log of the receipt, {expected}", f"le journal du reçu, {expected}"),
        next_step=("Name that log with --log.", "Indiquez ce journal avec --log."),
    )
