"""The trail's head in the log of seals: after that, a rewritten chain no longer leads to what was sealed."""

from __future__ import annotations

import hashlib
from pathlib import Path

from passavant.portal.trail.services import head, record
from passavant.sealing import SigningKey
from passavant.sealing.canonical import canonical
from passavant.sealing.carriers import sidecar_of
from passavant.sealing.desk import Document, LocalDesk, RemoteDesk, seal
from passavant.sealing.files import write_durably

__all__ = ["TRAIL_TYPE", "seal_trail"]

#: Kind of document of a sealed head.
TRAIL_TYPE = "passavant.trail"


def seal_trail(folder: Path, key: SigningKey, desk: LocalDesk | RemoteDesk) -> Path | None:
    """Seal the newest entry and write what was sealed, with its receipt beside it; None where nothing is new.

    Args:
        folder: Where the sealed heads are kept; made if absent.
        key: The issuer's key.
        desk: The log.
    """
    now = head()
    if now.size - _sealed_size(folder) <= 1:  # the entry that the last sealing made itself is no news
        return None
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"trail-{now.size:012d}.json"
    data = canonical({"v": 1, "size": now.size, "hash": now.hash})
    write_durably(file, data)
    (receipt,) = seal([Document(file, hashlib.sha256(data).digest(), TRAIL_TYPE)], key, desk)
    write_durably(sidecar_of(file), receipt.text().encode())
    record("passavant.trail.sealed", actor="passavant", object_type="entry", object_id=str(now.size - 1))
    return file


def _sealed_size(folder: Path) -> int:
    """Return how many entries the last sealed head covers; -1 when there is none."""
    sealed = [file for file in folder.glob("trail-*.json") if sidecar_of(file).exists()]
    return max((int(file.stem.removeprefix("trail-")) for file in sealed), default=-1)
