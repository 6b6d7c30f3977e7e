"""The portal in the demonstration: started on this machine, asked two things, stopped."""

from __future__ import annotations

import json
import os
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from passavant.portal.deployment import prepare

__all__ = ["first_answers"]

_ASKED = ("health", "api/v1/about")


def first_answers() -> Iterator[tuple[str, dict[str, Any]]]:
    """Start the portal with the published secret, on a free port of this machine; yield what it answers to each address."""
    os.environ["PASSAVANT_PLAIN_HTTP"] = "1"
    prepare(demonstration=True)
    with _served() as address:
        for path in _ASKED:
            with urllib.request.urlopen(f"{address}/{path}") as answer:  # noqa: S310  # our own address
                yield f"{address}/{path}", json.load(answer)


@contextmanager
def _served() -> Iterator[str]:
    from wsgiref.simple_server import WSGIRequestHandler, make_server

    from django.core.wsgi import get_wsgi_application

    from passavant.portal.server import update_database

    class Quiet(WSGIRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Say nothing of requests."""

    update_database()
    with make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
