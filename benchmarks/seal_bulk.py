"""Bulk sealing, durable: goal 50 % of the ideal pipeline in batches of 1,000 (stretch 75 %).

Ours: from digests, statements made, signed once a batch, the signature checked, each statement logged with its path in the
batch, the tree grown, the checkpoint signed. The limit beside it, in the same run, is written by hand and does the least that
any durable log with a tree must: entries of the same size, one signature a batch, a unique insert and an entry insert each, leaf
and node hashes, tile rows, the root, a signed checkpoint; no statement is made, read, checked or proved. Both write with
SQLite, WAL, synchronous=FULL. A round each in turn; the median counts.

    python benchmarks/seal_bulk.py [--seals 20000] [--json]
"""

from __future__ import annotations

import argparse
import base64
import gc
import hashlib
import json
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from passavant.sealing import SigningKey, Statement
from passavant.sealing.log import LogReader, LogWriter, create_log
from passavant.sealing.statements import now
from passavant.sealing.submissions import submit

_BATCHES = (100, 1_000, 10_000)
_ROUNDS = 5
_GOAL = 0.5
_ORIGIN, _ISSUER = "seals.example/log", "customs.example/permits"
_WIDTH, _HASH = 256, 32


class Ours:
    """The log as it is."""

    def __init__(self, folder: Path) -> None:
        key, self.issuer = SigningKey.generate(_ORIGIN), SigningKey.generate(_ISSUER)
        self.folder = folder
        create_log(folder, key)
        self.log = LogWriter(folder, key)
        self.log.admit(self.issuer.verifier)

    def seal(self, digests: list[bytes]) -> None:
        stamp = now()
        sealed = [Statement("seal", _ISSUER, stamp, digest=digest.hex(), doc_type="851") for digest in digests]
        assert self.log.append(submit(self.issuer, sealed, self.log.origin)).added == len(digests)
        assert self.log.checkpoint()

    def entry_bytes(self) -> int:
        with LogReader(self.folder) as reader:
            return round(statistics.mean(map(len, reader.entries(2, reader.size()))))


class Ideal:
    """The limit: a durable log with a tree, and nothing else."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.key, self.issuer = SigningKey.generate(_ORIGIN).private, SigningKey.generate(_ISSUER).private
        self.db = sqlite3.connect(folder / "ideal.sqlite", isolation_level=None)
        self.db.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            "CREATE TABLE entries (place INTEGER PRIMARY KEY, entry BLOB);"
            "CREATE TABLE seals (digest BLOB PRIMARY KEY, place INTEGER) WITHOUT ROWID;"
            "CREATE TABLE tiles (level INTEGER, number INTEGER, hashes BLOB, PRIMARY KEY (level, number)) WITHOUT ROWID;"
        )
        self.size, self.open = 0, [bytearray()]
        self.filler = b""

    def seal(self, digests: list[bytes]) -> None:
        sha256 = hashlib.sha256
        signature = self.issuer.sign(sha256(b"".join(digests)).digest())
        shared = signature + self.filler
        entries = [digest + shared for digest in digests]
        start, rows = self.size, list[tuple[int, int, bytes]]()
        tile = self.open[0]
        for entry in entries:
            tile += sha256(b"\x00" + entry).digest()
            if len(tile) == _WIDTH * _HASH:
                self._close(0, self.size // _WIDTH, rows)
                tile = self.open[0]
            self.size += 1
        for level, partial in enumerate(self.open):
            if partial:
                rows.append((level, (self.size >> 8 * level) // _WIDTH, bytes(partial)))
        self.db.execute("BEGIN IMMEDIATE")
        unique = sorted(zip(digests, range(start, self.size), strict=True))  # in the index's order: less to write
        self.db.executemany("INSERT INTO seals VALUES (?, ?)", unique)
        self.db.executemany("INSERT INTO entries VALUES (?, ?)", enumerate(entries, start))
        self.db.executemany("INSERT OR REPLACE INTO tiles VALUES (?, ?, ?)", rows)
        self.db.execute("COMMIT")
        text = f"{_ORIGIN}\n{self.size}\n{base64.b64encode(self._root()).decode()}\n"
        assert text + base64.b64encode(self.key.sign(text.encode())).decode()

    def _close(self, level: int, number: int, rows: list[tuple[int, int, bytes]]) -> None:
        tile = bytes(self.open[level])
        rows.append((level, number, tile))
        self.open[level] = bytearray()
        if level + 1 == len(self.open):
            self.open.append(bytearray())
        self.open[level + 1] += _folded(tile)[0]
        if len(self.open[level + 1]) == _WIDTH * _HASH:
            self._close(level + 1, number // _WIDTH, rows)

    def _root(self) -> bytes:
        """Return the root over the open tiles, the lowest first."""
        root = b""
        for partial in self.open:
            nodes = _folded(bytes(partial) + root)
            root = nodes[0] if nodes else root
        return root


def _folded(hashes: bytes) -> list[bytes]:
    sha256, nodes = hashlib.sha256, [hashes[at : at + _HASH] for at in range(0, len(hashes), _HASH)]
    while len(nodes) > 1:
        above = [sha256(b"\x01" + left + right).digest() for left, right in zip(nodes[::2], nodes[1::2], strict=False)]
        nodes = above + nodes[-1:] if len(nodes) & 1 else above
    return nodes


def _rate(pipeline: Any, batch: int, seals: int) -> float:
    digests = [os.urandom(_HASH) for _ in range(seals)]
    gc.collect()
    started = time.perf_counter()
    for start in range(0, seals, batch):
        pipeline.seal(digests[start : start + batch])
    return seals / (time.perf_counter() - started)


def _measure(batch: int, seals: int, folder: Path) -> dict[str, Any]:
    ours, ideal = Ours(folder / "ours"), Ideal(folder / "ideal")
    ours.seal([os.urandom(_HASH) for _ in range(batch)])
    entry = ours.entry_bytes()
    ideal.filler = bytes(entry - _HASH - 64)
    rates: list[tuple[float, float]] = []
    for _ in range(_ROUNDS):
        limit = _rate(ideal, batch, seals)
        rates.append((_rate(ours, batch, seals), limit))
    return {
        "entry_bytes": entry,
        "ideal_per_s": round(statistics.median(limit for _, limit in rates)),
        "seals_per_s": round(statistics.median(rate for rate, _ in rates)),
        "ratio": round(statistics.median(rate / limit for rate, limit in rates), 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seals", type=int, default=20_000, help="seals a round")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = {}
    for batch in _BATCHES:
        with tempfile.TemporaryDirectory() as name:
            found[batch] = _measure(batch, asked.seals, Path(name))
    if asked.json:
        print(json.dumps({"seals": asked.seals, "rounds": _ROUNDS, "goal_ratio_at_1000": _GOAL, **found}, indent=2))
        return
    print(
        f"{os.cpu_count()} cores, Python {sys.version.split()[0]}; median of {_ROUNDS} rounds of {asked.seals:,} seals"
    )
    print(f"{'batch':>10}{'entry bytes':>14}{'ideal /s':>12}{'ours /s':>12}{'ratio':>9}")
    for batch, one in found.items():
        print(
            f"{batch:>10,}{one['entry_bytes']:>14,}{one['ideal_per_s']:>12,}{one['seals_per_s']:>12,}{one['ratio']:>9}"
        )
    print(f"goal: ratio {_GOAL} at 1,000")


if __name__ == "__main__":
    main()
