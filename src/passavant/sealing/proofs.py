"""Transparency proofs in one file (C2SP tlog-proof): place, audit path and signed checkpoint of one entry.

A proof is all that a verifier needs beside the entry and the log's key: no network and no trust in a server.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from passavant.errors import BadInput
from passavant.sealing.checkpoints import OpenedCheckpoint, open_checkpoint
from passavant.sealing.merkle import HASH_SIZE, leaf_hash, verify_inclusion
from passavant.sealing.notes import VerifierKey

__all__ = ["HEADER", "Proof"]

#: First line of a proof.
HEADER = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")
_LONGEST_PATH = 63


@dataclass(frozen=True)
class Proof:
    """A proof of inclusion.

    Attributes:
        index: Place of the entry in the log, from 0.
        path: Audit path, from the leaf upwards.
        checkpoint: The signed checkpoint, as the log gave it.
        extra: What the log adds for whoever reads it, or None.
    """

    index: int
    path: tuple[bytes, ...]
    checkpoint: str
    extra: bytes | None = None

    def text(self) -> str:
        """Return the proof as a file holds it."""
        extra = [] if self.extra is None else [f"extra {_encoded(self.extra)}"]
        lines = [HEADER, *extra, f"index {self.index}", *map(_encoded, self.path)]
        return "\n".join(lines) + "\n\n" + self.checkpoint

    @classmethod
    def parse(cls, text: str) -> Proof:
        """Read a proof.

        Raises:
            BadInput: it has another form; the message says what was found.
        """
        head, blank, checkpoint = text.partition("\n\n")
        lines = head.split("\n")
        if not text.strip():
            raise _refused("an empty file", "un fichier vide")
        if lines[0] != HEADER:
            raise _refused(f"the first line {lines[0][:60]}", f"la première ligne {lines[0][:60]}")
        extra = (
            _decoded(lines.pop(1).removeprefix("extra ")) if len(lines) > 1 and lines[1].startswith("extra ") else None
        )
        place = _INDEX.fullmatch(lines[1]) if len(lines) > 1 else None
        if place is None:
            raise _refused("no line `index N`: it was cut off", "aucune ligne `index N` : elle a été coupée")
        path = tuple(_decoded(line) for line in lines[2:])
        if any(len(one) != HASH_SIZE for one in path) or len(path) > _LONGEST_PATH:
            raise _refused("a path that is no list of hashes", "un chemin qui n'est pas une liste d'empreintes")
        if not blank or not checkpoint:
            raise _refused("no checkpoint: it was cut off", "aucun point de contrôle : il a été coupé")
        return cls(int(place[1]), path, checkpoint, extra)

    def verify(self, entry: bytes, keys: list[VerifierKey], *, origin: str) -> OpenedCheckpoint:
        """Check that the entry stands in the log, as a checkpoint signed by it says.

        Raises:
            BadInput: the checkpoint is refused, or the path does not lead from the entry to its root.
        """
        opened = open_checkpoint(self.checkpoint, keys, origin=origin)
        found = opened.checkpoint
        if not verify_inclusion(self.index, found.size, leaf_hash(entry), self.path, found.root):
            raise _refused(
                "a path that does not lead from the entry to the root",
                "un chemin qui ne mène pas de l'entrée à la racine",
            )
        return opened


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decoded(text: str) -> bytes:
    """Return the bytes of a line; another spelling of the same bytes is refused."""
    try:
        data = binascii.a2b_base64(text)
        same = binascii.b2a_base64(data, newline=False) == text.encode()
    except ValueError as error:
        raise _refused(f"the line {text[:60]}", f"la ligne {text[:60]}") from error
    if not same:
        raise _refused(f"the line {text[:60]}", f"la ligne {text[:60]}")
    return data


def _refused(got: str, got_fr: str) -> BadInput:
    return BadInput(
        "sealing.proof.refused",
        got=(got, got_fr),
        expected=(f"a proof in the form {HEADER}", f"une preuve de la forme {HEADER}"),
        next_step=("Take the receipt that was made with the seal.", "Prenez le reçu établi avec le scellé."),
    )
