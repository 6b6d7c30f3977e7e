"""Where documents are sealed and asked about: the log of this machine, or a server's.

Where a server is named it is the only writer; otherwise this process holds the local log's lock while it writes.
"""

from __future__ import annotations

import os

from passavant.errors import BadInput
from passavant.sealing.desk.asking import ask_status, find_sealed
from passavant.sealing.desk.local import LocalDesk, local_folder
from passavant.sealing.desk.remote import RemoteDesk, Unreachable
from passavant.sealing.desk.sealing import Document, NotAcknowledged, end_of_day, own_seals, revoke, salt_of, seal
from passavant.sealing.desk.trusting import trust
from passavant.sealing.trust import TrustPolicy

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
    "open_desk",
    "own_seals",
    "revoke",
    "salt_of",
    "seal",
    "trust",
]


def _known(desk: RemoteDesk, policy: TrustPolicy) -> RemoteDesk:
    """Refuse a server that bears the name of a log that one trusts, with another key: it is somebody else."""
    keys = policy.logs.get(desk.origin, ())
    if keys and desk.key not in keys:
        raise BadInput(
            "sealing.desk.impostor",
            got=(f"a server that calls itself {desk.origin} with the key {desk.key}", f"un serveur qui se dit {desk.origin} avec la clé {desk.key}"),
            expected=(f"the key of your trust policy: {', '.join(map(str, keys))}", f"la clé de votre politique de confiance : {', '.join(map(str, keys))}"),
            next_step=("Send it nothing: check the address, and ask the log's operator by a second way.", "Ne lui envoyez rien : vérifiez l'adresse, et interrogez l'exploitant du journal par une autre voie."),
        )  # fmt: skip
    desk.trusted = bool(keys)
    return desk


def open_desk(url: str | None) -> LocalDesk | RemoteDesk:
    """Return the log to use: the server named, else the one in ``PASSAVANT_LOG``, else this machine's.

    Raises:
        PassavantError: there is none, or it does not answer.
    """
    named = url or os.environ.get("PASSAVANT_LOG")
    policy = trust()
    if named:
        return _known(RemoteDesk(named), policy)
    if not any(one.url for one in policy.witnesses.values()):
        return LocalDesk(local_folder())
    from passavant.sealing.witness import cosigner  # brings the web client and service along

    return LocalDesk(local_folder(), cosigner(policy))
