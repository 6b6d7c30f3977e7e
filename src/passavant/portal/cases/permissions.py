"""Who reads cases, who acts on them, who says what a day holds; no operator is among them."""

from __future__ import annotations

from passavant.portal.people.permissions import analyst, auditor, image_analyst, officer, supervisor

__all__ = ["acts_on_cases", "reads_cases", "sets_capacity"]

#: Takes cases and decides them.
acts_on_cases = officer | supervisor
#: Sees cases without touching them.
reads_cases = acts_on_cases | analyst | auditor | image_analyst
#: Says how many cases of a lane an office can deal with in a day.
sets_capacity = supervisor
