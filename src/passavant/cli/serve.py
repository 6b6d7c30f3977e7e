"""`passavant serve`: the portal and its API."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from passavant.cli.show import echo
from passavant.texts import colon, pick

__all__ = ["HELP", "open_portal", "actor_name", "serve"]

HELP = pick(
    "Serve the portal and its API; put a web server with TLS before it. The database is brought up to date first.\n\n"
    "DATABASE_URL names PostgreSQL (else SQLite in $PASSAVANT_HOME), PASSAVANT_HOSTS the names served.\n\n"
    "Example: passavant serve --port 8000",
    "Sert le portail et son interface ; placez devant lui un serveur web avec TLS. La base est d'abord mise à jour.\n\n"
    "DATABASE_URL désigne PostgreSQL (sinon SQLite dans $PASSAVANT_HOME), PASSAVANT_HOSTS les noms servis.\n\n"
    "Exemple : passavant serve --port 8000",
)


def serve(
    host: Annotated[str, typer.Option("--host", help=pick("Address to listen on.", "Adresse d'écoute."))] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help=pick("Port.", "Port."))] = 8000,
    workers: Annotated[int, typer.Option("--workers", min=1, max=64, help=pick("Processes.", "Processus."))] = 2,
) -> None:
    """Prepare the database and serve."""
    from passavant.cli.serving import listen

    with listen(host, port) as taken:
        open_portal()
        from passavant.portal.server import run

        shown = taken.getsockname()[:2]
        echo(f"{pick('portal', 'portail')}{colon()}http://{shown[0]}:{shown[1]}/", err=True)
        run(taken, workers)


def open_portal() -> None:
    """Set the portal up in this process and bring its database up to date."""
    from passavant.portal import prepare

    prepare()
    from passavant.portal.server import update_database

    update_database()


def actor_name() -> str:
    """Return who acts from the command line, as the trail names him."""
    return f"{getpass.getuser()}@{pick('command line', 'ligne de commande')}"
