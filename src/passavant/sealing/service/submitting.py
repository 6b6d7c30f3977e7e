"""`POST /api/v1/seals`: one or up to 10,000 statements in, their places and receipts out, once they are durable."""

from __future__ import annotations

import hashlib
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse

from passavant.errors import BadInput
from passavant.sealing.log import StorageFailed
from passavant.sealing.service.committing import Committed
from passavant.sealing.service.limits import Busy, TooMany, address_of, body_of
from passavant.sealing.service.state import Service
from passavant.sealing.submissions import Submission

__all__ = ["submit_seals"]

#: Receipts come with the answer up to so many statements, unless the request says otherwise.
_RECEIPTS = 100
#: Larger bodies are read in a thread, so that others need not wait.
_LARGE = 65_536
_LONGEST_NAME = 200


async def submit_seals(request: Request) -> JSONResponse:
    """Log a submission: 201 with new entries, 200 when all were known already.

    A log whose own signature proves that it forked or went back takes none.

    What is refused counts against the address that sent it, the more the larger it is; what an issuer signed against its
    key: nobody can use up another's share.
    """
    service: Service = request.app.state.service
    if service.publisher.alarm is not None:
        raise service.publisher.alarm
    address, sizes = address_of(request), list[int]()
    service.trying.take(address)

    def held(size: int) -> None:
        service.in_flight.add(address, size)
        sizes.append(size)

    weight = 1
    try:
        body = await body_of(request, held)
        weight = max(1, len(body) // _LARGE)
        service.trying.take(address, weight - 1)
        answer = await _submitted(request, service, body)
    except (Busy, StorageFailed, TooMany):  # no fault of whoever sent it
        service.trying.give(address, weight)
        raise
    finally:
        service.in_flight.done(address, sum(sizes))
    service.trying.give(address, weight)
    return answer


async def _submitted(request: Request, service: Service, body: bytes) -> JSONResponse:
    name = request.headers.get("idempotency-key", "")
    submission = (
        await run_in_threadpool(_read, body, service.writer.origin)
        if len(body) > _LARGE
        else _read(body, service.writer.origin)
    )
    if submission.signed_by_issuer():  # if not, the writer refuses it
        service.submitting.take(str(submission.key), len(submission.statements))
    committed = await service.committer.submit(submission, _asked(submission, name, body))
    wanted = request.query_params.get("receipts", "yes" if len(submission.statements) <= _RECEIPTS else "no")
    if len(submission.statements) > _RECEIPTS:
        answer = await run_in_threadpool(_answer, service, submission, committed, wanted == "yes")
    else:
        answer = _answer(service, submission, committed, wanted == "yes")
    return JSONResponse(answer, 201 if committed.logged.added else 200)


def _read(body: bytes, origin: str) -> Submission:
    """Read a submission and check its signature, which it remembers."""
    submission = Submission.parse(body, origin)
    submission.signed_by_issuer()
    return submission


def _answer(service: Service, submission: Submission, committed: Committed, receipts: bool) -> dict[str, Any]:
    seals: list[dict[str, Any]] = []
    for statement, place in zip(submission.statements, committed.logged.places, strict=True):
        one: dict[str, Any] = {"index": place, "alg": statement.alg, "digest": statement.digest}
        if receipts:
            one["receipt"] = service.reader.proved(place, committed.size, committed.checkpoint).text()
        seals.append(one)
    added = committed.logged.added
    return {"origin": service.writer.origin, "added": added, "seals": seals, "checkpoint": committed.checkpoint}


def _asked(submission: Submission, name: str, body: bytes) -> tuple[str, bytes] | None:
    """Return a named request as the log remembers it; the names of different issuers are kept apart.

    Raises:
        BadInput: the name is too long.
    """
    if not name:
        return None
    if len(name) > _LONGEST_NAME:
        raise BadInput(
            "sealing.request.reused",
            got=("an Idempotency-Key that is too long", "une Idempotency-Key trop longue"),
            expected=(f"a name of at most {_LONGEST_NAME} characters", f"un nom de {_LONGEST_NAME} caractères au plus"),
            next_step=("Use a new random name for each request.", "Prenez un nouveau nom aléatoire par requête."),
        )
    return f"{submission.key} {name}", hashlib.sha256(body).digest()
