"""Two signed checkpoints of one log: does the audited tree continue the other one, and if not, what proves it?"""

from __future__ import annotations

import base64
from typing import Any

from passavant.errors import BadInput
from passavant.sealing.audit.findings import Findings
from passavant.sealing.checkpoints import Checkpoint
from passavant.sealing.merkle import verify_consistency
from passavant.sealing.tiles import TileReader

__all__ = ["check_continuity"]


def check_continuity(
    new: Checkpoint, old: Checkpoint, note: str, tiles: TileReader, findings: Findings, where: str
) -> None:
    """Compare the audited checkpoint with one seen before or elsewhere; a contradiction is a finding.

    The evidence of a fork at a larger size is complete: the other root, the root that the audited tree has at the same
    size, and the consistency path that proves the latter under the audited, signed root.

    Args:
        new: The audited checkpoint.
        old: The other one.
        note: The other one, signed.
        tiles: The audited tree.
        findings: Where a contradiction goes.
        where: Where the other one comes from.
    """
    files = {"other-checkpoint": note.encode()}
    expected = f"{old.size} entries, root {old.root.hex()}"
    if old.size > new.size:
        findings.add("rewound", where, expected=expected, found=f"{new.size} entries", files=files)
    elif old.size == new.size and old.root != new.root:
        found = f"{new.size} entries, root {new.root.hex()}"
        findings.add("fork", where, expected=expected, found=found, files=files)
    elif 0 < old.size < new.size:
        name, found, more = _continued(new, old, tiles)
        if name:
            findings.add(name, where, expected=expected, found=found, files=files, more=more)


def _continued(new: Checkpoint, old: Checkpoint, tiles: TileReader) -> tuple[str, str, dict[str, Any]]:
    """Return the finding's name, empty where the tree continues the old one; what was found; further evidence."""
    try:
        path = tiles.consistency(old.size)
        if verify_consistency(old.size, new.size, old.root, new.root, path):
            return "", "", {}
        beginning = tiles.subtree(0, old.size)
    except BadInput as error:
        return "unproven", error.got[0], {}
    more = {
        "root_at_that_size": beginning.hex(),
        "consistency_from_it": [base64.b64encode(value).decode() for value in path],
    }
    proven = verify_consistency(old.size, new.size, beginning, new.root, path)
    found = f"root {beginning.hex()} at that size"
    return ("fork" if proven else "unproven"), found, more
