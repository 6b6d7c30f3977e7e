"""Reading in the lake what the journal was emptied of."""

from __future__ import annotations

from passavant.clearance.lookup import Found, find_consignment
from passavant.engines import open_duckdb
from passavant.portal.declarations.grounds import lake, policy_of_deployment
from passavant.portal.declarations.models import Compaction, Entry

__all__ = ["in_lake"]


def in_lake(entry: Entry) -> Found:
    """Return the decision and the goods items of an entry whose batch was emptied."""
    run = lake() / "runs" / Compaction.objects.get(batches=entry.batch_id).run_id
    wanted = f"{entry.consignment_id}@{entry.version}"
    return find_consignment(open_duckdb(threads=1), run, policy_of_deployment().id, wanted)
