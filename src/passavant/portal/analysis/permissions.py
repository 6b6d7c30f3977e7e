"""Who may read the dashboards, and who the indicators of integrity."""

from __future__ import annotations

from passavant.portal.people.permissions import analyst, auditor, policy_unit, supervisor

__all__ = ["integrity_readers", "readers"]

#: Who may read figures over the lake.
readers = analyst | policy_unit | supervisor | auditor
#: Who may read who decided how.
integrity_readers = auditor | supervisor
