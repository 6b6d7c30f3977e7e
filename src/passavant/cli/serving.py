"""Web servers of the command line: the address is taken before anything is announced."""

from __future__ import annotations

import contextlib
import errno
import socket
from typing import Any

from passavant.cli.show import echo
from passavant.errors import BadInput, Place
from passavant.texts import colon

__all__ = ["listen", "serve_app"]

_FAULTS = {
    errno.EADDRINUSE: ("another program has it", "un autre programme l'occupe"),
    errno.EACCES: ("this user may not take it", "cet utilisateur n'y a pas droit"),
}


def listen(host: str, port: int) -> socket.socket:
    """Take an address.

    Raises:
        BadInput: it is in use, or not of this machine.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=2048)
    except (OSError, UnicodeError) as error:
        why = _FAULTS.get(
            getattr(error, "errno", None) or 0,
            ("it is no address of this machine", "ce n'est pas une adresse de ce poste"),
        )
        raise BadInput(
            "cli.serve.address",
            got=(f"the address {host}, port {port}, which cannot be used: {why[0]}", f"l'adresse {host}, port {port}, inutilisable : {why[1]}"),
            expected=("a free port of an address of this machine", "un port libre d'une adresse de ce poste"),
            next_step=("Name another with --port or --host; port 0 takes any free one.", "Indiquez-en une autre par --port ou --host ; le port 0 en prend un libre."),
            place=Place(field="--port"),
        ) from error  # fmt: skip


def serve_app(app: Any, taken: socket.socket, name: str) -> None:
    """Announce a web application and serve it until it is told to stop.

    Args:
        app: The ASGI application.
        taken: The address, from :func:`listen`.
        name: What is announced.
    """
    import uvicorn

    host, port = taken.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    echo(f"{name}{colon()}http://{shown}:{port}/", err=True)
    with contextlib.suppress(KeyboardInterrupt):  # it has stopped in order by then
        uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False)).run(sockets=[taken])
