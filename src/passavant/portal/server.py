"""The portal's own server: gunicorn on an address that is taken already, the worker beside it, the database brought up to date."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

__all__ = ["BESIDE", "run", "run_web", "update_database"]

#: What runs beside the web server.
BESIDE = ("worker", "decisions")


def update_database() -> None:
    """Apply what is new in the shape of the database."""
    from django.conf import settings
    from django.core.management import call_command

    _keep_to_oneself(settings.DATABASES["default"])
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


def _keep_to_oneself(database: Any) -> None:
    """Let nobody else read a database that is a file: until the journal is compacted, names stand in it."""
    if database["ENGINE"].endswith("sqlite3"):
        file = Path(database["NAME"])
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.chmod(0o600)


def run(
    taken: socket.socket, workers: int, *, demonstration: bool = False, between: Callable[[], None] = lambda: None
) -> None:
    """Serve, and work beside it, until told to stop.

    Args:
        taken: The address.
        workers: Processes of the web server; each answers several requests at once in threads.
        demonstration: Whether the published secret of the demonstration may be used.
        between: Called several times a second meanwhile.
    """
    from passavant.portal.processes import supervise

    arguments = ["--socket", str(taken.fileno()), "--workers", str(workers)]
    arguments += ["--demonstration"] if demonstration else []
    supervise(["web", *BESIDE], arguments=arguments, keep=[taken.fileno()], between=between)


def run_web(descriptor: int, workers: int) -> None:
    """Run gunicorn in this process until told to stop; Django is set up.

    Args:
        descriptor: Of the socket that is listened on.
        workers: Processes.
    """
    from gunicorn.app.base import BaseApplication

    class Portal(BaseApplication):  # type: ignore[misc]  # gunicorn carries no types
        def load_config(self) -> None:
            options: dict[str, Any] = {
                "bind": f"fd://{os.dup(descriptor)}",  # gunicorn closes what it is given
                "workers": workers,
                "threads": 32,
                "worker_class": "gthread",
                "preload_app": False,
                "timeout": 60,
                "graceful_timeout": 15,
                "loglevel": "warning",
                "control_socket_disable": True,
            }
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            from django.core.wsgi import get_wsgi_application

            return get_wsgi_application()

    Portal().run()
