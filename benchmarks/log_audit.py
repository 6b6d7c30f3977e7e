"""Entries per second of a whole audit, against the least that any audit must compute, in the same run.

The limit is hand-written: every entry's leaf hash and the tree over them, every statement's hash and its way up its batch's
tree, and one Ed25519 verification a batch. It reads nothing, parses nothing and asks for no rule.

python benchmarks/log_audit.py [--json] [--entries N] [--batch N]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from _measure import run

from passavant.sealing import SigningKey, Statement
from passavant.sealing.entries import Entry
from passavant.sealing.log import LogReader, LogWriter, Publisher, create_log
from passavant.sealing.merkle import Levels, leaf_hash, root_from_path
from passavant.sealing.statements import now
from passavant.sealing.submissions import signed_text, submit

_PROGRAM = "from passavant.cli.main import main; main()"
_ROUNDS = 3
_BATCHES_MEASURED = 5


def _make(folder: Path, count: int, batch: int) -> SigningKey:
    """Publish a log of this size."""
    key, issuer = SigningKey.generate("seals.example/log"), SigningKey.generate("customs.example/certificates")
    create_log(folder, key)
    with LogWriter(folder, key) as log, LogReader(folder) as reader:
        log.admit(issuer.verifier)
        for start in range(0, count, batch):
            digests = (hashlib.sha256(b"%d" % number).hexdigest() for number in range(start, min(start + batch, count)))
            log.append(
                submit(issuer, [Statement("seal", issuer.name, now(), digest=digest) for digest in digests], log.origin)
            )
        Publisher(folder, reader).publish(log.checkpoint())
    return key


def _limit(folder: Path, origin: str, batch: int) -> float:
    """Return how many entries a second can be hashed and verified at all, from the first batches of the log."""
    with LogReader(folder) as reader:
        data = list(reader.entries(2, 2 + min(reader.size() - 2, batch * _BATCHES_MEASURED)))
    entries = [Entry.parse(one) for one in data]
    statements = [entry.statement.canonical() for entry in entries]
    started = time.perf_counter()
    Levels([leaf_hash(one) for one in data])
    for entry, statement in zip(entries, statements, strict=True):
        root = root_from_path(entry.index, entry.size, leaf_hash(statement), entry.path)
        assert root is not None
        if entry.index == 0:
            assert entry.key.check(signed_text(origin, entry.key.name, entry.size, root), entry.signature)
    return len(data) / (time.perf_counter() - started)


def _measure(count: int, batch: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "log")
        key = _make(folder, count, batch)
        command = [
            sys.executable,
            "-c",
            _PROGRAM,
            "log",
            "audit",
            str(folder / "public"),
            "--key",
            str(key.verifier),
        ]
        rounds = []
        for number in range(_ROUNDS):
            limit = _limit(folder, key.name, batch)
            cost = run([*command, "--state", str(Path(name, f"state-{number}"))], {"PASSAVANT_HOME": name})
            rounds.append((count / cost.wall_s / limit, limit, cost))
    ratio, limit, cost = sorted(rounds, key=lambda one: one[0])[_ROUNDS // 2]
    return {
        "entries": count,
        "batch": batch,
        "limit_entries_per_s": round(limit),
        "audit_entries_per_s": round(count / cost.wall_s),
        "ratio": round(ratio, 3),
        "audit_wall_s": cost.wall_s,
        "audit_cpu_s": cost.cpu_s,
        "audit_peak_gb": cost.peak_rss_gb,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--batch", type=int, default=10_000, help="statements that share a signature")
    asked = parser.parse_args()
    found = _measure(asked.entries, asked.batch)
    if asked.json:
        print(json.dumps(found, indent=2))
        return
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}; median of {_ROUNDS} rounds")
    for name, value in found.items():
        print(f"{name:28}{value:>12}")


if __name__ == "__main__":
    main()
