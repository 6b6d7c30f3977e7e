"""A witness as a web service: ``POST /add-checkpoint`` and ``GET /<sha256 of the origin>/checkpoint`` (C2SP tlog-witness)."""

from __future__ import annotations

import logging

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request as HttpRequest
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from passavant.errors import BadInput, PassavantError
from passavant.sealing.service.problems import language_of
from passavant.sealing.witness.rules import MOST_BYTES, REASONS, Answer, Request, parse_request
from passavant.sealing.witness.state import WitnessState

__all__ = ["SIZE_TYPE", "witness_app"]

_log = logging.getLogger(__name__)

#: Type of the body of a 409: a size and a line end.
SIZE_TYPE = "text/x.tlog.size"


def witness_app(state: WitnessState) -> Starlette:
    """Return the service of a witness."""

    async def add_checkpoint(request: HttpRequest) -> Response:
        language = language_of(request)
        body = await _body(request)
        if body is None:
            return PlainTextResponse(f"{MOST_BYTES} bytes at most\n", 413)
        try:
            parsed = parse_request(body)
        except BadInput as error:
            return PlainTextResponse(f"{error.diagnostics(language)}\n", 400)
        try:
            answer, line = await run_in_threadpool(state.add, parsed)  # the fsync must not hold up the others
        except PassavantError as error:
            _log.error("%s", error)
            return PlainTextResponse(f"{error.diagnostics(language)}\n", 507)
        if answer.status == 422:  # C2SP's word for "not proven"
            _tell(parsed, state, answer)
        return _answered(answer, line, language)

    async def monitor(request: HttpRequest) -> Response:
        seen = state.by_hash(request.path_params["origin"])
        if seen is None:
            return PlainTextResponse(f"{REASONS[404].say(language_of(request))}\n", 404)
        return PlainTextResponse(seen.note, headers={"Cache-Control": "no-cache"})

    return Starlette(
        routes=[
            Route("/add-checkpoint", add_checkpoint, methods=["POST"]),
            Route("/{origin}/checkpoint", monitor, methods=["GET"]),
        ]
    )


def _answered(answer: Answer, line: str, language: str) -> Response:
    if answer.status == 409:  # C2SP's word for "I saw another size"
        # the header in full: a media type of text would be given a charset, and clients compare the whole
        return Response(f"{answer.size}\n", 409, {"content-type": SIZE_TYPE})
    reason = REASONS.get(answer.status)
    return PlainTextResponse(f"{reason.say(language)}\n" if reason else line, answer.status)


def _tell(request: Request, state: WitnessState, answer: Answer) -> None:
    """Keep both checkpoints in the machine's log: signed by one key, they may prove that the log forked."""
    seen = state.seen(answer.checkpoint.origin) if answer.checkpoint else None
    _log.error("not proven to continue. Recorded:\n%s\nShown:\n%s", seen.note if seen else "-", request.note)


async def _body(request: HttpRequest) -> bytes | None:
    parts, length = [], 0
    async for part in request.stream():
        length += len(part)
        if length > MOST_BYTES:
            return None
        parts.append(part)
    return b"".join(parts)
