"""The web service of a log (`passavant log serve`): API, static files and the public page.

>>> [route.path for route in routes()][:2]
['/api/v1/seals', '/api/v1/seals']
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from passavant.errors import PassavantError
from passavant.sealing.service import reading
from passavant.sealing.service.openapi import openapi
from passavant.sealing.service.problems import http_problem, language_of, problem, unexpected_problem
from passavant.sealing.service.state import Service, ServiceSettings
from passavant.sealing.service.submitting import submit_seals

__all__ = ["build_app", "routes"]


def build_app(settings: ServiceSettings, page: Sequence[BaseRoute] = (), opened: Service | None = None) -> Starlette:
    """Return the service; its log is opened when the server starts, unless it is open already.

    Args:
        settings: How it runs.
        page: Routes of the public page.
        opened: The same service, open already: what stands in the way is then told before a server runs.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.service = opened or Service(settings)
        try:
            yield
        finally:
            app.state.service.stop()

    return Starlette(
        routes=[*routes(), *page],
        lifespan=lifespan,
        middleware=[Middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["GET"])],
        exception_handlers={
            PassavantError: problem,
            HTTPException: http_problem,
            Exception: unexpected_problem,
        },
    )


def routes() -> list[BaseRoute]:
    """Return the routes of API and static files."""
    return [
        Route("/api/v1/seals", submit_seals, methods=["POST"]),
        Route("/api/v1/seals", reading.look_up_prefix, methods=["GET"]),
        Route("/api/v1/seals/{alg}/{digest}", reading.look_up, methods=["GET"]),
        Route("/api/v1/proofs/{index}", reading.proof, methods=["GET"]),
        Route("/api/v1/log", reading.about_log, methods=["GET"]),
        Route("/api/v1/openapi.json", _openapi, methods=["GET"]),
        Route("/checkpoint", reading.checkpoint, methods=["GET"]),
        Route("/tile/{path:path}", reading.file, methods=["GET"]),
    ]


async def _openapi(request: Request) -> JSONResponse:
    return JSONResponse(openapi(language_of(request)))
