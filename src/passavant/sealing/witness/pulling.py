"""A round by pull: fetch a log's checkpoint, prove from its tiles that it continues what was seen, cosign it.

So an administration can watch another's log with no port open to it: it fetches, and hands the cosignature over as it likes.
"""

from __future__ import annotations

from passavant.errors import BadInput, PassavantError, Place
from passavant.sealing.checkpoints import Checkpoint, open_checkpoint
from passavant.sealing.merkle import EMPTY_ROOT
from passavant.sealing.tiles import TileReader
from passavant.sealing.witness.evidence import named
from passavant.sealing.witness.rules import Request
from passavant.sealing.witness.sources import Source
from passavant.sealing.witness.state import Seen, WitnessState

__all__ = ["Contradicted", "cosign_by_pull"]


class Contradicted(PassavantError):
    """A log that shows what cannot continue what this witness saw: the honest answer is no (exit status 1).

    Attributes:
        seen: The checkpoint that the witness recorded, as a signed note.
        shown: The one that the log shows now, as a signed note.
    """

    exit_code = 1
    seen = ""
    shown = ""


def cosign_by_pull(state: WitnessState, origin: str, source: Source) -> tuple[Seen, str]:
    """Fetch, prove and cosign a log's checkpoint.

    Args:
        state: The witness.
        origin: A log that it watches.
        source: Where the log's files are.

    Returns:
        What is now recorded, and the cosignature line.

    Raises:
        Contradicted: the log forked or went back; the error holds both signed checkpoints.
        PassavantError: the log is not watched, its files cannot be read or do not fit together, or the disk fails.
    """
    keys = [one.key for one in state.watched() if one.key.name == origin]
    if not keys:
        raise _unknown(origin)
    note = source.checkpoint()
    new = open_checkpoint(note, keys, origin=origin).checkpoint
    before = state.seen(origin)
    old = before.checkpoint if before else Checkpoint(origin, 0, EMPTY_ROOT)
    if before and new.size < old.size:
        raise _contradicted("rewind", before, new, note)
    tiles = TileReader(new.size, source.tile)
    if tiles.root() != new.root:
        raise _unfit(new)
    proof = tiles.consistency(old.size) if old.size else []
    answer, line = state.add(Request(old.size, tuple(proof), note))
    if not line:
        if before and answer.status == 422:  # the tiles lead to the new root: it is the past that differs
            raise _contradicted("fork", before, new, note)
        raise _meanwhile(origin)
    seen = state.seen(origin)
    assert seen is not None  # noqa: S101  # it was recorded just now
    return seen, line


def _contradicted(kind: str, before: Seen, new: Checkpoint, note: str) -> Contradicted:
    held, shown = named(before.checkpoint), named(new)
    words = ("A FORK", "UNE BIFURCATION") if kind == "fork" else ("A REWIND", "UN RETOUR EN ARRIÈRE")
    error = Contradicted(
        f"sealing.witness.{kind}",
        got=(f"{words[0]}: this witness saw {held}; the log now shows {shown}", f"{words[1]} : ce témoin a vu {held} ; le journal montre à présent {shown}"),
        expected=("a checkpoint that continues the one seen", "un point de contrôle qui prolonge celui qui a été vu"),
        next_step=(
            "Do not cosign; keep both checkpoints, and show them to the log's operator and its other witnesses.",
            "Ne cosignez pas ; conservez les deux points de contrôle et montrez-les à l'exploitant et aux autres témoins.",
        ),
    )  # fmt: skip
    error.seen, error.shown = before.note, note
    return error


def _unfit(new: Checkpoint) -> BadInput:
    return BadInput(
        "sealing.witness.tiles",
        got=(f"tiles that do not lead to {named(new)}", f"des tuiles qui ne mènent pas à {named(new)}"),
        expected=("the tiles of that checkpoint", "les tuiles de ce point de contrôle"),
        next_step=(
            "Fetch again; if it lasts, tell the log's operator: files are damaged or were changed.",
            "Récupérez à nouveau ; si cela dure, prévenez l'exploitant : des fichiers sont abîmés ou modifiés.",
        ),
    )


def _unknown(origin: str) -> BadInput:
    return BadInput(
        "sealing.witness.unwatched",
        got=(f"the log {origin}, which this witness does not watch", f"le journal {origin}, que ce témoin ne surveille pas"),
        expected=("a log that was added", "un journal ajouté auparavant"),
        next_step=("Add it: passavant witness add LOG-VKEY", "Ajoutez-le : passavant witness add CLÉ"),
        place=Place(value=origin),
    )  # fmt: skip


def _meanwhile(origin: str) -> BadInput:
    return BadInput(
        "sealing.witness.again",
        got=(f"{origin} was cosigned meanwhile, or its proof does not hold", f"{origin} a été cosigné entre-temps, ou sa preuve ne tient pas"),
        expected=("one round at a time", "un tour à la fois"),
        next_step=("Run the command again.", "Relancez la commande."),
    )  # fmt: skip
