"""A short-lived signed status of a document: what the log answered, for whoever must show it to somebody else.

Its first line, and a third line that is no root, keep it from ever being read as a checkpoint.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from passavant.sealing.log import Seal
from passavant.sealing.log.status import line_of
from passavant.sealing.notes import SigningKey, sign_note
from passavant.sealing.statements import timestamp

__all__ = ["LIFETIME", "status_note"]

#: How long a status may be shown.
LIFETIME = dt.timedelta(hours=1)


def status_note(key: SigningKey, alg: str, digest: str, size: int, seals: Sequence[Seal], at: dt.datetime) -> str:
    """Return the signed status.

    Args:
        key: The log's key.
        alg: Algorithm of the digest.
        digest: The document.
        size: Entries that the answer rests on; anybody can fold them again.
        seals: The document's seals.
        at: The time of the answer.
    """
    lines = [
        "passavant.status/v1",
        key.name,
        f"{alg}:{digest}",
        f"size {size}",
        f"from {timestamp(at)}",
        f"until {timestamp(at + LIFETIME)}",
        *(line_of(seal.record()) for seal in seals),
    ]
    return sign_note("".join(f"{line}\n" for line in lines), [key])
