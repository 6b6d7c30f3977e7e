r"""Checkpoints (C2SP tlog-checkpoint 1.0.0): a log's size and root, signed.

>>> Checkpoint("log.example/customs", 0, EMPTY_ROOT).text()
'log.example/customs\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n'
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from passavant.errors import BadInput
from passavant.sealing.merkle import EMPTY_ROOT, HASH_SIZE
from passavant.sealing.notes import ED25519, OpenedNote, VerifierKey, open_note

__all__ = ["WRONG_EMPTY_ROOT", "Checkpoint", "OpenedCheckpoint", "open_checkpoint", "signed_by_log"]

#: Code of the error of a tree without entries whose root is not the empty tree's: a witness answers it in its own way.
WRONG_EMPTY_ROOT = "sealing.checkpoint.empty_root"
#: Sizes that every program can hold, databases included.
_MOST = 2**63 - 1

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True)
class Checkpoint:
    """What a log says of itself: its origin (a name that it never changes), its size, its root, extension lines."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def text(self) -> str:
        """Return it as the text of a note."""
        root = base64.b64encode(self.root).decode()
        return "".join(f"{line}\n" for line in (self.origin, self.size, root, *self.extensions))

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read the text of a note.

        Raises:
            BadInput: it is no checkpoint.
        """
        lines = text.removesuffix("\n").split("\n")
        if not text.endswith("\n") or len(lines) < 3 or not all(lines):
            raise _refused("fewer than three lines, or an empty one", "moins de trois lignes, ou une ligne vide")
        if not _SIZE.fullmatch(lines[1]) or int(lines[1]) > _MOST:
            raise _refused(f"the size {lines[1][:40]}", f"la taille {lines[1][:40]}")
        try:
            root = base64.b64decode(lines[2], validate=True)
        except ValueError as error:
            raise _refused(f"the root {lines[2][:60]}", f"la racine {lines[2][:60]}") from error
        if len(root) != HASH_SIZE or base64.b64encode(root).decode() != lines[2]:
            raise _refused(f"the root {lines[2][:60]}", f"la racine {lines[2][:60]}")
        size = int(lines[1])
        if size == 0 and root != EMPTY_ROOT:
            raise _refused(
                "a root other than the empty tree's at size 0",
                "une racine autre que celle de l'arbre vide à la taille 0",
                code=WRONG_EMPTY_ROOT,
            )
        return cls(lines[0], size, root, tuple(lines[3:]))


@dataclass(frozen=True)
class OpenedCheckpoint:
    """A checkpoint with the valid signatures on it."""

    checkpoint: Checkpoint
    note: OpenedNote


def open_checkpoint(note: str | bytes, keys: list[VerifierKey], *, origin: str) -> OpenedCheckpoint:
    """Check a signed checkpoint of one log.

    Args:
        note: The signed note.
        keys: Keys that one knows; one named as the origin must have signed.
        origin: The log that one expects.

    Raises:
        BadInput: no checkpoint, of another log, or not signed by the log.
    """
    opened = open_note(note, keys)
    checkpoint = Checkpoint.parse(opened.text)
    if checkpoint.origin != origin:
        raise _refused(
            f"a checkpoint of {checkpoint.origin}", f"un point de contrôle de {checkpoint.origin}", expected=origin
        )
    if not signed_by_log(opened, origin):
        raise _refused("no signature of the log itself", "aucune signature du journal lui-même")
    return OpenedCheckpoint(checkpoint, opened)


def signed_by_log(note: OpenedNote, origin: str) -> bool:
    """Return whether a log's own key signed a note: a witness's never counts for it, whatever its name."""
    return any(one.key.kind == ED25519 and one.key.name == origin for one in note.signatures)


def _refused(got: str, got_fr: str, expected: str | None = None, code: str = "sealing.checkpoint.refused") -> BadInput:
    return BadInput(
        code,
        got=(got, got_fr),
        expected=(
            f"a checkpoint of {expected}" if expected else "origin, size and root, one a line",
            f"un point de contrôle de {expected}" if expected else "origine, taille et racine, une par ligne",
        ),
        next_step=("Fetch the log's checkpoint again.", "Récupérez à nouveau le point de contrôle du journal."),
    )
