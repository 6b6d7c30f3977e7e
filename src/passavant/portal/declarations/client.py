"""Asking for a decision from a web worker: of the decision process, or here where there is none (``PASSAVANT_DECISIONS=here``)."""

from __future__ import annotations

import json
import socket
import threading
from typing import Any

from django.conf import settings

from passavant.portal.api.problems import Refusal
from passavant.portal.declarations.answers import submission_answer
from passavant.portal.declarations.asked import Asked
from passavant.portal.declarations.desk import desk
from passavant.portal.declarations.frames import read_frame, write_frame
from passavant.portal.declarations.process import socket_path
from passavant.portal.declarations.submitting import Received
from passavant.portal.declarations.working import decide_at_once

__all__ = ["decided"]

#: Seconds that an answer may take before the caller is told to ask again; what was decided by then is found again.
_PATIENCE = 30.0
_FIELDS = ("id", "key_id", "sandbox", "received_at", "idempotency_key", "request_digest", "media", "declarations",
           "done", "refused", "refusals", "ignored")  # fmt: skip
_local = threading.local()


def decided(received: Received) -> dict[str, Any]:
    """Return the answer to a small request, which is then on the disk.

    Raises:
        Refusal: the decision process is away or too busy (503), or refuses the request as a whole.
    """
    if settings.PASSAVANT_DECISIONS == "here":
        asked = Asked(received.submission, received.declarant_id, received.records)
        told = decide_at_once(desk(), [asked], sandbox=received.submission.sandbox)[0]
        return submission_answer(asked.submission, told, desk().grounds.law)
    answer = _asked(received)
    if "problem" in answer:
        raise _refused(answer["problem"])
    if "answer" not in answer:
        raise _away("busy")
    found: dict[str, Any] = answer["answer"]
    return found


def _asked(received: Received) -> dict[str, Any]:
    submission = received.submission
    request = {
        "submission": {name: _plain(getattr(submission, name)) for name in _FIELDS},
        "organisation": submission.organisation_id,
        "declarant_id": received.declarant_id,
        "records": received.records,
    }
    message = json.dumps(request, ensure_ascii=False).encode("utf-8", "surrogatepass")
    kept = getattr(_local, "connection", None) is not None
    try:
        answer = _said(message)
    except OSError as error:
        _hang_up()
        if not kept or isinstance(error, TimeoutError):
            raise _away(str(error)) from error
        answer = None
    if answer is None and kept:  # the process that the connection led to is gone: its successor knows what was decided
        _hang_up()
        try:
            answer = _said(message)
        except OSError as error:
            _hang_up()
            raise _away(str(error)) from error
    if answer is None:
        _hang_up()
        raise _away("it ended")
    found: dict[str, Any] = json.loads(answer)
    return found


def _said(message: bytes) -> bytes | None:
    connection = _connection()
    write_frame(connection, message)
    return read_frame(connection)


def _connection() -> socket.socket:
    """Return this thread's connection."""
    found: socket.socket | None = getattr(_local, "connection", None)
    if found is None:
        found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        found.settimeout(_PATIENCE)
        try:
            found.connect(str(socket_path()))
        except OSError:
            found.close()
            raise
        _local.connection = found
    return found


def _hang_up() -> None:
    """Forget this thread's connection: an answer that comes late must not be taken for the next."""
    found: socket.socket | None = getattr(_local, "connection", None)
    _local.connection = None
    if found is not None:
        found.close()


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | bool | list) else str(value)


def _refused(problem: dict[str, Any]) -> Refusal:
    en, fr = problem["en"], problem["fr"]
    return Refusal(
        en["code"],
        got=(en["got"], fr["got"]),
        expected=(en["expected"], fr["expected"]),
        next_step=(en["next_step"], fr["next_step"]),
        status=problem["status"],
    )


def _away(why: str) -> Refusal:
    return Refusal(
        "declarations.desk.away",
        got=(f"no answer from the decision process: {why}", f"pas de réponse du processus de décision : {why}"),
        expected=("an answer", "une réponse"),
        next_step=(
            "Send the request again with the same Idempotency-Key: what was decided is not decided twice.",
            "Renvoyez la requête avec la même Idempotency-Key : ce qui est décidé ne l'est pas deux fois.",
        ),
        status=503,
        headers={"Retry-After": "2"},
    )
