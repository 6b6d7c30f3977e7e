"""Asking witnesses to cosign a log's checkpoint: all at once, each answer checked before it is believed."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from passavant.errors import BadInput, Both, PassavantError
from passavant.sealing.checkpoints import Checkpoint
from passavant.sealing.notes import VerifierKey, open_note, split_note
from passavant.sealing.trust import TrustPolicy, Witness
from passavant.sealing.witness.evidence import contradiction, unproven
from passavant.sealing.witness.exchange import Exchange, NoAnswer
from passavant.sealing.witness.rules import request_text

__all__ = ["Cosigned", "Refusal", "WitnessedLog", "cosign"]

#: Seconds after which a witness is left behind.
PATIENCE = 15.0


class WitnessedLog(Protocol):
    """What a log offers to whoever asks its witnesses.

    Attributes:
        checkpoint_note: The signed checkpoint that shall be cosigned.
    """

    @property
    def checkpoint_note(self) -> str:
        """The signed checkpoint that shall be cosigned."""

    def consistency(self, old: int, size: int) -> list[bytes]:
        """Return the proof that the tree of ``old`` entries is the beginning of the one of ``size`` (RFC 6962 §2.1.2)."""


@dataclass(frozen=True)
class Refusal:
    """A witness that did not cosign.

    Attributes:
        witness: Its name in the policy.
        reason: Why, in both languages.
        alarming: Whether it says that this log forked or went back: then nothing should be published on it.
        ours: For an alarm: the checkpoint that this log shows.
        theirs: For an alarm: the checkpoint that the witness holds, signed, where it could be fetched. Two checkpoints
            signed by one log that cannot both be true convince anybody who has its key.
    """

    witness: str
    reason: Both
    alarming: bool = False
    ours: str | None = None
    theirs: str | None = None


@dataclass(frozen=True)
class Cosigned:
    """A checkpoint with the cosignatures gathered, and the witnesses that gave none."""

    note: str
    refusals: tuple[Refusal, ...] = field(default=())

    @property
    def alarms(self) -> tuple[Refusal, ...]:
        """The refusals that say that this log forked or went back."""
        return tuple(one for one in self.refusals if one.alarming)


def cosign(
    log: WitnessedLog, policy: TrustPolicy, last: dict[str, int] | None = None, patience: float = PATIENCE
) -> Cosigned:
    """Ask every witness of a policy that has an address.

    Args:
        log: The log; its proofs are asked for by one thread at a time.
        policy: The witnesses; where it names the log's key too, what a witness shows of the log is checked against it.
        last: Size that each witness saw last, by name; kept up to date here. It saves a question, nothing else.
        patience: Seconds for each witness; one that takes longer is a refusal.

    Raises:
        BadInput: the log's note is no checkpoint.
    """
    note, sizes = log.checkpoint_note, {} if last is None else last
    text, lines = split_note(note)
    asking = _Asking(log, note, Checkpoint.parse(text), policy, threading.Lock())
    asked = [one for one in policy.witnesses.values() if one.url]
    answers = _gather(asking, asked, sizes, patience)
    fresh = {one.key: answer for one in asked if isinstance(answer := answers[one.name], str)}
    sizes.update({one.name: asking.checkpoint.size for one in asked if one.key in fresh})
    kept = [line for line in lines if not any(_by(key, text, line) for key in fresh)]
    refusals = tuple(answer for answer in answers.values() if isinstance(answer, Refusal))
    return Cosigned(f"{text}\n{''.join([*kept, *fresh.values()])}", refusals)


@dataclass(frozen=True)
class _Asking:
    """One round of questions."""

    log: WitnessedLog
    note: str
    checkpoint: Checkpoint
    policy: TrustPolicy
    guard: threading.Lock

    def ask(self, witness: Witness, last: int, patience: float) -> str | Refusal:
        """Return a witness's cosignature line, or why there is none."""
        exchange = Exchange(witness.url or "", time.monotonic() + patience)
        try:
            return self._asked(witness, exchange, last if last <= self.checkpoint.size else 0)
        except NoAnswer as error:
            return Refusal(witness.name, error.reason)
        except PassavantError as error:
            return Refusal(witness.name, error.got)

    def _asked(self, witness: Witness, exchange: Exchange, old: int, again: bool = True) -> str | Refusal:
        """Ask; a witness that saw another size is asked once more from there."""
        answer = exchange.submit(request_text(old, self.proof(old), self.note))
        if answer.status == 200:  # HTTP's word for yes
            return self._believed(witness, answer.body)
        if answer.status == 409:  # C2SP: the size that it saw follows
            seen = answer.seen
            if seen is None or seen > self.checkpoint.size:
                return self._alarm(witness, exchange, seen)
            if again:
                return self._asked(witness, exchange, seen, again=False)
            return Refusal(witness.name, (f"meanwhile it saw {seen} entries: ask again", f"entre-temps il a vu {seen} inscriptions : redemandez"))  # fmt: skip
        if answer.status == 422 and old:  # C2SP: not proven to continue; it had seen something, so it may be our fault
            return self._alarm(witness, exchange, old)
        return Refusal(witness.name, (f"it answers {answer.status}", f"il répond {answer.status}"))

    def proof(self, old: int) -> list[bytes]:
        """Return the log's proof from a size on."""
        with self.guard:
            return self.log.consistency(old, self.checkpoint.size) if 0 < old <= self.checkpoint.size else []

    def _believed(self, witness: Witness, body: bytes) -> str | Refusal:
        """Believe a cosignature only when it is the witness's over this very checkpoint."""
        text = split_note(self.note)[0]
        lines = body.decode(errors="replace").split("\n")
        for line in lines[:-1]:
            if _by(witness.key, text, f"{line}\n"):
                return f"{line}\n"
        return Refusal(witness.name, ("its signature does not hold", "sa signature ne tient pas"))

    def _alarm(self, witness: Witness, exchange: Exchange, seen: int | None) -> Refusal:
        """Look at what the witness holds before crying fork; a witness that errs must not stop a log."""
        theirs = exchange.recorded(self.checkpoint.origin)
        keys = self.policy.logs.get(self.checkpoint.origin, ())
        found = contradiction(theirs, self.checkpoint, [*keys, witness.key], self.proof, proven=bool(keys))
        if found is None:
            return Refusal(witness.name, unproven(self.checkpoint, seen), alarming=True, ours=self.note)
        return Refusal(witness.name, found.reason, found.alarming, self.note, theirs)


