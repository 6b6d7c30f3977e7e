"""Whether a log's checkpoint continues the anchored one: a consistency proof, from the log's tiles or from whoever gives one."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from pathlib import Path

from passavant.errors import BadInput, Place
from passavant.sealing.checkpoints import Checkpoint
from passavant.sealing.fabric.contract import Record
from passavant.sealing.merkle import HASH_SIZE, consistency_path, verify_consistency
from passavant.sealing.tiles import Tile, TileReader, tile_path
from passavant.texts.file_faults import fault_of

__all__ = ["Prove", "continues", "tiles_in"]

#: ``prove(old, size)``: the consistency proof from ``old`` to ``size`` leaves (RFC 6962 §2.1.2).
Prove = Callable[[int, int], Sequence[bytes]]


def continues(old: Record, new: Checkpoint, prove: Prove | TileReader) -> bool:
    """Return whether the anchored tree is the beginning of the log's.

    Args:
        old: The anchored checkpoint, verified; smaller than the log's.
        new: The log's checkpoint, verified.
        prove: Gives the proof, or the tiles to make it from.
    """
    if isinstance(prove, TileReader):
        path: Sequence[bytes] = consistency_path(old.size, new.size, prove.subtree)
    else:
        path = prove(old.size, new.size)
    return verify_consistency(old.size, new.size, base64.b64decode(old.root), new.root, path)


def tiles_in(folder: Path, size: int) -> TileReader:
    """Return the tiles of a log's folder, for proofs up to ``size`` leaves.

    A partial tile may be gone once the full one exists (C2SP tlog-tiles): its hashes are then the beginning of the full one.
    """

    def read(tile: Tile) -> bytes:
        full = folder / tile_path(tile.level, tile.number)
        path = folder / tile.path
        try:
            return path.read_bytes() if path.exists() else full.read_bytes()[: tile.width * HASH_SIZE]
        except OSError as error:
            why = fault_of(error)
            raise BadInput(
                "sealing.tile.unreadable",
                got=(why.en, why.fr),
                expected=("a tile of the log", "une tuile du journal"),
                next_step=(
                    "Give the folder that holds the log's `tile` folder, at the size of the checkpoint or later.",
                    "Indiquez le dossier qui contient le dossier `tile` du journal, à la taille du point de contrôle ou après.",
                ),
                place=Place(file=str(path)),
            ) from error

    return TileReader(size, read)
