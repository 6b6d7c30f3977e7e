"""The portal's own server: gunicorn on an address that is taken already, and the database brought up to date before it."""

from __future__ import annotations

import os
import socket
from typing import Any

__all__ = ["run", "update_database"]


def update_database() -> None:
    """Apply what is new in the shape of the database."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)


def run(taken: socket.socket, workers: int) -> None:
    """Serve until told to stop.

    Args:
        taken: The address.
        workers: Processes; each answers several requests at once in threads.
    """
    from gunicorn.app.base import BaseApplication

    class Portal(BaseApplication):  # type: ignore[misc]  # gunicorn carries no types
        def load_config(self) -> None:
            options: dict[str, Any] = {
                "bind": f"fd://{os.dup(taken.fileno())}",  # gunicorn closes what it is given
                "workers": workers,
                "threads": 8,
                "worker_class": "gthread",
                "preload_app": False,
                "timeout": 60,
                "loglevel": "warning",
            }
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            from passavant.portal.wsgi import application

            return application

    Portal().run()
