r"""What a witness answers to a log's new checkpoint (C2SP tlog-witness 1.0.0), without storage or network.

>>> parse_request(b"old 0\n\nlog.example\n").old
0
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from passavant.errors import BadInput
from passavant.sealing.checkpoints import WRONG_EMPTY_ROOT, Checkpoint
from passavant.sealing.merkle import EMPTY_ROOT, HASH_SIZE, verify_consistency
from passavant.sealing.notes import VerifierKey, open_note, split_note
from passavant.texts import Text

__all__ = ["MOST_BYTES", "REASONS", "Answer", "Request", "judge", "parse_request", "request_text"]

#: Most bytes of a request: 63 hashes and a checkpoint with a hundred signatures are far below.
MOST_BYTES = 64 * 1024
#: Why a witness refuses, by status; the body of a 409 is a size and nothing else.
REASONS: dict[int, Text] = {
    400: Text("no checkpoint, or an old size above it", "pas de point de contrôle, ou une ancienne taille au-dessus"),
    403: Text("not signed by a key known of this log", "non signé par une clé connue de ce journal"),
    404: Text("a log that this witness does not watch", "un journal que ce témoin ne surveille pas"),
    422: Text(
        "a checkpoint that is not proven to continue the one recorded",
        "un point de contrôle dont rien ne prouve qu'il prolonge celui qui est enregistré",
    ),
}
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
        checkpoint: The checkpoint, where its signature holds.
        size: For 409: the size that the witness saw last.
        lines: The signature lines that are the log's own; others that came along were not verified.
    """

    status: int
    checkpoint: Checkpoint | None = None
    size: int | None = None
    lines: tuple[str, ...] = ()


def parse_request(body: bytes) -> Request:
    """Read the body of ``add-checkpoint``.

    Raises:
        BadInput: it has another form.
    """
    if len(body) > MOST_BYTES:
        raise _refused(f"{len(body)} bytes", f"{len(body)} octets")
    try:
        text = body.decode()
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


def request_text(old: int, proof: Sequence[bytes], note: str) -> bytes:
    """Return the body of ``add-checkpoint``."""
    lines = [f"old {old}", *(base64.b64encode(one).decode() for one in proof)]
    return ("\n".join(lines) + "\n\n" + note).encode()


def judge(request: Request, logs: Mapping[str, tuple[VerifierKey, ...]], recorded: Checkpoint | None) -> Answer:
    """Return what to answer; the checks stand in the order of C2SP.

    Args:
        request: The request.
        logs: Keys of the logs that the witness watches, by origin.
        recorded: The checkpoint of this origin that the witness recorded last, or None.
    """
    try:
        text, lines = split_note(request.note)
    except BadInput:
        return Answer(400)
    origin = text.partition("\n")[0]
    keys = logs.get(origin)
    if keys is None:
        return Answer(404)
    try:
        open_note(request.note, keys)
    except BadInput:
        return Answer(403)
    new = _checkpoint(text, origin)
    if new is None or request.old > new.size:
        return Answer(400, new)
    seen = recorded or Checkpoint(origin, 0, EMPTY_ROOT)
    if request.old != seen.size:
        return Answer(409, new, seen.size)
    return Answer(200 if _continues(seen, new, request.proof) else 422, new, lines=_own(lines, keys))


def _checkpoint(text: str, origin: str) -> Checkpoint | None:
    """Return the checkpoint, or None; an empty tree with a wrong root is one, whose proof then fails."""
    try:
        return Checkpoint.parse(text)
    except BadInput as error:
        return Checkpoint(origin, 0, b"") if error.code == WRONG_EMPTY_ROOT else None


def _continues(old: Checkpoint, new: Checkpoint, proof: tuple[bytes, ...]) -> bool:
    """Return whether the new tree continues the old one; from an empty tree only an empty proof is right."""
    if old.size == 0:
        return not proof and (new.size > 0 or new.root == EMPTY_ROOT)
    return verify_consistency(old.size, new.size, old.root, new.root, proof)


def _own(lines: Sequence[str], keys: Sequence[VerifierKey]) -> tuple[str, ...]:
    """Return the first line of each of a log's keys: the one that was verified."""
    found: dict[tuple[str, bytes], str] = {}
    for line in lines:
        _, name, encoded = line.split(" ", 2)
        found.setdefault((name, base64.b64decode(encoded[:8])[:4]), line)
    return tuple(found[key.name, key.id] for key in keys if (key.name, key.id) in found)


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
