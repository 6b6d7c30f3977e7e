"""Checkpoints of the same log from elsewhere: a witness, a mirror, a receipt. A log that shows two faces is seen there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from passavant.errors import BadInput, Place
from passavant.sealing.audit.sources import fetch
from passavant.sealing.checkpoints import Checkpoint, open_checkpoint
from passavant.sealing.proofs import HEADER, Proof
from passavant.sealing.trust import TrustPolicy

__all__ = ["Other", "open_other", "receive"]

_MOST_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Other:
    """A checkpoint of the log, where it comes from, and as it was signed."""

    where: str
    checkpoint: Checkpoint
    note: str


def receive(where: str) -> bytes:
    """Return what stands in a file or at an address.

    Raises:
        BadInput: nothing does, or too much.
        Unavailable: nobody answers at the address.
    """
    if where.startswith(("https://", "http://")):
        data = fetch(where, _MOST_BYTES)
    else:
        try:
            with Path(where).open("rb") as file:
                data = file.read(_MOST_BYTES + 1)
        except OSError as error:
            why = error.strerror or str(error)
            raise _refused(where, (why, why)) from error
    if data is None or len(data) > _MOST_BYTES:
        raise _refused(where, ("nothing there, or more than 1 MiB", "rien, ou plus de 1 Mio"))
    return data


def open_other(where: str, data: bytes, policy: TrustPolicy, origin: str) -> Other:
    """Check a signed checkpoint of the log; of a proof, the checkpoint in it.

    Raises:
        BadInput: it is no checkpoint that the log signed.
    """
    try:
        text = data.decode()
        note = Proof.parse(text).checkpoint if text.startswith(HEADER) else text
        opened = open_checkpoint(note, list(policy.log_keys(origin)), origin=origin)
    except UnicodeDecodeError as error:
        raise _refused(where, ("bytes that are not UTF-8", "des octets qui ne sont pas de l'UTF-8")) from error
    except BadInput as error:
        raise _refused(where, error.got) from error
    return Other(where, opened.checkpoint, note)


def _refused(where: str, got: tuple[str, str]) -> BadInput:
    return BadInput(
        "sealing.audit.against",
        got=got,
        expected=("a checkpoint signed by the audited log, or a receipt that holds one", "un point de contrôle signé par le journal audité, ou un reçu qui en contient un"),
        next_step=("Check what --against names.", "Vérifiez ce qu'indique --against."),
        place=Place(file=where),
    )  # fmt: skip
