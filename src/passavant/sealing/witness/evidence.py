"""Two checkpoints of one log that may not both be true: what a witness holds, against what the log shows now.

A log that was restored from an old backup, or that shows two histories, is found here. A witness may err or lie too:
what it says alarms only as far as its checkpoint bears it out.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from passavant.errors import Both, PassavantError
from passavant.sealing.checkpoints import Checkpoint, signed_by_log
from passavant.sealing.merkle import verify_consistency
from passavant.sealing.notes import VerifierKey, open_note

__all__ = ["Finding", "contradiction", "named", "unproven"]


@dataclass(frozen=True)
class Finding:
    """What the two checkpoints say together."""

    reason: Both
    alarming: bool


def contradiction(
    theirs: str | None,
    ours: Checkpoint,
    keys: Sequence[VerifierKey],
    prove: Callable[[int], list[bytes]],
    *,
    proven: bool,
) -> Finding | None:
    """Compare what a witness holds with what the log shows.

    Args:
        theirs: The note that the witness shows, if any.
        ours: The log's checkpoint.
        keys: Keys of the log, where known, and of the witness.
        prove: Returns the log's proof from a size on.
        proven: Whether keys of the log are known: its signature is then asked for.

    Returns:
        The finding; None where the note is missing, of another log, or not signed by those keys.
    """
    held = _opened(theirs, ours.origin, keys, proven=proven)
    if held is None:
        return None
    if held.size > ours.size:
        return Finding(
            (
                f"REWIND: it holds {named(held)}, and this log shows only {named(ours)}",
                f"RETOUR EN ARRIÈRE : il détient {named(held)}, et ce journal ne montre que {named(ours)}",
            ),
            alarming=True,
        )
    if _continues(held, ours, prove):
        return Finding(
            (
                f"it refuses, although {named(ours)} continues {named(held)} that it holds",
                f"il refuse, bien que {named(ours)} prolonge {named(held)} qu'il détient",
            ),
            alarming=False,
        )
    return Finding(
        (
            f"FORK: it holds {named(held)}, which {named(ours)} of this log does not continue",
            f"BIFURCATION : il détient {named(held)}, que {named(ours)} de ce journal ne prolonge pas",
        ),
        alarming=True,
    )


def unproven(ours: Checkpoint, seen: int | None) -> Both:
    """Return what to say where a witness gives no checkpoint to compare with."""
    held = ("another root", "une autre racine") if seen is None else (f"{seen} entries", f"{seen} inscriptions")
    return (
        f"FORK OR REWIND: it says that it saw {held[0]}, which {named(ours)} does not continue; it shows no checkpoint to compare",
        f"BIFURCATION OU RETOUR EN ARRIÈRE : il dit avoir vu {held[1]}, que {named(ours)} ne prolonge pas ; il ne montre aucun point de contrôle à comparer",
    )


def named(checkpoint: Checkpoint) -> str:
    """Return a checkpoint in a few letters: origin, size/root."""
    return f"{checkpoint.origin} {checkpoint.size}/{base64.b64encode(checkpoint.root).decode()}"


def _opened(note: str | None, origin: str, keys: Sequence[VerifierKey], *, proven: bool) -> Checkpoint | None:
    try:
        opened = open_note(note or "", keys)
        found = Checkpoint.parse(opened.text)
    except PassavantError:
        return None
    return found if found.origin == origin and (signed_by_log(opened, origin) or not proven) else None


def _continues(held: Checkpoint, ours: Checkpoint, prove: Callable[[int], list[bytes]]) -> bool:
    if held.size == 0:
        return True
    return verify_consistency(held.size, ours.size, held.root, ours.root, prove(held.size))
