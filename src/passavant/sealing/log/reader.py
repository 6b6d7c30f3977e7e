"""Reading a log: entries, proofs, what is known of a document. Readers never write and never wait for the writer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from passavant.errors import BadInput, NotFound
from passavant.sealing.checkpoints import open_checkpoint
from passavant.sealing.entries import Entry
from passavant.sealing.log.admission import IssuerKey, admitted_keys
from passavant.sealing.log.schema import ALGORITHM_IDS, connect
from passavant.sealing.log.status import Seal, seals_of
from passavant.sealing.merkle import HASH_SIZE
from passavant.sealing.notes import VerifierKey
from passavant.sealing.proofs import Proof
from passavant.sealing.receipts import Receipt
from passavant.sealing.tiles import Tile, TileReader

__all__ = ["SHORTEST_PREFIX", "LogReader"]

#: Hexadecimal digits of a private look-up: one document in a million shares them.
SHORTEST_PREFIX = 5
_MOST_MATCHES = 500
_ALL = 2**63 - 1
_TILES_IN_MEMORY = 2048


class LogReader:
    """A view on a log, for any number of threads (SQLite serialises them).

    Args:
        folder: The log's folder.

    Raises:
        BadInput: there is no log.
    """

    def __init__(self, folder: Path) -> None:
        self._connection = connect(folder)
        meta = dict(self._connection.execute("SELECT name, value FROM meta"))
        self.origin: str = meta["origin"]
        self.key = VerifierKey.parse(meta["key"])
        self._tiles = TileReader(0, self.read_tile, _TILES_IN_MEMORY)

    def size(self) -> int:
        """Return how many entries are durable."""
        (size,) = self._connection.execute("SELECT coalesce(max(place) + 1, 0) FROM entries").fetchone()
        return int(size)

    def entry(self, place: int) -> bytes:
        """Return the bytes of an entry.

        Raises:
            NotFound: the log is not that long.
        """
        row = self._connection.execute("SELECT entry FROM entries WHERE place = ?", (place,)).fetchone()
        if row is None:
            raise NotFound(
                "sealing.entry.none",
                got=(f"no entry {place}", f"aucune entrée {place}"),
                expected=(f"a place from 0 to {self.size() - 1}", f"une place de 0 à {self.size() - 1}"),
                next_step=("Look the document up by its digest.", "Recherchez le document par son empreinte."),
            )
        return bytes(row[0])

    def entries(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the entries from one place up to another."""
        rows = self._connection.execute(
            "SELECT entry FROM entries WHERE place >= ? AND place < ? ORDER BY place", (start, end)
        )
        return (bytes(row[0]) for row in rows)

    def tiles(self, size: int) -> TileReader:
        """Return the tree at a size: roots and proofs."""
        return self._tiles.resized(size)

    def read_tile(self, tile: Tile) -> bytes:
        """Return the bytes of a tile, as it was when it held so many hashes."""
        row = self._connection.execute(
            "SELECT substr(hashes, 1, ?) FROM tiles WHERE level = ? AND number = ?",
            (tile.width * HASH_SIZE, tile.level, tile.number),
        ).fetchone()
        return bytes(row[0]) if row else b""

    def receipt(self, place: int, checkpoint: str) -> Receipt:
        """Return the receipt of an entry under a signed checkpoint of this log.

        Raises:
            NotFound: the checkpoint does not cover the entry yet.
        """
        size = open_checkpoint(checkpoint, [self.key], origin=self.origin).checkpoint.size
        return self.proved(place, size, checkpoint)

    def proved(self, place: int, size: int, checkpoint: str) -> Receipt:
        """Return the receipt of an entry under a checkpoint of a known size."""
        data = self.entry(place)
        if place >= size:
            raise NotFound(
                "sealing.entry.uncovered",
                got=(f"entry {place} and a checkpoint of {size} entries", f"l'entrée {place} et un point de contrôle de {size} entrées"),
                expected=("a checkpoint that covers it", "un point de contrôle qui la couvre"),
                next_step=("Ask again in a few seconds.", "Redemandez dans quelques secondes."),
            )  # fmt: skip
        return Receipt(Proof(place, tuple(self.tiles(size).inclusion(place)), checkpoint), data)

    def look_up(self, alg: str, digest: str, at: dt.datetime | None = None, size: int = _ALL) -> list[Seal]:
        """Return the seals of a document, one an issuer, with their status; empty when the log knows none.

        Args:
            alg: ``sha-256`` or ``hmac-sha-256``.
            digest: 64 hexadecimal digits.
            at: The time for which expiry is judged; default now.
            size: As of the log's first so many entries; default all.
        """
        rows = self._connection.execute(
            "SELECT issuer, action, place, entry FROM statements JOIN entries USING (place)"
            " WHERE alg = ? AND digest = ? AND place < ?",
            (ALGORITHM_IDS[alg], bytes.fromhex(digest), size),
        ).fetchall()
        found = {row[2]: row[3] for row in rows}
        return seals_of([row[:3] for row in rows], lambda place: Entry.own(found[place]), at or dt.datetime.now(dt.UTC))

    def look_up_prefix(
        self, alg: str, prefix: str, at: dt.datetime | None = None, size: int = _ALL
    ) -> dict[str, list[Seal]]:
        """Return the seals of every document whose digest starts with some hexadecimal digits.

        So a reader need not say which document he holds.

        Raises:
            BadInput: more documents than one answer holds.
        """
        low, high = (bytes.fromhex(prefix.ljust(2 * HASH_SIZE, digit)) for digit in "0f")
        rows = self._connection.execute(
            "SELECT digest, issuer, action, place FROM statements WHERE alg = ? AND digest BETWEEN ? AND ? AND place < ?"
            " ORDER BY digest LIMIT ?",
            (ALGORITHM_IDS[alg], low, high, size, 4 * _MOST_MATCHES),
        ).fetchall()
        found: dict[bytes, list[tuple[int, int, int]]] = {}
        for digest, *row in rows:
            found.setdefault(digest, []).append((row[0], row[1], row[2]))
        if len(found) > _MOST_MATCHES or len(rows) == 4 * _MOST_MATCHES:
            raise BadInput(
                "sealing.lookup.prefix",
                got=(f"a prefix of {len(prefix)} digits with too many matches", f"un préfixe de {len(prefix)} chiffres et trop de correspondances"),
                expected=(f"at most {_MOST_MATCHES} documents", f"{_MOST_MATCHES} documents au plus"),
                next_step=("Give one more digit.", "Donnez un chiffre de plus."),
            )  # fmt: skip
        moment = at or dt.datetime.now(dt.UTC)
        return {digest.hex(): seals_of(group, self._parsed, moment) for digest, group in found.items()}

    def admitted(self) -> list[IssuerKey]:
        """Return the issuers' keys that the log admitted."""
        return admitted_keys(self._connection)

    def close(self) -> None:
        """Close the view."""
        self._connection.close()

    def __enter__(self) -> LogReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _parsed(self, place: int) -> Entry:
        return Entry.own(self.entry(place))
