"""What journal and lake hold of a case: the decision with its goods, and every reason in words with its law."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from passavant.clearance.explain import Explanation
from passavant.clearance.run_law import RunLaw, all_reasons
from passavant.dataset.vault import VAULT_SCHEMA, Vault
from passavant.policy.load import load_policy
from passavant.portal.cases.lake_runs import explanation_in_run
from passavant.portal.cases.models import Case
from passavant.portal.declarations.arrow import unpacked
from passavant.portal.declarations.grounds import current_rules, rule_files
from passavant.portal.declarations.journal import found_of

__all__ = ["explanation_of", "law_of_decision", "names_of", "party_keys"]

_KEYS = ("importer_key", "exporter_key", "importer_id_key")


def explanation_of(case: Case) -> Explanation:
    """Return everything that explains a case to an officer."""
    if case.entry is not None:
        found = found_of(case.entry)
        return Explanation(found, law_of_decision(found.decision or {}))
    return explanation_in_run(case.run_id, case.consignment_id, case.version)


def party_keys(explanation: Explanation) -> list[int]:
    """Return the keys of a case's parties, each once."""
    keys = (item[name] for item in explanation.found.items for name in _KEYS)
    return list(dict.fromkeys(key for key in keys if key is not None))


def names_of(case: Case, keys: list[int], *, reader: str, purpose: str) -> list[dict[str, Any]]:
    """Return the names behind keys, from the vault or, before they are there, from the journal; the vault notes who reads.

    Args:
        case: Whose.
        keys: Party keys.
        reader: Who asks.
        purpose: Why.
    """
    found = Vault().read(keys, reader=reader, purpose=purpose)
    if found.num_rows == 0 and case.entry is not None and case.entry.batch is not None:
        parties = unpacked(case.entry.batch.parties)
        found = parties.filter(pc.is_in(parties["key"], pa.array(keys, VAULT_SCHEMA.field("key").type)))
    columns = ["key", "kind", "name", "address", "country", "id"]
    rows = [row for row in found.select(columns).to_pylist() if row["kind"] != "rejected_text"]
    return [dict(row) for row in {tuple(row.items()): row for row in rows}.values()]


def law_of_decision(decision: Mapping[str, Any]) -> RunLaw:
    """Return the words of the law in force, and whether they are those of a decision."""
    stamp = tuple((str(file), file.stat().st_mtime_ns) for file in rule_files())
    policy, rules, reasons = _words(os.environ.get("PASSAVANT_POLICY", "EU"), stamp)
    return RunLaw(
        policy,
        same=policy.digest == decision.get("policy_digest"),
        same_rules=rules.digest == decision.get("rules_digest"),
        reasons=reasons,
    )


@lru_cache(maxsize=4)
def _words(name: str, stamp: tuple[tuple[str, int], ...]) -> tuple[Any, Any, Any]:
    policy, rules = load_policy(name), current_rules()
    return policy, rules, all_reasons(policy, rules)
