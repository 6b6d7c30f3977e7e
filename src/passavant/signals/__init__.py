"""Signals: what depends on other parcels. Here: splits, quotas, superseded versions, by the state snapshot.

A signal is computed from a snapshot of earlier consignments, folded once with a batch or reused frozen; a consignment
never counts itself twice, because every event carries the consignment's own number.
"""

from passavant.signals.cancelled import CANCELLED, CANCELLED_FILE, cancelled_files, cancelled_versions, standing
from passavant.signals.latest import one_each
from passavant.signals.origin import Origin
from passavant.signals.parties import party_key, person_key
from passavant.signals.quota import with_quota
from passavant.signals.snapshot import HISTORY_COLUMNS, Snapshot, events_of, fold, fold_history, open_snapshot
from passavant.signals.splits import with_splits
from passavant.signals.versions import with_repeating, with_superseding

__all__ = [
    "CANCELLED", "CANCELLED_FILE", "HISTORY_COLUMNS", "Origin", "Snapshot", "cancelled_files", "cancelled_versions", "events_of", "fold",
    "fold_history", "one_each", "open_snapshot", "party_key", "person_key", "standing", "with_quota", "with_repeating", "with_splits", "with_superseding",
]  # fmt: skip
