"""`passavant log`: a log of seals on this machine: made, served, audited; its issuers admitted and withdrawn."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from passavant.cli import anchor, log_audit, log_issuers
from passavant.cli.framework import App
from passavant.cli.options import JSON
from passavant.cli.passphrases import NO_PASSPHRASE, new_passphrase, passphrase_for
from passavant.cli.show import as_json, echo
from passavant.texts import colon, pick

__all__ = ["app"]

app = App(
    help=pick(
        "A log of seals: made, served, audited.\n\nExample: passavant log init seals.customs.example/log",
        "Un journal de scellés : créé, servi, audité.\n\nExemple : passavant log init sceaux.douane.example/journal",
    ),
)
app.add_typer(log_issuers.app, name="issuer")
app.add_typer(anchor.app, name="anchor")
app.command("audit", help=log_audit.HELP)(log_audit.audit)

_INIT = pick(
    "Make a log on this machine, with its key and the key of a first issuer.\n\n"
    "ORIGIN is the log's name for ever: a host and path.\n\nExample: passavant log init seals.customs.example/log",
    "Crée un journal sur ce poste, avec sa clé et celle d'un premier émetteur.\n\n"
    "ORIGINE est le nom du journal pour toujours : un hôte et un chemin.\n\n"
    "Exemple : passavant log init sceaux.douane.example/journal",
)
_SERVE = pick(
    "Serve this machine's log: API, static files, and the page where anybody checks a document.\n\n"
    "Put a web server with TLS before it. Example: passavant log serve --port 8040",
    "Sert le journal de ce poste : API, fichiers statiques, et la page où chacun vérifie un document.\n\n"
    "Placez devant lui un serveur web avec TLS. Exemple : passavant log serve --port 8040",
)


@app.command("init", help=_INIT)
def init(
    origin: Annotated[str, typer.Argument(metavar="ORIGIN", help=pick("Name of the log.", "Nom du journal."))],
    issuer: Annotated[
        str,
        typer.Option(
            "--issuer",
            metavar="NAME",
            help=pick("First issuer (else the origin's host).", "Premier émetteur (sinon l'hôte de l'origine)."),
        ),
    ] = "",
    no_passphrase: NO_PASSPHRASE = False,
) -> None:
    """Make keys and log."""
    from passavant.sealing.desk import LocalDesk, local_folder
    from passavant.sealing.keys import ISSUER, LOG, check_new, create_key
    from passavant.sealing.log import FULL_SCOPE, LogWriter, check_absent, create_log

    folder, name = local_folder(), issuer or origin.partition("/")[0]
    check_absent(folder)
    check_new(LOG, origin)
    check_new(ISSUER, name)
    secret = new_passphrase(no_passphrase)
    key = create_key(LOG, origin, secret)
    create_log(folder, key)
    issuing = create_key(ISSUER, name, secret)
    with LogWriter(folder, key) as writer:
        writer.admit(issuing.verifier, FULL_SCOPE)
        LocalDesk(folder).publish(writer)
    echo(f"{pick('log', 'journal')}{colon()}{folder}")
    echo(f"{pick('its key, for those who verify', 'sa clé, pour ceux qui vérifient')}{colon()}log {key.verifier}")
    echo(f"{pick('issuer', 'émetteur')}{colon()}{issuing.verifier}")
    echo(pick("next: passavant seal FILE", "ensuite : passavant seal FICHIER"))


@app.command("key", help=pick(
    "Show the log's key as a line of a trust policy, for those who verify.\n\nExample: passavant log key >> trust.policy",
    "Montre la clé du journal en ligne de politique de confiance, pour ceux qui vérifient.\n\n"
    "Exemple : passavant log key >> confiance.policy",
))  # fmt: skip
def show_key(json_: JSON = False) -> None:
    """Show it."""
    from passavant.sealing.desk import local_folder
    from passavant.sealing.log import LogReader

    with LogReader(local_folder()) as reader:
        key = reader.key
    if json_:
        as_json({"origin": key.name, "key": str(key)})
    else:
        echo(f"log {key}")


@app.command("serve", help=_SERVE)
def serve(
    host: Annotated[str, typer.Option("--host", help=pick("Address to listen on.", "Adresse d'écoute."))] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help=pick("Port.", "Port."))] = 8040,
    every: Annotated[
        float,
        typer.Option("--publish-every", min=0.05, help=pick("Seconds between two publications.", "Secondes entre deux publications.")),
    ] = 1.0,
    submit_rate: Annotated[
        float,
        typer.Option("--submit-rate", min=0, help=pick("Statements a second for one key; 0: no limit.", "Déclarations par seconde et par clé ; 0 : sans limite.")),
    ] = 2000.0,
    read_rate: Annotated[
        float,
        typer.Option("--read-rate", min=0, help=pick("Requests a second for one address; 0: no limit.", "Requêtes par seconde et par adresse ; 0 : sans limite.")),
    ] = 200.0,
    witnesses: Annotated[
        Path | None,
        typer.Option("--witnesses", metavar="POLICY", help=pick("Trust policy whose witnesses are asked to cosign.", "Politique de confiance dont les témoins sont priés de cosigner.")),
    ] = None,
) -> None:  # fmt: skip
    """Open the log and serve it."""
    from passavant.cli.serving import listen, serve_app
    from passavant.sealing.desk import local_folder, trust
    from passavant.sealing.keys import LOG, load_key
    from passavant.sealing.log import LogReader
    from passavant.sealing.page import page_is_built, page_routes
    from passavant.sealing.service import Service, ServiceSettings, build_app
    from passavant.sealing.witness import cosigner

    folder = local_folder()
    with LogReader(folder) as reader:
        origin = reader.origin
    key = load_key(LOG, origin, passphrase_for(LOG, origin))
    settings = ServiceSettings(folder, key, every, submit_rate, read_rate)
    if witnesses is not None:
        policy = trust(witnesses)
        settings = dataclasses.replace(
            settings,
            cosign=cosigner(policy),
            witnesses=tuple(name for name, one in policy.witnesses.items() if one.url),
        )
    with listen(host, port) as taken:
        service = Service(settings)
        if not page_is_built():
            echo(
                pick("The page is not built yet: make page", "La page n'est pas encore construite : make page"),
                err=True,
            )
        serve_app(build_app(settings, page_routes(), service), taken, origin)
