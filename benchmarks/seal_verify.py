"""Offline verification of receipts: goal 75 % of what the bare Ed25519 checks in one would allow.

A receipt here: a log of 2^20 entries (a path of 20 hashes), the log's signature, three witnesses' cosignatures of which the policy
asks for all, and the issuer's own signature on the statement: five signatures. The clock runs from the receipt's text to the verdict.
The limit, in the same run, is the bare library: five checks of messages of these sizes with keys already loaded, and nothing
else. The issue counts four signatures, without the issuer's, which the verifier checks too; both ratios are shown.

    python benchmarks/seal_verify.py [--receipts 500] [--json]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import statistics
import sys
import time
from typing import Any

from passavant.sealing import Proof, SigningKey, Statement
from passavant.sealing.checkpoints import Checkpoint
from passavant.sealing.entries import entries_of
from passavant.sealing.merkle import leaf_hash, root_from_path
from passavant.sealing.notes import COSIGNATURE, sign_note
from passavant.sealing.receipts import Receipt
from passavant.sealing.statements import now
from passavant.sealing.submissions import submit
from passavant.sealing.trust import TrustPolicy
from passavant.sealing.verification import verify_receipt

_ROUNDS = 7
_GOAL = 0.75
_STEPS = 20
_SIGNATURES = 5


def _receipts(count: int, batch: int) -> tuple[list[tuple[str, bytes]], TrustPolicy]:
    """Return receipts as text, each with its document's SHA-256, and the policy that accepts them."""
    log, issuer = SigningKey.generate("seals.example/log"), SigningKey.generate("customs.example/permits")
    witnesses = [SigningKey.generate(f"witness{number}.example", COSIGNATURE) for number in range(3)]
    names = [f"w{number}" for number in range(3)]
    lines = [f"log {log.verifier}", f"issuer {issuer.verifier}"]
    lines += [f"witness {name} {key.verifier}" for name, key in zip(names, witnesses, strict=True)]
    policy = TrustPolicy.parse("\n".join([*lines, f"group all all {' '.join(names)}", "quorum all"]))
    made = []
    for number in range(count):
        digests = [hashlib.sha256(b"%d %d" % (number, one)).digest() for one in range(batch)]
        sealed = [Statement("seal", issuer.name, now(), digest=digest.hex(), doc_type="851") for digest in digests]
        entry = entries_of(submit(issuer, sealed, log.name), now())[0]
        path, index = tuple(os.urandom(32) for _ in range(_STEPS)), number * 7919 % 2**_STEPS
        root = root_from_path(index, 2**_STEPS, leaf_hash(entry), path)
        assert root is not None
        note = sign_note(Checkpoint(log.name, 2**_STEPS, root).text(), [log, *witnesses])
        made.append((Receipt(Proof(index, path, note), entry).text(), digests[0]))
    return made, policy


def _bare(count: int) -> float:
    """Return the seconds of so many times five bare checks."""
    key = SigningKey.generate("bare.example").private
    public, texts = key.public_key(), [os.urandom(150) for _ in range(_SIGNATURES)]
    signed = [(key.sign(text), text) for text in texts]
    started = time.perf_counter()
    for _ in range(count):
        for signature, text in signed:
            public.verify(signature, text)
    return time.perf_counter() - started


def _ours(receipts: list[tuple[str, bytes]], policy: TrustPolicy) -> float:
    started = time.perf_counter()
    for text, sha256 in receipts:
        assert len(verify_receipt(Receipt.parse(text), sha256, policy).witnesses) == 3
    return time.perf_counter() - started


def _measure(count: int, batch: int) -> dict[str, Any]:
    receipts, policy = _receipts(count, batch)
    _ours(receipts, policy), _bare(count)
    times = [(_ours(receipts, policy), _bare(count)) for _ in range(_ROUNDS)]
    ours, bare = (statistics.median(column) for column in zip(*times, strict=True))
    five = statistics.median(limit / taken for taken, limit in times)
    return {
        "receipts_per_s": round(count / ours),
        "bare_checks_per_s": round(_SIGNATURES * count / bare),
        "limit_per_s": round(count / bare),
        "ratio_of_5": round(five, 3),
        "ratio_of_4": round(five * 4 / 5, 3),
        "beside_the_signatures_us": round((ours - bare) / count * 1e6, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--receipts", type=int, default=500)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = {"alone": _measure(asked.receipts, 1), "of a batch of 1,000": _measure(min(asked.receipts, 100), 1_000)}
    if asked.json:
        print(json.dumps({"receipts": asked.receipts, "rounds": _ROUNDS, "goal_ratio": _GOAL, **found}, indent=2))
        return
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}; median of {_ROUNDS} rounds, one process")
    print(f"{'seal':24}{'receipts /s':>13}{'limit ÷5 /s':>13}{'ratio ÷5':>10}{'ratio ÷4':>10}{'µs beside':>11}")
    for name, one in found.items():
        print(
            f"{name:24}{one['receipts_per_s']:>13,}{one['limit_per_s']:>13,}{one['ratio_of_5']:>10}{one['ratio_of_4']:>10}"
            f"{one['beside_the_signatures_us']:>11}"
        )
    print(f"goal: ratio {_GOAL}; bare checks {found['alone']['bare_checks_per_s']:,} /s")


if __name__ == "__main__":
    main()
