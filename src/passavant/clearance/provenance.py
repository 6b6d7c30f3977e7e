"""What an answer is a function of: the digests of a run, and the copies of its law that stay with it."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping as Named
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from passavant.clearance.flags import ReasonBook
from passavant.clearance.rules import RuleSet
from passavant.dataset.digest import dataset_digest
from passavant.dataset.mapping import Mapping
from passavant.lake import file_sha256
from passavant.money.exchange import Rates
from passavant.policy.load import Policy
from passavant.signals import Snapshot

__all__ = ["basis_of", "digests_of", "keep_policy", "keep_rules"]

#: Stands where nothing was used.
NONE = "none"


def digests_of(
    *,
    policy: Policy,
    rules: RuleSet,
    book: ReasonBook,
    rates: Rates,
    snapshot: Snapshot,
    mapping: Mapping | None,
    key_id: str,
) -> dict[str, str]:
    """Return every digest that an answer depends on, by what it is taken of."""
    return {
        "policy": policy.digest,
        "rules": rules.digest,
        "reasons": book.digest,
        "dataset": dataset_digest(),
        "mapping": mapping.digest if mapping else NONE,
        "rates": rates.digest,
        "snapshot": snapshot.digest,
        "key_id": key_id,
        "model": NONE,
    }


def basis_of(digests: Named[str, str]) -> str:
    """Return the SHA-256 over the digests: it stands in the leaf of each decision."""
    return hashlib.sha256(json.dumps(dict(digests), sort_keys=True).encode()).hexdigest()


def keep_policy(policy: Policy, folder: Path) -> dict[str, Any]:
    """Copy the policy's file into a run; return what the manifest says of it. Its tariff table is not copied."""
    shutil.copyfile(policy.path, folder / "policy.yaml")
    return {
        "id": policy.id,
        "version": policy.file.version,
        "threshold_currency": policy.file.threshold_currency,
        "digest": policy.digest,
        "file": "policy.yaml",
    }


def keep_rules(paths: Sequence[Path], folder: Path) -> list[dict[str, str]]:
    """Copy files of analyst rules into a run, in their order; return what the manifest says of them.

    Two files of the same name are told apart by a number.
    """
    (folder / "rules").mkdir()
    kept = []
    for path in paths:
        target = folder / "rules" / path.name
        for number in range(2, len(paths) + 2):
            if not target.exists():
                break
            target = target.with_name(f"{path.stem}-{number}{path.suffix}")
        shutil.copyfile(path, target)
        kept.append({"file": f"rules/{target.name}", "digest": file_sha256(target)})
    return kept
