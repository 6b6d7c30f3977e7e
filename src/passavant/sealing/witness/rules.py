r"""What a witness answers to a log's new checkpoint (C2SP tlog-witness 1.0.0), without storage or network.

>>> parse_request(b"old 0\n\nlog.example\n").old
0
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass

from passavant.errors import BadInput
from passavant.sealing.checkpoints import Checkpoint, open_checkpoint
from passavant.sealing.merkle import EMPTY_ROOT, HASH_SIZE, verify_consistency
from passavant.sealing.notes import VerifierKey, split_note

__all__ = ["MOST_BYTES", "Answer", "Request", "judge", "parse_request", "request_text"]

#: Most bytes of a request: 63 hashes and a checkpoint with a hundred signatures are far below.
MOST_BYTES = 64 * 1024
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")
_MOST_HASHES = 63


@dataclass(frozen=True)
class Request:
    """A log's request: the size that it believes the witness saw last, the proof from there, the new checkpoint."""

    old: int
    proof: tuple[bytes, ...]
    note: str


@dataclass(frozen=True)
class Answer:
    """What to answer.

    Attributes:
        status: 200 the checkpoint may be recorded and cosigned; 400, 403, 404, 409 or 422 as C2SP says.
        checkpoint: The checkpoint, where it was read.
        size: For 409: the size that the witness saw last.
    """

    status: int
    checkpoint: Checkpoint | None = None
    size: int | None = None


def parse_request(body: bytes) -> Request:
    """Read the body of ``add-checkpoint``.

    Raises:
        BadInput: it has another form.
    """
    try:
        text = body.decode() if len(body) <= MOST_BYTES else ""
    except UnicodeDecodeError as error:
        raise _refused("bytes that are not UTF-8", "des octets qui ne sont pas de l'UTF-8") from error
    head, blank, note = text.partition("\n\n")
    lines = head.split("\n")
    old = _OLD.fullmatch(lines[0])
    if old is None or not blank or not note:
        raise _refused("no line `old N` before a checkpoint", "aucune ligne `old N` avant un point de contrôle")
    if len(lines) - 1 > _MOST_HASHES:
        raise _refused(f"{len(lines) - 1} hashes", f"{len(lines) - 1} empreintes")
    return Request(int(old[1]), tuple(map(_hash, lines[1:])), note)


def request_text(old: int, proof: list[bytes], note: str) -> bytes:
    """Return the body of ``add-checkpoint``."""
    lines = [f"old {old}", *(base64.b64encode(one).decode() for one in proof)]
    return ("\n".join(lines) + "\n\n" + note).encode()


def judge(request: Request, logs: Mapping[str, tuple[VerifierKey, ...]], recorded: Checkpoint | None) -> Answer:
    """Return what to answer.

    Args:
        request: The request.
        logs: Keys of the logs that the witness watches, by origin.
        recorded: The checkpoint of this origin that the witness recorded last, or None.
    """
    try:
        origin = split_note(request.note)[0].partition("\n")[0]
    except BadInput:
        return Answer(400)
    if origin not in logs:
        return Answer(404)
    try:
        new = open_checkpoint(request.note, list(logs[origin]), origin=origin).checkpoint
    except BadInput:
        return Answer(403)
    seen = recorded or Checkpoint(origin, 0, EMPTY_ROOT)
    if request.old > new.size:
        return Answer(400, new)
    if request.old != seen.size:
        return Answer(409, new, seen.size)
    return Answer(200 if _continues(seen, new, request.proof) else 422, new)


def _continues(old: Checkpoint, new: Checkpoint, proof: tuple[bytes, ...]) -> bool:
    """Return whether the new tree continues the old one; from an empty tree only an empty proof is right."""
    if old.size == 0:
        return not proof and (new.size > 0 or new.root == EMPTY_ROOT)
    return verify_consistency(old.size, new.size, old.root, new.root, proof)


def _hash(line: str) -> bytes:
    try:
        data = base64.b64decode(line, validate=True)
    except ValueError:
        data = b""
    if len(data) != HASH_SIZE or base64.b64encode(data).decode() != line:
        raise _refused(f"the line {line[:60]}", f"la ligne {line[:60]}")
    return data


def _refused(got: str, got_fr: str) -> BadInput:
    return BadInput(
        "sealing.witness.request",
        got=(got, got_fr),
        expected=(
            "old N, at most 63 hashes, a blank line, a checkpoint",
            "old N, 63 empreintes au plus, une ligne vide, un point de contrôle",
        ),
        next_step=("See C2SP tlog-witness.", "Voyez C2SP tlog-witness."),
    )
