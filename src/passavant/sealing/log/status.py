"""What became of a seal: valid, superseded, revoked or expired, folded from the statements about its document."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from passavant.sealing.entries import Entry
from passavant.sealing.log.schema import ACTIONS
from passavant.sealing.statements import instant

__all__ = ["Replacement", "Revocation", "Seal", "Status", "line_of", "seals_of"]

Status = Literal["valid", "superseded", "revoked", "expired"]


@dataclass(frozen=True)
class Revocation:
    """A revocation: place of its entry, when it was logged, why."""

    index: int
    logged_at: str
    reason: str


@dataclass(frozen=True)
class Replacement:
    """The document that replaced another: algorithm, digest, place of its entry."""

    alg: str
    digest: str
    index: int


@dataclass(frozen=True)
class Seal:
    """A seal that one issuer put on a document, and what became of it.

    Attributes:
        index: Place of the seal's entry in the log.
        entry: That entry.
        status: As of the time asked for; a revocation outweighs a replacement, and both outweigh an expiry.
        replacement: What superseded it, if anything did.
        revocation: Its revocation, if any.
    """

    index: int
    entry: Entry
    status: Status
    replacement: Replacement | None
    revocation: Revocation | None

    def record(self) -> dict[str, Any]:
        """Return it as the service answers it."""
        said = self.entry.statement
        found: dict[str, Any] = {
            "index": self.index,
            "issuer": said.issuer,
            "key": str(self.entry.key),
            "issued_at": said.issued_at,
            "logged_at": self.entry.logged_at,
            "status": self.status,
        }
        found |= {name: value for name in ("doc_type", "valid_until") if (value := getattr(said, name))}
        if self.replacement:
            found["superseded_by"] = dict(vars(self.replacement))
        if self.revocation:
            found["revoked"] = dict(vars(self.revocation))
        return found


def line_of(record: Mapping[str, Any]) -> str:
    """Return the line of a signed status that says what a seal's record says.

    >>> line_of({"status": "valid", "index": 7, "issuer": "customs.example/permits"})
    'valid 7 customs.example/permits'
    """
    words = [record["status"], str(record["index"]), record["issuer"]]
    if by := record.get("superseded_by"):
        words += ["superseded", str(by["index"]), f"{by['alg']}:{by['digest']}"]
    if revoked := record.get("revoked"):
        words += ["revoked", str(revoked["index"]), revoked["logged_at"], revoked["reason"]]
    return " ".join(words)


def seals_of(rows: Iterable[tuple[int, int, int]], entry: Callable[[int], Entry], at: dt.datetime) -> list[Seal]:
    """Fold the rows of one document into its seals, one an issuer, in the order logged.

    Args:
        rows: Issuer's number, action's number, place of the entry.
        entry: Returns the entry at a place.
        at: The time for which expiry is judged.
    """
    by_issuer: dict[int, dict[int, int]] = {}
    for issuer, action, place in rows:
        by_issuer.setdefault(issuer, {})[action] = place
    found = [_seal(places, entry, at) for places in by_issuer.values()]
    return sorted(found, key=lambda seal: seal.index)


def _seal(places: dict[int, int], entry: Callable[[int], Entry], at: dt.datetime) -> Seal:
    index = min(place for action in ("seal", "supersede") if (place := places.get(ACTIONS[action])) is not None)
    sealed = entry(index)
    revoked, replaced = places.get(ACTIONS["revoke"]), places.get(ACTIONS["superseded"])
    revocation = replacement = None
    if revoked is not None:
        why = entry(revoked)
        revocation = Revocation(revoked, why.logged_at, why.statement.reason)
    if replaced is not None:
        by = entry(replaced).statement
        replacement = Replacement(by.alg, by.digest, replaced)
    return Seal(index, sealed, _status(sealed, revocation, replacement, at), replacement, revocation)


def _status(sealed: Entry, revocation: Revocation | None, replacement: Replacement | None, at: dt.datetime) -> Status:
    if revocation:
        return "revoked"
    if replacement:
        return "superseded"
    until = sealed.statement.valid_until
    return "expired" if until and instant(until) <= at else "valid"
