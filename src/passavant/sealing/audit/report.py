"""What an audit reports."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from passavant.sealing.audit.findings import Finding

__all__ = ["Report"]


@dataclass(frozen=True)
class Report:
    """The result of an audit.

    Attributes:
        source: What was audited.
        origin: The log.
        size: Entries that its checkpoint covers; None where the checkpoint was refused.
        root: Its signed root; None likewise.
        since: Entries that an earlier audit had replayed and this one did not.
        previous: Size of the checkpoint remembered, or None at the first audit.
        against: How many other checkpoints it was compared with.
        tree_only: Whether the entries' meaning was left out.
        findings: What is wrong; of each kind the first hundred.
        counts: How many there were of each kind.
        state: The auditor's folder.
    """

    source: str
    origin: str
    size: int | None
    root: bytes | None
    since: int
    previous: int | None
    against: int
    tree_only: bool
    findings: tuple[Finding, ...]
    counts: Counter[str]
    state: Path

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not self.counts

    def record(self) -> dict[str, Any]:
        """Return it for machines."""
        return {
            "source": self.source,
            "origin": self.origin,
            "clean": self.clean,
            "size": self.size,
            "root": self.root.hex() if self.root else None,
            "since": self.since,
            "previous": self.previous,
            "against": self.against,
            "tree_only": self.tree_only,
            "findings": [finding.record() for finding in self.findings],
            "counts": {f"sealing.audit.{name}": count for name, count in self.counts.items()},
            "state": str(self.state),
        }
