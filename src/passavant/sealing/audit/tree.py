"""The whole tree of a log made anew from its entries, and every published tile compared with it.

Two chains of hashes run upwards: one from the entries, one from the tiles of level 0. A slot of a higher tile must be of
one of them, so that each alteration is found where it is, and not again on every level above.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from passavant.sealing.audit.files import LogFiles, evidence_name
from passavant.sealing.audit.findings import Findings
from passavant.sealing.merkle import EMPTY_ROOT, HASH_SIZE, Frontier, Levels, leaf_hash
from passavant.sealing.tiles import WIDTH, bundle, tile_path

__all__ = ["TreeReplay"]

_FULL = WIDTH * HASH_SIZE
#: Root that stands for a tile of level 0 of which neither hashes nor entries were there.
_UNKNOWN = Levels([bytes(HASH_SIZE)] * WIDTH).root
#: Told of the entries of each bundle: place of the first, and all of them.
Told = Callable[[int, list[bytes]], None]


class TreeReplay:
    """A tree that grows bundle by bundle.

    Args:
        size: Entries that the checkpoint covers.
        files: The log's files.
        findings: Where faults go.
        start: Entries that were replayed before.
        tails: For ``start``: the hashes of the open tile of each level above 0, as they were computed.
    """

    def __init__(
        self, size: int, files: LogFiles, findings: Findings, start: int = 0, tails: Mapping[int, bytes] | None = None
    ) -> None:
        self._size = size
        self._files = files
        self._findings = findings
        self._first = start // WIDTH
        self._gap = False
        self._entries = {level: bytearray(hashes) for level, hashes in (tails or {}).items()}
        self._tiles = {level: bytearray(hashes) for level, hashes in (tails or {}).items()}
        self._leaves = (b"", b"")

    def run(self, told: Told) -> None:
        """Replay all bundles, then compare the open tiles on the right edge."""
        for number in range(self._first, -(-self._size // WIDTH)):
            width = min(WIDTH, self._size - number * WIDTH)
            entries = self._files.bundle(number, width)
            pair = self._level_0(number, width, entries)
            if width == WIDTH:
                self._push(0, number, *pair)
            else:
                self._leaves = pair
            if entries is not None:
                self._files.check_older_bundles(number, entries)
                told(number * WIDTH, entries)
        for level in sorted(self._entries):
            if self._entries[level]:
                number = (self._size >> (8 * level)) // WIDTH
                self._tiles[level] = bytearray(self._compared(level, number))

    def roots(self) -> tuple[bytes, bytes] | None:
        """Return the root of the entries and that of the tiles; None where too much is missing."""
        if self._gap:
            return None
        return self._root(self._entries, self._leaves[0]), self._root(self._tiles, self._leaves[1])

    @property
    def tails(self) -> dict[int, bytes]:
        """The hashes of the open tile of each level above 0, from which a later replay goes on."""
        return {level: bytes(hashes) for level, hashes in self._entries.items() if hashes}

    def _level_0(self, number: int, width: int, entries: list[bytes] | None) -> tuple[bytes, bytes]:
        """Return the leaf hashes as of the entries and as of the tile; a difference is a finding."""
        published = self._files.tile(0, number, width)
        leaves = None if entries is None else b"".join([leaf_hash(entry) for entry in entries])
        if leaves is None:
            self._gap |= published is None and width < WIDTH  # of a full tile, the level above knows the root
            leaves = published or bytes(width * HASH_SIZE)
        tile = published or leaves
        if entries is not None and tile != leaves:
            self._differs(number, width, entries, leaves, tile)
        self._files.check_older_tiles(0, number, tile)
        return leaves, tile

    def _differs(self, number: int, width: int, entries: list[bytes], leaves: bytes, tile: bytes) -> None:
        slots = [slot for slot in range(width) if _slot(leaves, slot) != _slot(tile, slot)]
        slot, path = slots[0], tile_path(0, number, width)
        self._findings.add(
            "leaf-altered",
            path,
            index=number * WIDTH + slot,
            expected=_slot(leaves, slot).hex(),
            found=_slot(tile, slot).hex(),
            files={evidence_name(path): tile, "bundle": bundle(entries), "entry": entries[slot]},
            more={"entries": [number * WIDTH + one for one in slots]},
        )

    def _push(self, level: int, number: int, leaves: bytes, tile: bytes) -> None:
        """Put the roots of a full tile into the level above."""
        root = Levels(_hashes(leaves)).root
        above = level + 1
        entries = self._entries.setdefault(above, bytearray())
        tiles = self._tiles.setdefault(above, bytearray())
        entries += root
        tiles += root if leaves == tile else Levels(_hashes(tile)).root
        if len(entries) == _FULL:
            compared = self._compared(above, number // WIDTH)
            self._entries[above], self._tiles[above] = bytearray(), bytearray()
            self._push(above, number // WIDTH, bytes(entries), compared)

    def _compared(self, level: int, number: int) -> bytes:
        """Compare a tile above level 0 with what the tiles below it say; return what goes upwards."""
        entries, tiles = bytes(self._entries[level]), bytes(self._tiles[level])
        width = len(entries) // HASH_SIZE
        published = self._files.tile(level, number, width)
        if published is None:
            self._gap |= _UNKNOWN in _hashes(tiles)
            return tiles
        self._files.check_older_tiles(level, number, published)
        if published == entries:
            return published
        held, wrong = [], []
        for slot in range(width):
            value, known = _slot(published, slot), (_slot(entries, slot), _slot(tiles, slot))
            good = value in known or known[1] == _UNKNOWN
            held.append(value if good else known[1])
            wrong += [] if good else [slot]
        if wrong:
            path, slot = tile_path(level, number, width), wrong[0]
            self._findings.add(
                "tile-altered",
                path,
                expected=_slot(tiles, slot).hex(),
                found=_slot(published, slot).hex(),
                files={evidence_name(path): published, f"expected-{evidence_name(path)}": tiles},
                more={"slots": wrong},
            )
        return b"".join(held)

    def _root(self, levels: Mapping[int, bytearray], leaves: bytes) -> bytes:
        parts = [bytes(levels[level]) for level in sorted(levels, reverse=True)]
        roots = [root for part in [*parts, leaves] for root in _perfect_roots(part)]
        return Frontier(self._size, roots).root() if self._size else EMPTY_ROOT


def _slot(hashes: bytes, slot: int) -> bytes:
    return hashes[slot * HASH_SIZE : (slot + 1) * HASH_SIZE]


def _hashes(data: bytes) -> list[bytes]:
    return [data[place : place + HASH_SIZE] for place in range(0, len(data), HASH_SIZE)]


def _perfect_roots(tile: bytes) -> Iterator[bytes]:
    """Yield the roots of an open tile's perfect subtrees, the largest first."""
    tree = Frontier()
    for value in _hashes(tile):
        tree.append(value)
    yield from tree.roots
