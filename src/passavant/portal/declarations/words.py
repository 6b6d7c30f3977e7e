"""The words of the law that decided: those in force where it is the same law, else of the copy that was kept of it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from passavant.clearance.assembled import manifest_of_grounds
from passavant.clearance.run_law import RunLaw, law_of
from passavant.errors import PassavantError
from passavant.lake import read_manifest
from passavant.portal.declarations.grounds import current_law, current_rules, kept_grounds, lake
from passavant.portal.declarations.models import Batch

__all__ = ["law_behind"]


def law_behind(decision: Mapping[str, Any], batch: int | None) -> RunLaw:
    """Return the words of the law behind a decision.

    Args:
        decision: Its row.
        batch: Number of the batch where it was decided; None where there is none: then the law in force is quoted, with its doubts.
    """
    law = current_law()
    same = law.policy is not None and law.policy.digest == decision.get("policy_digest")
    same_rules = current_rules().digest == decision.get("rules_digest")
    if same and same_rules:
        return law
    kept = _kept(decision.get("policy_digest"), decision.get("rules_digest"), batch) if batch is not None else None
    return kept or RunLaw(law.policy, same=same, same_rules=same_rules, reasons=law.reasons)


_found: dict[tuple[Any, Any], RunLaw] = {}
_changing = threading.Lock()
_MOST = 16


def _kept(policy: Any, rules: Any, number: int) -> RunLaw | None:
    """Return the law that a run of the lake, or the grounds of the batch, keep; read once for all that it decided."""
    known = _found.get((policy, rules))
    if known is not None:
        return known
    batch = Batch.objects.select_related("compaction").only("basis", "compaction__run_id").get(pk=number)
    try:
        read = _in_lake(batch.compaction.run_id) if batch.compaction else _in_grounds(batch.basis)
    except (PassavantError, OSError):
        return None
    with _changing:
        while len(_found) >= _MOST:
            _found.pop(next(iter(_found)))
        _found[policy, rules] = read
    return read


def _in_lake(run_id: str) -> RunLaw:
    run = lake() / "runs" / run_id
    return law_of(run, read_manifest(run))


def _in_grounds(basis: str) -> RunLaw:
    place = kept_grounds() / basis
    return law_of(place, manifest_of_grounds(place))
