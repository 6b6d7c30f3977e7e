"""Asking a log what became of a seal; a server's answer counts only with the signature of a log that one trusts."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any, cast

from passavant.errors import BadInput, NotFound
from passavant.sealing.desk.local import LocalDesk
from passavant.sealing.desk.remote import RemoteDesk
from passavant.sealing.log.status import line_of
from passavant.sealing.notes import open_note
from passavant.sealing.receipts import Receipt
from passavant.sealing.statements import instant
from passavant.sealing.trust import TrustPolicy
from passavant.sealing.verification import State, Verdict

__all__ = ["ask_status", "find_sealed"]


def ask_status(verdict: Verdict, desk: LocalDesk | RemoteDesk, policy: TrustPolicy) -> Verdict:
    """Return the verdict with the seal's status now.

    Raises:
        BadInput: the log answers about something else, or without its signature.
        NotFound: the log does not know the seal that its own receipt proves: evidence of a fork.
    """
    said = verdict.entry.statement
    for seal in _answer(desk, said.alg, said.digest, policy):
        if seal["issuer"] == said.issuer:
            return dataclasses.replace(verdict, state=_state(verdict, seal), status=seal)
    raise NotFound(
        "sealing.log.forgot",
        got=(f"a log that does not know entry {verdict.index}", f"un journal qui ne connaît pas l'inscription {verdict.index}"),
        expected=("the seal that its receipt proves", "le scellé que son reçu prouve"),
        next_step=(
            "Keep the receipt: it is evidence that the log was rewound or forked. Run: passavant log audit.",
            "Conservez le reçu : il prouve que le journal a été ramené en arrière ou dédoublé. Lancez : passavant log audit.",
        ),
    )  # fmt: skip


def _state(verdict: Verdict, seal: dict[str, Any]) -> State:
    """Return what became of the very seal that a receipt proves; whether it has expired, the receipt itself says."""
    if seal["status"] in ("revoked", "superseded"):
        return cast("State", seal["status"])
    return "expired" if verdict.state == "expired" else "valid"


def find_sealed(sha256: bytes, desk: LocalDesk | RemoteDesk) -> list[Receipt]:
    """Return the receipts of every seal that a log has of a document; empty when it has none."""
    return [desk.receipt(int(seal["index"])) for seal in desk.look_up("sha-256", sha256.hex())]


def _answer(desk: LocalDesk | RemoteDesk, alg: str, digest: str, policy: TrustPolicy) -> list[dict[str, Any]]:
    if isinstance(desk, LocalDesk):
        return desk.look_up(alg, digest)
    answer = desk.status(alg, digest)
    if answer is None:
        return []
    seals, note = answer["seals"], open_note(answer["status_note"], list(policy.log_keys(desk.origin)))
    if not _says(note.text.splitlines(), desk.origin, f"{alg}:{digest}", seals):
        raise BadInput(
            "sealing.status.refused",
            got=("a status that the log did not sign for this document now", "un état que le journal n'a pas signé pour ce document à cette heure"),
            expected=("the log's signed status of this document", "l'état de ce document, signé par le journal"),
            next_step=("Do not rely on that server; check the clock of this machine.", "Ne vous fiez pas à ce serveur ; vérifiez l'horloge de ce poste."),
        )  # fmt: skip
    return list(seals)


def _says(lines: list[str], origin: str, document: str, seals: list[dict[str, Any]]) -> bool:
    """Return whether a signed status is of this document and says what the answer around it says."""
    try:
        told = [line_of(seal) for seal in seals]
        return lines[:3] == ["passavant.status/v1", origin, document] and lines[6:] == told and _fresh(lines[5])
    except (LookupError, TypeError, ValueError):
        return False


def _fresh(line: str) -> bool:
    word, _, until = line.partition(" ")
    return word == "until" and instant(until) >= dt.datetime.now(dt.UTC)
