"""Proofs from a log of a million entries: goals 5,000 inclusion proofs and 2,000 consistency proofs a second, look-ups at half
the rate of SQLite's point reads, at most 33 bytes of tiles a leaf and 2.5 times the entries' bytes in all.

The log is built once, in batches of 10,000, on the disk of the temporary folder. Places, sizes and documents are drawn at random;
"cold" is a new reader whose tiles are not in memory yet (the system may hold the file in its cache), "warm" the same again.
A proof here is what a receipt holds: the entry and its audit path. The limit of look-ups is a bare point read of one row, by the
same digests, of the same database in the same run. A look-up answers who, when and with what status, which its entry says: the
limit with the entry beside it is one bare read of both rows, of which nothing is parsed.

Beside it, where it can be imported, pymerkle does the same operation on its own SQLite store, at a smaller size. It is under the
GPL and no dependency: make an environment of its own with `pip install pymerkle`, and name its site-packages in PYTHONPATH.

    python benchmarks/seal_proofs.py [--entries 1000000] [--json]
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import os
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from passavant.sealing import SigningKey, Statement
from passavant.sealing.log import PUBLIC, LogReader, LogWriter, Publisher, create_log
from passavant.sealing.merkle import leaf_hash, verify_consistency, verify_inclusion
from passavant.sealing.statements import now
from passavant.sealing.submissions import MOST_STATEMENTS, submit

_PROOFS, _LOOK_UPS = 10_000, 10_000
_PYMERKLE_ENTRIES, _PYMERKLE_PROOFS = 20_000, 100
_WITH_ENTRY = """SELECT issuer, action, place, entry FROM statements JOIN entries USING (place)
WHERE alg = 1 AND digest = ?"""
_GOALS = {
    "inclusion_per_s": 5_000, "consistency_per_s": 2_000, "look_up_ratio": 0.5, "tile_bytes_per_leaf": 33, "total_ratio": 2.5,
}  # fmt: skip


def _digest(number: int) -> str:
    return f"{number * 0x9E3779B97F4A7C15F39CC0605CEDC834 % (1 << 128):032x}{number:032x}"


def _build(folder: Path, entries: int) -> tuple[float, float]:
    """Build and publish a log; return the seconds of each."""
    key, issuer = SigningKey.generate("seals.example/log"), SigningKey.generate("customs.example/permits")
    create_log(folder, key)
    started = time.perf_counter()
    with LogWriter(folder, key) as log:
        log.admit(issuer.verifier)
        for start in range(log.size, entries, MOST_STATEMENTS):
            numbers, stamp = range(start, min(entries, start + MOST_STATEMENTS)), now()
            log.append(
                submit(issuer, [Statement("seal", issuer.name, stamp, digest=_digest(n)) for n in numbers], log.origin)
            )
        built = time.perf_counter()
        with LogReader(folder) as reader:
            Publisher(folder, reader).publish(log.checkpoint())
    return built - started, time.perf_counter() - built


def _rate(act: Callable[[Any], Any], given: Iterable[Any]) -> float:
    drawn = list(given)
    started = time.perf_counter()
    for one in drawn:
        act(one)
    return len(drawn) / (time.perf_counter() - started)


def _ours(folder: Path, size: int) -> dict[str, Any]:
    chance = random.Random(3)

    def drawn(count: int) -> list[int]:
        return [chance.randrange(2, size) for _ in range(count)]

    found: dict[str, Any] = {}
    with LogReader(folder) as reader:
        tree = reader.tiles(size)
        root = tree.root()
        assert all(
            verify_inclusion(place, size, leaf_hash(reader.entry(place)), tree.inclusion(place), root)
            for place in drawn(100)
        )
        assert all(
            verify_consistency(old, size, reader.tiles(old).root(), root, tree.consistency(old)) for old in drawn(100)
        )
    with LogReader(folder) as reader:
        found["inclusion_cold_per_s"] = _rate(lambda place: _proof(reader, place, size), drawn(_PROOFS // 5))
        found["inclusion_filling_per_s"] = _rate(lambda place: _proof(reader, place, size), drawn(_PROOFS))
        found["inclusion_per_s"] = _rate(lambda place: _proof(reader, place, size), drawn(_PROOFS))
        found["consistency_per_s"] = _rate(lambda old: reader.tiles(size).consistency(old), drawn(_PROOFS))
        look_ups = [_digest(number) for number in drawn(_LOOK_UPS)]
        _rate(lambda digest: reader.look_up("sha-256", digest), look_ups)  # warm, as the limits below
        found["look_ups_per_s"] = _rate(lambda digest: reader.look_up("sha-256", digest)[0].index, look_ups)
    found["point_reads_per_s"] = _bare_reads(
        folder, look_ups, "SELECT issuer, action, place FROM statements WHERE alg = 1 AND digest = ?"
    )
    found["look_up_ratio"] = found["look_ups_per_s"] / found["point_reads_per_s"]
    found["reads_with_entry_per_s"] = _bare_reads(folder, look_ups, _WITH_ENTRY)
    found["look_up_ratio_with_entry"] = found["look_ups_per_s"] / found["reads_with_entry_per_s"]
    return {name: round(value, 3) if value < 10 else round(value) for name, value in found.items()}


def _proof(reader: LogReader, place: int, size: int) -> None:
    assert reader.entry(place)
    assert reader.tiles(size).inclusion(place)


def _bare_reads(folder: Path, digests: list[str], query: str) -> float:
    """Return the rate of a limit, second time round."""
    connection = sqlite3.connect(folder / "log.sqlite")
    keys = [(bytes.fromhex(digest),) for digest in digests]
    rates = [_rate(lambda key: connection.execute(query, key).fetchone()[0], keys) for _ in range(2)]
    connection.close()
    return rates[-1]


def _sizes(folder: Path, size: int) -> dict[str, Any]:
    connection = sqlite3.connect(folder / "log.sqlite")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (entry_bytes,) = connection.execute("SELECT sum(length(entry)) FROM entries").fetchone()
    connection.close()
    files = [file for file in (folder / PUBLIC).rglob("*") if file.is_file()]
    tiles = sum(file.stat().st_size for file in files if "entries" not in file.parts)
    public, database = sum(file.stat().st_size for file in files), (folder / "log.sqlite").stat().st_size
    return {
        "entry_bytes": round(entry_bytes / size),
        "tile_bytes_per_leaf": round(tiles / size, 2),
        "database_ratio": round(database / entry_bytes, 2),
        "published_ratio": round(public / entry_bytes, 2),
        "total_ratio": round((database + public) / entry_bytes, 2),
    }


def _pymerkle(folder: Path) -> dict[str, Any] | None:
    if importlib.util.find_spec("pymerkle") is None:
        return None
    pymerkle = importlib.import_module("pymerkle")
    tree = pymerkle.SqliteTree(str(folder / "pymerkle.sqlite"), algorithm="sha256")
    entries = [bytes.fromhex(_digest(number)) * 10 for number in range(_PYMERKLE_ENTRIES)]
    started = time.perf_counter()
    tree.append_entries(entries)
    appended = _PYMERKLE_ENTRIES / (time.perf_counter() - started)
    chance = random.Random(3)
    drawn = [chance.randrange(1, _PYMERKLE_ENTRIES) for _ in range(_PYMERKLE_PROOFS)]
    size = _PYMERKLE_ENTRIES
    return {
        "entries": size,
        "append_in_bulk_per_s": round(appended),
        "inclusion_per_s": round(_rate(lambda place: tree.prove_inclusion(place + 1, size), drawn), 1),
        "consistency_per_s": round(_rate(lambda old: tree.prove_consistency(old, size), drawn), 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "log"
        built, published = _build(folder, asked.entries)
        found = {**_ours(folder, asked.entries), **_sizes(folder, asked.entries)}
        other = _pymerkle(Path(name))
    found |= {"build_s": round(built, 1), "publish_s": round(published, 1)}
    if asked.json:
        print(json.dumps({"entries": asked.entries, "goals": _GOALS, "ours": found, "pymerkle": other}, indent=2))
        return
    print(
        f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}; {asked.entries:,} entries"
    )
    for name, value in found.items():
        print(f"{name.replace('_', ' '):36}{value:>12,}{f'   goal {_GOALS[name]:,}' if name in _GOALS else ''}")
    print(
        "pymerkle: absent (see --help)"
        if other is None
        else f"pymerkle {importlib.import_module('pymerkle').__version__}:"
    )
    for name, value in (other or {}).items():
        print(f"    {name.replace('_', ' '):32}{value:>12,}")


if __name__ == "__main__":
    main()
