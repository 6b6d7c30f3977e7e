"""Who may do what with rules."""

from __future__ import annotations

from passavant.portal.people.permissions import analyst, auditor, policy_unit, supervisor

__all__ = ["approvers", "authors", "readers"]

#: Who may read rules and back-tests.
readers = analyst | supervisor | policy_unit | auditor
#: Who may draft, test and propose.
authors = analyst
#: Who may approve what somebody else proposed.
approvers = analyst | supervisor
