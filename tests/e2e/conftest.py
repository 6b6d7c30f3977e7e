"""A real Chromium before a real server: the page's own routes, and a log that answers as the service's contract says."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from passavant.sealing import page as sealing_page

AS_OF = {"size": 1204, "time": "2026-11-25T05:00:00Z"}
ISSUER = "customs.gov.example/certificates"


@dataclass
class Heard:
    """One request as it reached the server."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes = b""


@dataclass
class Log:
    """A log that knows some documents, and keeps every request it hears."""

    seals: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    heard: list[Heard] = field(default_factory=list)
    refusal: dict[str, Any] | None = None
    address: str = ""

    def register(self, digest: str, *, alg: str = "sha-256", status: str = "valid", **more: Any) -> None:
        """Put a seal on the log."""
        seal = {
            "index": len(self.seals) + 1,
            "issuer": ISSUER,
            "key": f"{ISSUER}+3f2a11c0+AbCd",
            "issued_at": "2026-11-24T09:30:00Z",
            "logged_at": "2026-11-24T09:30:02Z",
            "doc_type": "851",
            "status": status,
        }
        self.seals.setdefault((alg, digest), []).append(seal | more)

    def answer(self, request: Request) -> Response:
        """Answer `GET /api/v1/seals?alg=&prefix=`."""
        if self.refusal is not None:
            return JSONResponse(self.refusal, 429)
        alg, prefix = request.query_params["alg"], request.query_params["prefix"]
        documents = [
            {"digest": digest, "seals": seals}
            for (known, digest), seals in sorted(self.seals.items())
            if known == alg and digest.startswith(prefix)
        ]
        body = {"origin": "seals.customs.example/log", "alg": alg, "prefix": prefix, "as_of": AS_OF}
        return JSONResponse(body | {"documents": documents})

    def listen(self, app: ASGIApp) -> ASGIApp:
        """Keep every request, its body included, before the application sees it."""

        async def listening(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                return await app(scope, receive, send)
            query = scope["query_string"].decode()
            headers = [(name.decode(), value.decode()) for name, value in scope["headers"]]
            heard = Heard(scope["method"], scope["path"] + (f"?{query}" if query else ""), headers)
            self.heard.append(heard)

            async def receiving() -> Message:
                message = await receive()
                heard.body += message.get("body", b"")
                return message

            while (message := await receiving()).get("more_body"):
                pass
            await app(scope, _once(message), send)
            return None

        return listening


def _once(message: Message) -> Receive:
    async def receive() -> Message:
        return message

    return receive


@contextlib.contextmanager
def serving(app: ASGIApp, lifespan: Literal["on", "off"] = "off") -> Iterator[str]:
    """Serve an application on a free port of this machine."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan=lifespan))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def launched(playwright: Playwright, *more: str) -> Browser:
    """Start the machine's own Chromium."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip("no browser on this machine: install chromium")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=found, args=[*sandbox, "--disable-dev-shm-usage", *more])


@pytest.fixture
def launch() -> Any:
    """Return the function that starts a browser with more options."""
    return launched


@pytest.fixture
def serve() -> Any:
    """Return the function that serves an application."""
    return serving


@pytest.fixture(scope="module")  # not longer: while it lives, this thread counts as running an event loop
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    with contextlib.closing(launched(playwright)) as started:
        yield started


@pytest.fixture
def log() -> Iterator[Log]:
    """Serve the page and a log below a path of its own, as a portal would."""
    if not (Path(sealing_page.__file__).parents[1] / "web/static/seal/index.html").exists():
        pytest.skip("the page is not built: make page (it needs Node: make setup can install it)")
    log = Log()
    routes = [*sealing_page.page_routes(), Route("/api/v1/seals", log.answer)]
    with serving(log.listen(Starlette(routes=[Mount("/seals", routes=routes)]))) as address:
        log.address = f"{address}seals/"
        yield log


@pytest.fixture
def page(browser: Browser, log: Log) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB")
    yield context.new_page()
    context.close()
