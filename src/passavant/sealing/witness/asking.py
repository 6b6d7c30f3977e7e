"""A log asks its witnesses whenever it publishes: what a service or a local log is given for it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from passavant.sealing.log import LogReader
from passavant.sealing.service.publishing import Alarm
from passavant.sealing.trust import TrustPolicy
from passavant.sealing.witness.client import Refusal, cosign

__all__ = ["WitnessAlarm", "cosigner"]

_log = logging.getLogger(__name__)


class WitnessAlarm(Alarm):
    """A witness holds a checkpoint of this log that what it shows now does not continue.

    Attributes:
        alarms: The refusals, each with both checkpoints where they could be had.
    """

    exit_code = 1

    def __init__(self, alarms: tuple[Refusal, ...]) -> None:
        names = ", ".join(one.witness for one in alarms)
        first = alarms[0]
        super().__init__(
            "sealing.witness.alarm",
            got=(f"an alarm of {names}: {first.reason[0]}", f"une alerte de {names} : {first.reason[1]}"),
            expected=(
                "a log that continues what its witnesses saw",
                "un journal qui prolonge ce que ses témoins ont vu",
            ),
            next_step=(
                "Stop this log and keep it as it is. An old backup was restored, or somebody forked it: passavant log audit.",
                "Arrêtez ce journal et gardez-le en l'état. Une ancienne sauvegarde a été restaurée, ou il a été dédoublé : passavant log audit.",
            ),
        )
        self.alarms = alarms
        self.proven = any(one.theirs is not None for one in alarms)


@dataclass(frozen=True)
class _Shown:
    """A log as its witnesses are shown it."""

    checkpoint_note: str
    reader: LogReader

    def consistency(self, old: int, size: int) -> list[bytes]:
        return self.reader.tiles(size).consistency(old)


def cosigner(policy: TrustPolicy) -> Callable[[str, LogReader], str]:
    """Return what asks the witnesses of a policy to cosign a checkpoint.

    A witness that does not answer is named in the machine's log and asked again at the next publication.

    Args:
        policy: The witnesses, with their addresses.
    """
    seen: dict[str, int] = {}

    def ask(note: str, reader: LogReader) -> str:
        """Return the checkpoint with the cosignatures gathered.

        Raises:
            WitnessAlarm: a witness shows, by the log's own signature, that this log forked or went back.
        """
        found = cosign(_Shown(note, reader), policy.with_log(reader.key), seen)
        for refusal in found.refusals:
            _log.error("witness %s: %s", refusal.witness, refusal.reason[0])
        proven = tuple(one for one in found.alarms if one.theirs is not None)
        if proven:  # a witness that errs, or lies, takes nobody else's cosignature away
            raise WitnessAlarm(proven)
        return found.note

    return ask
