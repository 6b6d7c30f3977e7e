"""A log's tiles and bundles as its source publishes them, read with limits; what is missing or damaged is a finding."""

from __future__ import annotations

from collections.abc import Sequence

from passavant.errors import BadInput
from passavant.sealing.audit.findings import Findings
from passavant.sealing.audit.sources import Source
from passavant.sealing.merkle import HASH_SIZE
from passavant.sealing.tiles import WIDTH, Tile, bundle, bundle_path, tile_path, unbundle

__all__ = ["LogFiles", "evidence_name", "read_tile"]

_FULL_TILE = WIDTH * HASH_SIZE
_FULL_BUNDLE = WIDTH * (2 + 0xFFFF)


class LogFiles:
    """Tiles and bundles of one log.

    Args:
        source: Where they are.
        findings: Where faults go.
    """

    def __init__(self, source: Source, findings: Findings) -> None:
        self._source = source
        self._findings = findings

    def tile(self, level: int, number: int, width: int) -> bytes | None:
        """Return the hashes of a tile, or None where there is no whole one, which is a finding."""
        path = tile_path(level, number, width)
        data = read_tile(self._source, Tile(level, number, width))
        if data is None:
            self._findings.add("tile-missing", path, expected=f"{width * HASH_SIZE} bytes", found="-")
        elif len(data) != width * HASH_SIZE:
            files = {evidence_name(path): data}
            self._findings.add("tile-damaged", path, expected=f"{width * HASH_SIZE} bytes", found=f"{len(data)} bytes", files=files)  # fmt: skip
            return None
        return data

    def bundle(self, number: int, width: int) -> list[bytes] | None:
        """Return the entries of a bundle, or None where there is no whole one, which is a finding."""
        path = bundle_path(number, width)
        data = self._source.read(path, _FULL_BUNDLE)
        exact = data is not None or width == WIDTH
        data = data if exact else self._source.read(bundle_path(number), _FULL_BUNDLE)
        if data is None:
            self._findings.add("bundle-missing", path, expected=f"{width} entries", found="-")
            return None
        try:
            entries = unbundle(data)
            found = f"{len(entries)} entries"
        except BadInput as error:
            entries, found = [], error.got[0]
        if len(entries) == width or (not exact and len(entries) > width):
            return entries[:width]
        files = {evidence_name(path): data}
        self._findings.add("bundle-damaged", path, expected=f"{width} entries", found=found, files=files)
        return None

    def check_older_tiles(self, level: int, number: int, hashes: bytes) -> None:
        """Check the partial tiles that smaller checkpoints left beside a tile: each is its beginning."""
        for width in self._source.partials(tile_path(level, number)):
            if not 0 < width * HASH_SIZE < len(hashes):
                continue
            path, expected = tile_path(level, number, width), hashes[: width * HASH_SIZE]
            data = self._source.read(path, _FULL_TILE)
            if data is not None and data != expected:
                files = {evidence_name(path): data, f"expected-{evidence_name(path)}": expected}
                self._findings.add("tile-altered", path, expected=expected.hex(), found=data.hex(), files=files)

    def check_older_bundles(self, number: int, entries: Sequence[bytes]) -> None:
        """Check the partial bundles that smaller checkpoints left beside a bundle."""
        for width in self._source.partials(bundle_path(number)):
            if not 0 < width < len(entries):
                continue
            path, expected = bundle_path(number, width), bundle(entries[:width])
            data = self._source.read(path, _FULL_BUNDLE)
            if data is not None and data != expected:
                files = {evidence_name(path): data, f"expected-{evidence_name(path)}": expected}
                about = (f"the first {width} entries of the bundle", f"{len(data)} other bytes")
                self._findings.add("bundle-damaged", path, expected=about[0], found=about[1], files=files)


def read_tile(source: Source, tile: Tile) -> bytes | None:
    """Return a tile's bytes as published, or None. A partial tile may have gone where the full one exists."""
    data = source.read(tile.path, _FULL_TILE)
    if data is None and tile.width < WIDTH:
        full = source.read(tile_path(tile.level, tile.number), _FULL_TILE)
        return full[: tile.width * HASH_SIZE] if full is not None and len(full) == _FULL_TILE else None
    return data


def evidence_name(path: str) -> str:
    """Return the name under which a file of the log stands in evidence.

    >>> evidence_name("tile/0/x001/234.p/7")
    'tile-0-x001-234.p-7'
    """
    return path.replace("/", "-")
