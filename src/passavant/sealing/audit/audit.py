"""The audit of a log: signatures, every tile, every entry, and whether it continues what it showed before and elsewhere."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

from passavant.errors import BadInput, Place
from passavant.sealing.audit.continuity import check_continuity
from passavant.sealing.audit.files import LogFiles, evidence_name, read_tile
from passavant.sealing.audit.findings import Findings
from passavant.sealing.audit.memory import Memory, Remembered, state_folder
from passavant.sealing.audit.others import Other, open_other, receive
from passavant.sealing.audit.report import Report
from passavant.sealing.audit.rules import EntryRules
from passavant.sealing.audit.sources import Source
from passavant.sealing.audit.tree import TreeReplay
from passavant.sealing.checkpoints import Checkpoint, open_checkpoint
from passavant.sealing.log.schema import disk_errors
from passavant.sealing.merkle import HASH_SIZE, leaf_hash, verify_inclusion
from passavant.sealing.notes import split_note
from passavant.sealing.proofs import Proof
from passavant.sealing.receipts import Receipt
from passavant.sealing.tiles import WIDTH, Tile, TileReader, bundle_path
from passavant.sealing.trust import NotTrusted, TrustPolicy

__all__ = ["audit_log"]

_MOST_NOTE = 1024 * 1024


def audit_log(
    source: Source,
    policy: TrustPolicy,
    *,
    state: Path | None = None,
    against: Sequence[str] = (),
    since_last: bool = False,
    tree_only: bool = False,
) -> Report:
    """Audit a log; the auditor's memory advances only when nothing is found.

    Args:
        source: Its static files.
        policy: Keys of logs that one trusts, witnesses and a quorum if one asks for it.
        state: The auditor's folder for this log; default ``$PASSAVANT_HOME/audit/<SHA-256 of the origin>``.
        against: Files and addresses of further checkpoints, or receipts, of the same log.
        since_last: Replay only what is new since the last clean audit.
        tree_only: Check the tree alone: any C2SP log, whatever its entries say.

    Raises:
        BadInput: no checkpoint, a log that one does not trust, or another argument that cannot be used.
        Unavailable: the source cannot be read just now.
        StorageFailed: the disk is full or fails.
    """
    received = [(where, receive(where)) for where in against]  # before the checkpoint: none may then be ahead of it
    note = source.read("checkpoint", _MOST_NOTE)
    if note is None or len(note) > _MOST_NOTE:
        raise _no_checkpoint(source.name)
    origin = _origin(note, policy)
    others = [open_other(where, data, policy, origin) for where, data in received]
    with disk_errors(), Memory(state or state_folder(origin), origin) as memory:
        return _Audit(source, policy, origin, note, memory, tree_only).run(others, since_last)


class _Audit:
    """One audit of one log."""

    def __init__(
        self, source: Source, policy: TrustPolicy, origin: str, note: bytes, memory: Memory, tree_only: bool
    ) -> None:
        self.source = source
        self.policy = policy
        self.origin = origin
        self.note = note
        self.memory = memory
        self.tree_only = tree_only
        self.findings = Findings(memory.folder / "evidence", source.name, note)

    def run(self, others: list[Other], since_last: bool) -> Report:
        signed = self._signed()
        since = 0
        if signed is not None:
            tiles = TileReader(signed.size, lambda tile: read_tile(self.source, tile) or b"")
            since = self._start(signed) if since_last else 0
            tails = self._replayed(signed, since, tiles)
            self._continues(signed, others, tiles)
            if not self.findings.counts:
                self.memory.keep(self.note.decode(), self.tree_only, tails)
        return self._report(signed, since, len(others))

    def _signed(self) -> Checkpoint | None:
        """Return the checkpoint, or None where it is refused."""
        try:
            return self.policy.verify(self.note.decode()).checkpoint
        except NotTrusted as error:
            self.findings.add("quorum", "checkpoint", expected=error.expected[0], found=error.got[0])
            return open_checkpoint(self.note, list(self.policy.log_keys(self.origin)), origin=self.origin).checkpoint
        except BadInput as error:
            self.findings.add("checkpoint", "checkpoint", expected=error.expected[0], found=error.got[0])
            return None

    def _start(self, signed: Checkpoint) -> int:
        """Return how many entries need no second replay."""
        last = self.memory.last
        usable = last is not None and last.checkpoint.size <= signed.size and last.tree_only <= self.tree_only
        return last.checkpoint.size if last is not None and usable else 0

    def _replayed(self, signed: Checkpoint, since: int, tiles: TileReader) -> dict[int, bytes]:
        """Replay tree and entries; return what a later audit goes on from."""
        last: Remembered | None = self.memory.last if since else None
        work = self.memory.begin(resume=last is not None)
        files = LogFiles(self.source, self.findings)
        tree = TreeReplay(signed.size, files, self.findings, since, last.tails if last else None)
        if self.tree_only:
            tree.run(lambda first, entries: None)  # noqa: ARG005 - nobody asks what they say
        else:
            rules = EntryRules(work, self.origin, self.policy.log_keys(self.origin))
            told = functools.partial(self._entries, rules, signed, tiles, since)
            tree.run(told)
            rules.save()
            if not signed.size:
                self.findings.add("entry-opening", "entry 0", index=0, expected="open", found="-")
        self._root(signed, tree)
        return tree.tails

    def _entries(
        self, rules: EntryRules, signed: Checkpoint, tiles: TileReader, since: int, first: int, entries: list[bytes]
    ) -> None:
        """Check the entries of a bundle that were not checked before."""
        for index, entry in enumerate(entries, first):
            if index < since:
                continue
            for name, expected, found in rules.check(index, entry):
                proof = _receipt(tiles, signed, self.note, index, entry) if self.findings.keeps(name) else None
                files = {"entry": entry} | ({"entry.tlog-proof": proof} if proof else {})
                more = {"bundle": bundle_path(index // WIDTH, min(WIDTH, len(entries)))}
                self.findings.add(
                    name, f"entry {index}", index=index, expected=expected, found=found, files=files, more=more
                )

    def _root(self, signed: Checkpoint, tree: TreeReplay) -> None:
        """Check that the signed root is of the entries; where they and the tiles differ, that has been found already."""
        roots = tree.roots()
        if roots is None or signed.root in roots:
            return
        found = f"entries {roots[0].hex()}, tiles {roots[1].hex()}"
        level, hashes = max(tree.tails.items(), default=(0, b""))
        top = Tile(level, 0, len(hashes) // HASH_SIZE or signed.size)
        data = read_tile(self.source, top)
        files = {evidence_name(top.path): data} if data else {}
        self.findings.add("root", "checkpoint", expected=signed.root.hex(), found=found, files=files)

    def _continues(self, signed: Checkpoint, others: list[Other], tiles: TileReader) -> None:
        """Compare with what was seen before and elsewhere."""
        last = self.memory.last
        if last is not None:
            check_continuity(signed, last.checkpoint, last.note, tiles, self.findings, str(self.memory.folder))
        for other in others:
            check_continuity(signed, other.checkpoint, other.note, tiles, self.findings, other.where)

    def _report(self, signed: Checkpoint | None, since: int, against: int) -> Report:
        last = self.memory.last
        return Report(
            self.source.name,
            self.origin,
            signed.size if signed else None,
            signed.root if signed else None,
            since,
            last.checkpoint.size if last else None,
            against,
            self.tree_only,
            tuple(self.findings.kept),
            self.findings.counts,
            self.memory.folder,
        )


def _receipt(tiles: TileReader, signed: Checkpoint, note: bytes, index: int, entry: bytes) -> bytes | None:
    """Return the receipt of an entry, or None where the tiles do not prove it."""
    try:
        path = tiles.inclusion(index)
    except BadInput:
        return None
    if not verify_inclusion(index, signed.size, leaf_hash(entry), path, signed.root):
        return None
    return Receipt(Proof(index, tuple(path), note.decode()), entry).text().encode()


def _origin(note: bytes, policy: TrustPolicy) -> str:
    """Return the log that a checkpoint is of, which must be one that the auditor trusts."""
    try:
        origin = split_note(note)[0].partition("\n")[0]
        policy.log_keys(origin)
    except NotTrusted as error:
        # Whom one trusts is an argument of the audit, not a finding of it.
        raise BadInput(error.code, got=error.got, expected=error.expected, next_step=error.next_step) from error
    return origin


def _no_checkpoint(source: str) -> BadInput:
    return BadInput(
        "sealing.audit.source",
        got=("no checkpoint there", "aucun point de contrôle"),
        expected=("a log: checkpoint and tile/ below its prefix", "un journal : checkpoint et tile/ sous son préfixe"),
        next_step=("Check the folder or address; a new log publishes with its first seal.", "Vérifiez le dossier ou l'adresse ; un nouveau journal publie avec son premier scellé."),
        place=Place(file=source),
    )  # fmt: skip
