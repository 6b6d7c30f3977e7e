"""The public page where anyone checks a document: files are hashed in the browser and never leave it.

The page is built from ``frontend/`` by ``make page`` and travels inside the package. Everything is served with a
policy under which the browser runs the page's own scripts only and connects to this server only, so that the promise
"your files stay on this device" does not rest on the scripts alone.

>>> [route.path for route in page_routes()]
['/', '/static/seal/{name}']
"""

from __future__ import annotations

import hashlib
import mimetypes
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

__all__ = ["PAGE_HEADERS", "page_is_built", "page_routes"]

_BUILT = Path(__file__).resolve().parents[1] / "web" / "static" / "seal"

#: Content Security Policy Level 3, and Trusted Types for the one script that the page starts itself, the worker.
_POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; "
    "worker-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types seal-worker"
)

#: Headers of the page and of each of its files (a worker obeys the policy that came with its own script).
PAGE_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

#: The build puts a digest of the content into these files' names: they never change.
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"

_NOT_BUILT = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Page not built · Page non construite</title></head>
<body>
<h1>This page has not been built yet</h1>
<p>Next step, where Passavant was installed from its source: <code>make page</code>, then reload. The service itself works.</p>
<div lang="fr">
<h1>Cette page n'a pas encore été construite</h1>
<p>À faire, là où Passavant a été installé depuis ses sources : <code>make page</code>, puis rechargez. Le service lui-même fonctionne.</p>
</div>
</body>
</html>
"""


def page_is_built(folder: Path = _BUILT) -> bool:
    """Return whether ``make page`` has been run."""
    return (folder / "index.html").is_file()


def page_routes(folder: Path = _BUILT) -> list[Route]:
    """Return the routes of the page: its index at ``/`` and its files below ``/static/seal/``.

    Addresses inside the page are relative, so the routes can be mounted below any path; the page asks
    ``api/v1/seals`` beside itself. Without a build, ``/`` answers 503 and says how to make one.

    Args:
        folder: Where ``make page`` put its files.
    """

    def index(request: Request) -> Response:
        file = folder / "index.html"
        if not file.is_file():
            return HTMLResponse(_NOT_BUILT, 503, PAGE_HEADERS | {"Cache-Control": "no-store"})
        return _reply(request, file.read_bytes(), "text/html; charset=utf-8", _ASK_AGAIN)

    def asset(request: Request) -> Response:
        # Only names that the folder lists are served: nothing of the address ever becomes a path.
        built = {file.name: file for file in folder.glob("*") if file.is_file() and file.name != "index.html"}
        file = built.get(request.path_params["name"])
        if file is None:
            return PlainTextResponse("Not found · Introuvable\n", 404, PAGE_HEADERS)
        hashed = file.name.count(".") > 1
        return _reply(request, file.read_bytes(), _media_type(file), _FOR_EVER if hashed else _ASK_AGAIN)

    return [Route("/", index), Route("/static/seal/{name}", asset)]


def _reply(request: Request, content: bytes, media_type: str, keep: str) -> Response:
    """Answer with a file, or with 304 when the browser has it already."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = PAGE_HEADERS | {"Cache-Control": keep, "ETag": tag}
    known = request.headers.get("if-none-match", "")
    if tag in (one.strip().removeprefix("W/") for one in known.split(",")):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=media_type)


def _media_type(file: Path) -> str:
    # Scripts are named here: a machine's own table may call them something that nosniff refuses.
    known = {".js": "text/javascript", ".css": "text/css", ".txt": "text/plain"}
    return known.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
