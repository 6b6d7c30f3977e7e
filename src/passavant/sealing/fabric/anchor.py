"""Anchor a log's checkpoints in a consortium's ledger, and compare the two.

One transaction holds one checkpoint, so what is sealed does not depend on how fast the ledger is, nor on whether there is one:
every receipt verifies without it. What the anchor adds is memory that the log's operator cannot change: a log that forks or
rewinds is found out by every member of the channel.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from enum import StrEnum

from passavant.errors import BadInput, PassavantError
from passavant.sealing.checkpoints import Checkpoint, open_checkpoint
from passavant.sealing.fabric.continuity import Prove, continues
from passavant.sealing.fabric.contract import Answer, Record
from passavant.sealing.fabric.evidence import checked, forked, rewound
from passavant.sealing.fabric.faults import GatewayFault
from passavant.sealing.fabric.gateway import Gateway
from passavant.sealing.notes import VerifierKey
from passavant.sealing.tiles import TileReader

__all__ = ["Anchored", "Checked", "Verdict", "anchor", "anchored", "check"]

_TRIES = 3
#: Another anchor of the same origin came into the block first: what it wrote is to be read.
_OVERTAKEN = ("MVCC_READ_CONFLICT", "PHANTOM_READ_CONFLICT")


@dataclass(frozen=True)
class Anchored:
    """Where a checkpoint is anchored: its transaction, and its block, or None where the ledger held it already."""

    tx_id: str
    block_number: int | None


class Verdict(StrEnum):
    """How a log stands to the ledger.

    Members:
        ABSENT: the ledger holds nothing of this log.
        SAME: the ledger holds this very checkpoint.
        BEHIND: the ledger holds a smaller one; without a proof that joins them, no more is known.
        FORK: both cannot be of one log.
        REWIND: the ledger holds a larger one.
    """

    ABSENT = "absent"
    SAME = "same"
    BEHIND = "behind"
    FORK = "fork"
    REWIND = "rewind"


_CONTRADICTIONS = {Verdict.FORK: forked, Verdict.REWIND: rewound}


@dataclass(frozen=True)
class Checked:
    """A comparison: the verdict, both sides, and whether a consistency proof joins them (SAME needs none)."""

    verdict: Verdict
    log: Checkpoint
    ledger: Record | None
    proven: bool


def anchor(
    note: str, keys: list[VerifierKey], origin: str, gateway: Gateway, *, prove: Prove | TileReader | None = None
) -> Anchored:
    """Anchor a signed checkpoint. Doing so twice does no harm: the second time nothing is written.

    Args:
        note: The log's signed checkpoint.
        keys: Keys that one knows; the log's own among them.
        origin: The log.
        gateway: The ledger.
        prove: Where given, a checkpoint that does not continue the anchored one is refused before it is written.

    Raises:
        BadInput: the checkpoint is not the log's, or of an empty log.
        Contradiction: the ledger holds a larger size, the same with another root, or (``prove``) another history.
        GatewayFault: the network refuses, or cannot be reached.
    """
    checkpoint = open_checkpoint(note, keys, origin=origin).checkpoint
    if checkpoint.size < 1:
        raise _empty()
    for left in reversed(range(_TRIES)):
        try:
            return _anchored_once(note, checkpoint, keys, gateway, prove)
        except GatewayFault as fault:
            if not (left and fault.status in _OVERTAKEN):
                _explain(note, checkpoint, keys, gateway, fault)
                raise
    raise AssertionError("the last try returns or raises")


def anchored(origin: str, gateway: Gateway) -> Record | None:
    """Return the last checkpoint that the ledger holds of a log, or None; its note is not verified here.

    Raises:
        GatewayFault: the network refuses, or cannot be reached.
        PassavantError: what it answers is no record.
    """
    data = gateway.evaluate("Latest", origin)
    return _record(data) if data else None


def check(
    note: str, keys: list[VerifierKey], origin: str, gateway: Gateway, *, prove: Prove | TileReader | None = None
) -> Checked:
    """Compare a log's checkpoint with the last one in the ledger.

    Args:
        note: The log's signed checkpoint.
        keys: Keys that one knows; the log's own among them.
        origin: The log.
        gateway: The ledger.
        prove: Gives the proof that the anchored tree is the beginning of the log's, where the ledger is behind.

    Raises:
        BadInput: the checkpoint is not the log's.
        PassavantError: what the ledger holds is not the log's.
        GatewayFault: the network refuses, or cannot be reached.
    """
    checkpoint = open_checkpoint(note, keys, origin=origin).checkpoint
    last = anchored(origin, gateway)
    if last is None:
        return Checked(Verdict.ABSENT, checkpoint, None, proven=False)
    if checked(last, keys).size < checkpoint.size:
        if prove is None:
            return Checked(Verdict.BEHIND, checkpoint, last, proven=False)
        continued = continues(last, checkpoint, prove)
        return Checked(Verdict.BEHIND if continued else Verdict.FORK, checkpoint, last, proven=continued)
    if last.size > checkpoint.size:
        earlier = gateway.evaluate("At", origin, str(checkpoint.size)) if checkpoint.size else b""
        if earlier and not _same(checkpoint, held := checked(_record(earlier), keys)):
            return Checked(Verdict.FORK, checkpoint, held, proven=False)
        return Checked(Verdict.REWIND, checkpoint, last, proven=False)
    return Checked(Verdict.SAME if _same(checkpoint, last) else Verdict.FORK, checkpoint, last, proven=False)


def _anchored_once(
    note: str, checkpoint: Checkpoint, keys: list[VerifierKey], gateway: Gateway, prove: Prove | TileReader | None
) -> Anchored:
    root = base64.b64encode(checkpoint.root).decode()
    prepared = gateway.endorse("Anchor", checkpoint.origin, str(checkpoint.size), root, note)
    answer = _answer(prepared.result)
    if not _same(checkpoint, answer.record):
        raise _unreadable()
    if answer.record == answer.before:
        return Anchored(answer.record.tx_id, None)
    before = checked(answer.before, keys) if prove and answer.before else None
    if prove and before and not continues(before, checkpoint, prove):
        raise forked(note, checkpoint, before)
    gateway.submit(prepared)
    committed = gateway.commit_status(prepared.tx_id)
    return Anchored(committed.tx_id, committed.block_number)


def _explain(note: str, checkpoint: Checkpoint, keys: list[VerifierKey], gateway: Gateway, fault: GatewayFault) -> None:
    """Raise the contradiction behind a refusal by the chaincode, if that is why it refused."""
    if fault.code != "sealing.fabric.refused":
        return
    try:
        found = check(note, keys, checkpoint.origin, gateway)
    except GatewayFault:
        return  # the first fault says more
    if found.ledger is not None and found.verdict in _CONTRADICTIONS:
        raise _CONTRADICTIONS[found.verdict](note, checkpoint, found.ledger) from fault


def _same(checkpoint: Checkpoint, record: Record) -> bool:
    root = base64.b64encode(checkpoint.root).decode()
    return (checkpoint.origin, checkpoint.size, root) == (record.origin, record.size, record.root)


def _record(data: bytes) -> Record:
    try:
        return Record.from_bytes(data)
    except (ValueError, TypeError, KeyError) as error:
        raise _unreadable() from error


def _answer(data: bytes) -> Answer:
    try:
        return Answer.from_bytes(data)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _unreadable() from error


def _empty() -> BadInput:
    return BadInput(
        "sealing.fabric.empty",
        got=("a checkpoint of an empty log", "un point de contrôle d'un journal vide"),
        expected=("a log with at least one entry", "un journal qui a au moins une entrée"),
        next_step=("Anchor it once it holds a seal.", "Ancrez-le dès qu'il contient un scellé."),
    )


def _unreadable() -> PassavantError:
    return PassavantError(
        "sealing.fabric.answer",
        got=("an answer that is none of our chaincode", "une réponse qui n'est pas celle de notre chaincode"),
        expected=(
            "the chaincode passavant.sealing.fabric.chaincode",
            "le chaincode passavant.sealing.fabric.chaincode",
        ),
        next_step=(
            "Check the chaincode's name in the connection file, and its version on the channel.",
            "Vérifiez le nom du chaincode dans le fichier de connexion et sa version sur le canal.",
        ),
    )
