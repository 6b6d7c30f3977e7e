"""The growing edge of a log's tree: frontier and open tiles, kept in memory and written with each transaction."""

from __future__ import annotations

import sqlite3

from passavant.sealing.merkle import HASH_SIZE, Frontier, Levels, leaf_hash
from passavant.sealing.tiles import WIDTH

__all__ = ["Edge"]

_FULL = WIDTH * HASH_SIZE


class Edge:
    """The right edge of the tree: what appending needs of it.

    Attributes:
        tree: Frontier of the tree.
    """

    def __init__(self, tree: Frontier, open_tiles: dict[int, bytearray]) -> None:
        self.tree = tree
        self._open = open_tiles

    @classmethod
    def load(cls, connection: sqlite3.Connection) -> Edge:
        """Read the edge of a log from its tiles."""
        (size,) = connection.execute("SELECT coalesce(max(place) + 1, 0) FROM entries").fetchone()
        tiles, level, width = {}, 0, size
        while width:
            row = connection.execute(
                "SELECT hashes FROM tiles WHERE level = ? AND number = ?", (level, width // WIDTH)
            ).fetchone()
            tiles[level] = bytearray(row[0][: width % WIDTH * HASH_SIZE] if row else b"")
            level, width = level + 1, width // WIDTH
        roots = [root for level in sorted(tiles, reverse=True) for root in _roots(tiles[level])]
        return cls(Frontier(size, roots), tiles)

    def copy(self) -> Edge:
        """Return an edge to try a transaction on."""
        tiles = {level: bytearray(hashes) for level, hashes in self._open.items()}
        return Edge(Frontier(self.tree.size, self.tree.roots), tiles)

    def append(self, entries: list[bytes], connection: sqlite3.Connection) -> None:
        """Add entries to the tree and to its tables, within the caller's transaction."""
        changed: dict[tuple[int, int], bytes | bytearray] = {}
        first = self.tree.size
        for entry in entries:
            leaf = leaf_hash(entry)
            self.tree.append(leaf)
            self._push(0, self.tree.size - 1, leaf, changed)
        for level, hashes in self._open.items():
            if hashes:
                changed[level, (self.tree.size >> (8 * level)) // WIDTH] = hashes
        connection.executemany("INSERT INTO entries VALUES (?, ?)", enumerate(entries, first))
        rows = ((level, number, bytes(hashes)) for (level, number), hashes in changed.items())
        connection.executemany("INSERT OR REPLACE INTO tiles VALUES (?, ?, ?)", rows)

    def _push(self, level: int, place: int, value: bytes, changed: dict[tuple[int, int], bytes | bytearray]) -> None:
        tile = self._open.setdefault(level, bytearray())
        tile += value
        if len(tile) == _FULL:
            changed[level, place // WIDTH] = tile
            self._open[level] = bytearray()
            self._push(level + 1, place // WIDTH, _tile_root(tile), changed)


def _tile_root(tile: bytearray) -> bytes:
    return Levels([bytes(tile[start : start + HASH_SIZE]) for start in range(0, len(tile), HASH_SIZE)]).root


def _roots(tile: bytearray) -> tuple[bytes, ...]:
    """Return the roots of a partial tile's perfect subtrees, the largest first."""
    tree = Frontier()
    for start in range(0, len(tile), HASH_SIZE):
        tree.append(bytes(tile[start : start + HASH_SIZE]))
    return tree.roots
