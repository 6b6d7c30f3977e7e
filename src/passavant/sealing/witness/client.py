"""Asking witnesses to cosign a log's checkpoint: all at once, each answer checked before it is believed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import urllib3

from passavant.errors import Both
from passavant.sealing.notes import split_note
from passavant.sealing.trust import Witness
from passavant.sealing.witness.rules import request_text

__all__ = ["Cosigned", "Refusal", "cosign"]

_TIMEOUT = urllib3.Timeout(connect=3.0, read=10.0)
_MOST_BYTES = 16 * 1024
#: Answers that mean: what this log shows now does not continue what it showed before.
_EVIDENCE = frozenset({409, 422})


@dataclass(frozen=True)
class Refusal:
    """A witness that did not cosign.

    Attributes:
        witness: Its name in the policy.
        reason: Why, in both languages.
        alarming: Whether it says that this log forked or went back: then nothing should be published on it.
    """

    witness: str
    reason: Both
    alarming: bool = False


@dataclass(frozen=True)
class Cosigned:
    """A checkpoint with the cosignatures gathered, and the witnesses that gave none."""

    note: str
    refusals: tuple[Refusal, ...] = field(default=())


def cosign(
    note: str,
    witnesses: Sequence[Witness],
    consistency: Callable[[int], list[bytes]],
    size: int,
    last: dict[str, int] | None = None,
) -> Cosigned:
    """Ask every witness that has an address.

    Args:
        note: The log's signed checkpoint.
        witnesses: Whom to ask.
        consistency: Returns the proof that the tree of so many entries is this one's beginning.
        size: Entries of the checkpoint.
        last: Size that each witness saw last, by name; kept up to date here.
    """
    sizes = {} if last is None else last
    asked = [one for one in witnesses if one.url]
    if not asked:
        return Cosigned(note)
    with urllib3.PoolManager(timeout=_TIMEOUT, retries=False) as http, ThreadPoolExecutor(len(asked)) as pool:
        proofs = {one.name: sizes.get(one.name, 0) for one in asked}
        jobs = [pool.submit(_ask, http, one, note, consistency, size, proofs[one.name]) for one in asked]
        answers = [job.result() for job in jobs]
    lines, refusals = [], []
    for witness, answer in zip(asked, answers, strict=True):
        if isinstance(answer, Refusal):
            refusals.append(answer)
        else:
            lines.append(answer)
            sizes[witness.name] = size
    text, kept = split_note(note)
    fresh = [line for line in lines if line not in kept]
    return Cosigned(f"{text}\n{''.join([*kept, *fresh])}", tuple(refusals))


def _ask(
    http: urllib3.PoolManager,
    witness: Witness,
    note: str,
    consistency: Callable[[int], list[bytes]],
    size: int,
    old: int,
    again: bool = True,
) -> str | Refusal:
    """Return a witness's cosignature line; one that saw another size is asked once more from there."""
    proof = consistency(old) if 0 < old <= size else []
    try:
        answer = http.request(
            "POST", f"{witness.url}/add-checkpoint", body=request_text(old, proof, note), preload_content=False
        )
        data = answer.read(_MOST_BYTES)
        answer.release_conn()
    except urllib3.exceptions.HTTPError as error:
        return Refusal(witness.name, (f"it does not answer: {error}", f"il ne répond pas : {error}"))
    if answer.status == 200:  # HTTP's word for yes
        return _checked(witness, note, data)
    if answer.status == 409:  # C2SP: the size that it saw follows
        seen = _size(data)
        if seen is not None and seen <= size and again and seen != old:
            return _ask(http, witness, note, consistency, size, seen, again=False)
        return Refusal(
            witness.name,
            (f"it saw {seen} entries already, this log shows {size}", f"il a déjà vu {seen} inscriptions, ce journal en montre {size}"),
            alarming=True,
        )  # fmt: skip
    if answer.status in _EVIDENCE:
        return Refusal(
            witness.name,
            (
                f"this checkpoint of {size} entries does not continue the one of {old} that it saw",
                f"ce point de contrôle de {size} inscriptions ne prolonge pas celui de {old} qu'il a vu",
            ),
            alarming=True,
        )
    return Refusal(witness.name, (f"it answers {answer.status}", f"il répond {answer.status}"))


def _checked(witness: Witness, note: str, data: bytes) -> str | Refusal:
    """Believe a cosignature only when it is the witness's over this very checkpoint."""
    from passavant.errors import BadInput
    from passavant.sealing.notes import open_note

    text = split_note(note)[0]
    for line in data.decode(errors="replace").splitlines(keepends=True):
        try:
            open_note(f"{text}\n{line}", [witness.key])
        except BadInput:
            continue
        return line
    return Refusal(witness.name, ("its signature does not hold", "sa signature ne tient pas"))


def _size(data: bytes) -> int | None:
    text = data.strip()
    return int(text) if text.isdigit() and len(text) < 20 else None  # a size of C2SP has 19 digits
