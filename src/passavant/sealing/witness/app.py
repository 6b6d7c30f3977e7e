"""A witness as a web service: ``POST /add-checkpoint`` and ``GET /<sha256 of the origin>/checkpoint``."""

from __future__ import annotations

import hashlib

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from passavant.errors import BadInput, PassavantError
from passavant.sealing.witness.rules import MOST_BYTES, Answer, parse_request
from passavant.sealing.witness.state import WitnessState

__all__ = ["witness_app"]

_SIZE = "text/x.tlog.size"


def witness_app(state: WitnessState) -> Starlette:
    """Return the service of a witness."""

    async def add_checkpoint(request: HttpRequest) -> Response:
        body = await _body(request)
        if body is None:
            return PlainTextResponse("too large\n", 413)
        try:
            parsed = parse_request(body)
        except BadInput as error:
            return PlainTextResponse(f"{error.diagnostics('en')}\n", 400)
        try:
            answer, line = await run_in_threadpool(state.add, parsed)  # the fsync must not hold up the others
        except PassavantError as error:
            return PlainTextResponse(f"{error.diagnostics('en')}\n", 507)
        return _answered(answer, line)

    async def monitor(request: HttpRequest) -> Response:
        wanted = request.path_params["origin"]
        for key, _, _ in state.watched():
            if hashlib.sha256(key.name.encode()).hexdigest() == wanted:
                note = state.note(key.name)
                return PlainTextResponse(note) if note else PlainTextResponse("nothing seen yet\n", 404)
        return PlainTextResponse("unknown origin\n", 404)

    return Starlette(
        routes=[
            Route("/add-checkpoint", add_checkpoint, methods=["POST"]),
            Route("/{origin}/checkpoint", monitor, methods=["GET"]),
        ]
    )


def _answered(answer: Answer, line: str) -> Response:
    if answer.status == 409:  # C2SP's word for "I saw another size"
        return Response(f"{answer.size}\n", 409, media_type=_SIZE)
    return PlainTextResponse(line, answer.status)


async def _body(request: HttpRequest) -> bytes | None:
    parts, length = [], 0
    async for part in request.stream():
        length += len(part)
        if length > MOST_BYTES:
            return None
        parts.append(part)
    return b"".join(parts)
