"""Signatures of issuers, each checked once: the entries of one submission share it."""

from __future__ import annotations

from collections import OrderedDict

from passavant.sealing.entries import Entry
from passavant.sealing.merkle import leaf_hash, root_from_path
from passavant.sealing.notes import ED25519, VerifierKey
from passavant.sealing.submissions import signed_text

__all__ = ["SignatureCheck"]

_MOST = 1024


class SignatureCheck:
    """Checks signatures and remembers the last ones, by all that is signed.

    Args:
        origin: The log that holds the entries.
    """

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._known: OrderedDict[tuple[VerifierKey, bytes, int, bytes], bool] = OrderedDict()

    def holds(self, entry: Entry) -> bool:
        """Return what :meth:`Entry.signed_by_issuer` returns, with one Ed25519 verification a batch."""
        key = entry.key
        root = root_from_path(entry.index, entry.size, leaf_hash(entry.statement.canonical()), entry.path)
        if root is None or key.kind != ED25519 or key.name != entry.statement.issuer:
            return False
        signed = (key, entry.signature, entry.size, root)
        known = self._known.get(signed)
        if known is None:
            known = key.check(signed_text(self._origin, key.name, entry.size, root), entry.signature) is not None
            self._known[signed] = known
            if len(self._known) > _MOST:
                self._known.popitem(last=False)
        return known
