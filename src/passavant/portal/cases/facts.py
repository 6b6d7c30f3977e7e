"""What journal and lake hold of a case: the decision with its goods, and every reason in words with its law."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from passavant.clearance.explain import Explanation
from passavant.dataset.vault import VAULT_SCHEMA, Vault
from passavant.portal.cases.lake_runs import explanation_in_run
from passavant.portal.cases.models import Case
from passavant.portal.declarations.arrow import unpacked
from passavant.portal.declarations.journal import found_of
from passavant.portal.declarations.words import law_behind

__all__ = ["explanation_of", "names_of", "party_keys"]

_KEYS = ("importer_key", "exporter_key", "importer_id_key")


def explanation_of(case: Case) -> Explanation:
    """Return everything that explains a case to an officer."""
    if case.entry is not None:
        found = found_of(case.entry)
        return Explanation(found, law_behind(found.decision or {}, case.entry.batch_id))
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
