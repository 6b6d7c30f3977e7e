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

    def __init__(self, tree: Frontier, open_tiles: dict[int, bytes]) -> None:
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
            tiles[level] = row[0][: width % WIDTH * HASH_SIZE] if row else b""
            level, width = level + 1, width // WIDTH
        roots = [root for level in sorted(tiles, reverse=True) for root in _roots(tiles[level])]
        return cls(Frontier(size, roots), tiles)

    def copy(self) -> Edge:
        """Return an edge to try a transaction on."""
        return Edge(Frontier(self.tree.size, self.tree.roots), dict(self._open))

    def append(self, entries: list[bytes], connection: sqlite3.Connection) -> None:
        """Add entries to the tree and to its tables, within the caller's transaction."""
        changed: dict[tuple[int, int], bytes] = {}
        first, leaves = self.tree.size, [leaf_hash(entry) for entry in entries]
        self.tree.extend(leaves)
        self._extend(0, first, leaves, changed)
        for level, hashes in self._open.items():
            if hashes:
                changed[level, (self.tree.size >> (8 * level)) // WIDTH] = hashes
        connection.executemany("INSERT INTO entries VALUES (?, ?)", enumerate(entries, first))
        rows = ((level, number, hashes) for (level, number), hashes in changed.items())
        connection.executemany("INSERT OR REPLACE INTO tiles VALUES (?, ?, ?)", rows)

    def _extend(self, level: int, place: int, hashes: list[bytes], changed: dict[tuple[int, int], bytes]) -> None:
        """Add hashes to a level, the first at a place; each tile that they fill is one hash of the level above."""
        first, data = place // WIDTH, self._open.get(level, b"") + b"".join(hashes)
        full = [data[start : start + _FULL] for start in range(0, len(data) - _FULL + 1, _FULL)]
        self._open[level] = data[len(full) * _FULL :]
        if full:
            changed.update(((level, number), tile) for number, tile in enumerate(full, first))
            self._extend(level + 1, first, [Levels(_hashes(tile)).root for tile in full], changed)


def _hashes(tile: bytes) -> list[bytes]:
    return [tile[start : start + HASH_SIZE] for start in range(0, len(tile), HASH_SIZE)]


def _roots(tile: bytes) -> tuple[bytes, ...]:
    """Return the roots of a partial tile's perfect subtrees, the largest first."""
    tree = Frontier()
    tree.extend(_hashes(tile))
    return tree.roots