def _gather(
    asking: _Asking, asked: Sequence[Witness], sizes: dict[str, int], patience: float
) -> dict[str, str | Refusal]:
    """Ask all at once, each in a thread that may be left behind: a slow witness holds up nobody else."""
    answers: queue.Queue[tuple[str, str | Refusal]] = queue.Queue()

    def run(witness: Witness, last: int) -> None:
        try:
            answers.put((witness.name, asking.ask(witness, last, patience)))
        except Exception as error:  # noqa: BLE001  # the thread's last handler: the others' answers still count
            answers.put((witness.name, Refusal(witness.name, (f"it could not be asked: {error}", f"il n'a pu être interrogé : {error}"))))  # fmt: skip

    for one in asked:
        threading.Thread(
            target=run, args=(one, sizes.get(one.name, 0)), name=f"witness {one.name}", daemon=True
        ).start()
    late = (f"no answer within {patience:g} s", f"aucune réponse en {patience:g} s")
    found: dict[str, str | Refusal] = {one.name: Refusal(one.name, late) for one in asked}
    end = time.monotonic() + patience
    for _ in asked:
        try:
            name, answer = answers.get(timeout=max(0.0, end - time.monotonic()))
        except queue.Empty:
            break
        found[name] = answer
    return found


def _by(key: VerifierKey, text: str, line: str) -> bool:
    """Return whether a line is a key's signature over a text."""
    try:
        open_note(f"{text}\n{line}", [key])
    except BadInput:
        return False
    return True
