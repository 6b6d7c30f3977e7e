"""Tiles (C2SP tlog-tiles 0.1.0): the tree as static files of 256 hashes, and the entries as bundles of 256.

>>> tile_path(0, 1234067)
'tile/0/x001/x234/067'
>>> [part.path for part in tiles_of(0, 70000)][-3:]
['tile/1/000', 'tile/1/001.p/17', 'tile/2/000.p/1']
"""

from __future__ import annotations

import functools
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from passavant.errors import BadInput
from passavant.sealing.merkle import EMPTY_ROOT, HASH_SIZE, Frontier, Levels, consistency_path, inclusion_path

__all__ = ["WIDTH", "Tile", "TileReader", "bundle", "bundle_path", "tile_path", "tiles_of", "unbundle"]

#: Hashes in a full tile, entries in a full bundle.
WIDTH = 256
_BITS = 8
_MOST_BYTES = 0xFFFF


@dataclass(frozen=True)
class Tile:
    """One tile: level, number on that level, and how many hashes it holds (256: full)."""

    level: int
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it stands below the log's prefix."""
        return tile_path(self.level, self.number, self.width)


def tile_path(level: int, number: int, width: int = WIDTH) -> str:
    """Return the path of a tile."""
    return f"tile/{level}/{_numbered(number, width)}"


def bundle_path(number: int, width: int = WIDTH) -> str:
    """Return the path of a bundle of entries."""
    return f"tile/entries/{_numbered(number, width)}"


def tiles_of(before: int, size: int) -> Iterator[Tile]:
    """Yield the tiles that a log of ``size`` leaves has and one of ``before`` leaves had not, level by level."""
    level = 0
    while size >> (_BITS * level):
        old, new = before >> (_BITS * level), size >> (_BITS * level)
        for number in range(old // WIDTH, -(-new // WIDTH)):
            width = min(WIDTH, new - number * WIDTH)
            if number * WIDTH + width > old:
                yield Tile(level, number, width)
        level += 1


def bundle(entries: Sequence[bytes]) -> bytes:
    """Return entries as a bundle: each behind its length in two bytes."""
    for entry in entries:
        if len(entry) > _MOST_BYTES:
            raise BadInput(
                "sealing.entry.too_long",
                got=(f"an entry of {len(entry)} bytes", f"une entrée de {len(entry)} octets"),
                expected=(f"at most {_MOST_BYTES}", f"{_MOST_BYTES} au plus"),
                next_step=(
                    "Seal the digest of the document, not its content.",
                    "Scellez l'empreinte du document, pas son contenu.",
                ),
            )
    return b"".join(struct.pack(">H", len(entry)) + entry for entry in entries)


def unbundle(data: bytes) -> list[bytes]:
    """Return the entries of a bundle.

    Raises:
        BadInput: it ends within an entry.
    """
    entries, place = [], 0
    while place < len(data):
        start = place + 2
        place = start + int.from_bytes(data[place:start], "big")
        if start > len(data) or place > len(data):
            raise _damaged("a bundle that ends within an entry", "un lot qui s'arrête au milieu d'une entrée")
        entries.append(data[start:place])
    return entries


class TileReader:
    """Roots of any part of a tree, from its tiles: what proofs are made of.

    Args:
        size: Leaves in the tree.
        read: Returns the bytes of a tile; the hashes are taken as they are, whoever verifies a proof checks them.
        keep: Tiles whose inner nodes are kept in memory, about 33 kB each.
    """

    def __init__(self, size: int, read: Callable[[Tile], bytes], keep: int = 64) -> None:
        self._size = size
        self._read = read
        self._tree = functools.lru_cache(keep)(self._load)

    def resized(self, size: int) -> TileReader:
        """Return a reader of the same log at another size that shares the tiles in memory."""
        other = TileReader.__new__(TileReader)
        other._size, other._read, other._tree = size, self._read, self._tree
        return other

    def subtree(self, start: int, end: int) -> bytes:
        """Return the root over the leaves ``start`` to ``end - 1``; ``start`` is a multiple of a perfect part's size."""
        parts = [self._part(*part) for part in _perfect(start, end)]
        return parts[0] if len(parts) == 1 else Frontier(end - start, parts).root()

    def root(self) -> bytes:
        """Return the root of the whole tree."""
        return self.subtree(0, self._size) if self._size else EMPTY_ROOT

    def inclusion(self, index: int) -> list[bytes]:
        """Return the audit path of a leaf."""
        return inclusion_path(index, self._size, self.subtree)

    def consistency(self, old: int) -> list[bytes]:
        """Return the proof that the tree of ``old`` leaves is this one's beginning."""
        return consistency_path(old, self._size, self.subtree)

    def _part(self, start: int, end: int) -> bytes:
        """Return the root of a perfect part: a node of the highest tile that holds it."""
        depth = (end - start).bit_length() - 1
        level, height = divmod(depth, _BITS)
        place = start >> depth
        number = (place << height) // WIDTH
        width = min(WIDTH, (self._size >> (_BITS * level)) - number * WIDTH)
        return self._tree(Tile(level, number, width)).node(height, place - ((number * WIDTH) >> height))

    def _load(self, tile: Tile) -> Levels:
        data = self._read(tile)
        if len(data) != tile.width * HASH_SIZE:
            raise _damaged(f"a tile of {len(data)} bytes", f"une tuile de {len(data)} octets")
        return Levels([data[place : place + HASH_SIZE] for place in range(0, len(data), HASH_SIZE)])


def _perfect(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a part into perfect subtrees, the largest first."""
    while start < end:
        size = 1 << ((end - start).bit_length() - 1)
        yield start, start + size
        start += size


def _numbered(number: int, width: int) -> str:
    groups = [f"{number % 1000:03}"]
    while number >= 1000:
        number //= 1000
        groups.append(f"x{number % 1000:03}")
    return "/".join(reversed(groups)) + (f".p/{width}" if width < WIDTH else "")


def _damaged(got: str, got_fr: str) -> BadInput:
    return BadInput(
        "sealing.tile.damaged",
        got=(got, got_fr),
        expected=("a whole tile of this log", "une tuile entière de ce journal"),
        next_step=(
            "Fetch it again, or run `passavant log audit`.",
            "Récupérez-la à nouveau, ou lancez `passavant log audit`.",
        ),
    )
