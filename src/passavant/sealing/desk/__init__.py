"""Where documents are sealed and asked about: the log of this machine, or a server's.

Where a server is named it is the only writer; otherwise this process holds the local log's lock while it writes.
"""

from __future__ import annotations

import os

from passavant.sealing.desk.asking import ask_status, find_sealed
from passavant.sealing.desk.local import LocalDesk, local_folder
from passavant.sealing.desk.remote import RemoteDesk, Unreachable
from passavant.sealing.desk.sealing import Document, NotAcknowledged, end_of_day, names_of, revoke, salt_of, seal
from passavant.sealing.desk.trusting import trust

__all__ = [
    "Document",
    "LocalDesk",
    "NotAcknowledged",
    "RemoteDesk",
    "Unreachable",
    "ask_status",
    "end_of_day",
    "find_sealed",
    "local_folder",
    "names_of",
    "open_desk",
    "revoke",
    "salt_of",
    "seal",
    "trust",
]


def open_desk(url: str | None) -> LocalDesk | RemoteDesk:
    """Return the log to use: the server named, else the one in ``PASSAVANT_LOG``, else this machine's.

    Raises:
        PassavantError: there is none, or it does not answer.
    """
    named = url or os.environ.get("PASSAVANT_LOG")
    if named:
        return RemoteDesk(named)
    policy = trust()
    if not any(one.url for one in policy.witnesses.values()):
        return LocalDesk(local_folder())
    from passavant.sealing.witness import cosigner  # brings the web client and service along

    return LocalDesk(local_folder(), cosigner(policy))
