"""Signals: what depends on other parcels. Here: exact-key splits and personal quotas, through the state snapshot.

A signal is computed from a snapshot of earlier consignments, folded once with a batch or reused frozen; a consignment
never counts itself twice, because every event carries the consignment's own number.
"""

from passavant.signals.quota import with_quota
from passavant.signals.snapshot import Snapshot, events_of, fold, open_snapshot
from passavant.signals.splits import with_splits

__all__ = ["Snapshot", "events_of", "fold", "open_snapshot", "with_quota", "with_splits"]
