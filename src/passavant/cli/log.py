"""`passavant log`: a log of seals on this machine: made, served, audited; its issuers admitted and withdrawn."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from passavant.cli import anchor, log_audit
from passavant.cli.framework import App
from passavant.cli.options import JSON
from passavant.cli.show import as_json, echo, table
from passavant.errors import BadInput
from passavant.texts import colon, pick

__all__ = ["app"]

app = App(
    help=pick(
        "A log of seals: made, served, audited.\n\nExample: passavant log init seals.customs.example/log",
        "Un journal de scellés : créé, servi, audité.\n\nExemple : passavant log init sceaux.douane.example/journal",
    ),
)
issuers = App(
    help=pick(
        "Who may seal: keys made, admitted, withdrawn, listed.\n\nExample: passavant log issuer add customs.example/permits",
        "Qui peut sceller : clés créées, admises, retirées, listées.\n\n"
        "Exemple : passavant log issuer add douane.example/autorisations",
    ),
)
app.add_typer(issuers, name="issuer")
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
_PLAIN = Annotated[
    bool,
    typer.Option(
        "--no-passphrase",
        help=pick(
            "Keep the key unencrypted (mode 0600): for trials, or where the disk is encrypted.",
            "Garde la clé en clair (mode 0600) : pour un essai, ou si le disque est chiffré.",
        ),
    ),
]
_SCOPE = Annotated[
    str,
    typer.Option(
        "--scope",
        metavar="LIST",
        help=pick(
            "What the key may do: seal,supersede,revoke and type=CODE for kinds of document.",
            "Ce que la clé permet : seal,supersede,revoke et type=CODE pour des types de document.",
        ),
    ),
]


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
    no_passphrase: _PLAIN = False,
) -> None:
    """Make keys and log."""
    from passavant.sealing.desk import LocalDesk, local_folder
    from passavant.sealing.keys import ISSUER, LOG, create_key
    from passavant.sealing.log import FULL_SCOPE, LogWriter, check_absent, create_log

    folder, name = local_folder(), issuer or origin.partition("/")[0]
    check_absent(folder)
    secret = _new_passphrase(no_passphrase)
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
    import uvicorn

    from passavant.cli.seal import passphrase_for
    from passavant.sealing.desk import local_folder, trust
    from passavant.sealing.keys import LOG, load_key
    from passavant.sealing.log import LogReader
    from passavant.sealing.page import page_routes
    from passavant.sealing.service import ServiceSettings, build_app
    from passavant.sealing.witness import cosigner

    folder = local_folder()
    with LogReader(folder) as reader:
        origin = reader.origin
    key = load_key(LOG, origin, passphrase_for(LOG, origin))
    settings = ServiceSettings(folder, key, every, submit_rate, read_rate)
    if witnesses is not None:
        policy = trust(witnesses)
        settings = dataclasses.replace(settings, cosign=cosigner(policy), witnesses=tuple(policy.witnesses))
    echo(f"{origin}{colon()}http://{host}:{port}/", err=True)
    uvicorn.run(build_app(settings, page_routes()), host=host, port=port, log_level="warning", access_log=False)


@issuers.command("add", help=pick(
    "Make the key of a new issuer here and admit it.\n\nExample: passavant log issuer add customs.example/permits",
    "Crée ici la clé d'un nouvel émetteur et l'admet.\n\nExemple : passavant log issuer add douane.example/autorisations",
))  # fmt: skip
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help=pick("Issuer's name: a host and path.", "Nom de l'émetteur : un hôte et un chemin."))],
    scope: _SCOPE = "seal,supersede,revoke",
    no_passphrase: _PLAIN = False,
) -> None:  # fmt: skip
    """Make a key and admit it."""
    from passavant.sealing.desk import LocalDesk, local_folder
    from passavant.sealing.keys import ISSUER, create_key

    desk = LocalDesk(local_folder())
    key = create_key(ISSUER, name, _new_passphrase(no_passphrase))
    _admitted(str(key.verifier), desk.admit(key.verifier, scope))


@issuers.command("key", help=pick(
    "Make an issuer's key on this machine, for a log elsewhere: send the key shown to its operator.\n\n"
    "Example: passavant log issuer key customs.example/permits",
    "Crée sur ce poste une clé d'émetteur, pour un journal distant : envoyez la clé affichée à son exploitant.\n\n"
    "Exemple : passavant log issuer key douane.example/autorisations",
))  # fmt: skip
def key(
    name: Annotated[str, typer.Argument(metavar="NAME", help=pick("Issuer's name.", "Nom de l'émetteur."))],
    no_passphrase: _PLAIN = False,
) -> None:
    """Make a key and show its public half."""
    from passavant.sealing.keys import ISSUER, create_key

    echo(str(create_key(ISSUER, name, _new_passphrase(no_passphrase)).verifier))


@issuers.command("admit", help=pick(
    "Admit an issuer's key, publicly: the log says so in an entry.\n\nExample: passavant log issuer admit KEY --scope seal,type=851",
    "Admet la clé d'un émetteur, publiquement : le journal l'inscrit.\n\nExemple : passavant log issuer admit CLÉ --scope seal,type=851",
))  # fmt: skip
def admit(
    key: Annotated[str, typer.Argument(metavar="KEY", help=pick("Verifier key of the issuer.", "Clé de vérification de l'émetteur."))],
    scope: _SCOPE = "seal,supersede,revoke",
) -> None:  # fmt: skip
    """Admit a key."""
    from passavant.sealing.desk import LocalDesk, local_folder
    from passavant.sealing.notes import VerifierKey

    _admitted(key, LocalDesk(local_folder()).admit(VerifierKey.parse(key), scope))


@issuers.command("withdraw", help=pick(
    "Withdraw an issuer's key: its seals stand, it makes no new ones.\n\nExample: passavant log issuer withdraw KEY",
    "Retire la clé d'un émetteur : ses scellés demeurent, elle n'en fait plus.\n\nExemple : passavant log issuer withdraw CLÉ",
))  # fmt: skip
def withdraw(
    key: Annotated[str, typer.Argument(metavar="KEY", help=pick("Verifier key of the issuer.", "Clé de vérification de l'émetteur."))],
) -> None:  # fmt: skip
    """Withdraw a key."""
    from passavant.sealing.desk import LocalDesk, local_folder
    from passavant.sealing.notes import VerifierKey

    place = LocalDesk(local_folder()).withdraw(VerifierKey.parse(key))
    echo(pick(f"withdrawn by entry {place}: {key}", f"retirée par l'inscription {place} : {key}"))


@issuers.command("list", help=pick(
    "Show the issuers' keys that the log admitted.\n\nExample: passavant log issuer list",
    "Montre les clés d'émetteurs admises par le journal.\n\nExemple : passavant log issuer list",
))  # fmt: skip
def list_(json_: JSON = False) -> None:
    """Show them."""
    from passavant.sealing.desk import local_folder
    from passavant.sealing.log import LogReader

    with LogReader(local_folder()) as reader:
        keys = reader.admitted()
    if json_:
        as_json(
            [
                {"key": str(one.key), "scope": one.scope, "admitted": one.admitted, "withdrawn": one.withdrawn}
                for one in keys
            ]
        )
        return
    heading = [pick("issuer", "émetteur"), pick("may", "peut"), pick("in force", "en vigueur"), pick("key", "clé")]
    yes, no = pick("yes", "oui"), pick("no", "non")
    rows = [[one.key.name, one.scope, yes if one.withdrawn is None else no, str(one.key)] for one in keys]
    table([heading, *rows])


def _admitted(key: str, place: int) -> None:
    echo(pick(f"admitted by entry {place}: {key}", f"admise par l'inscription {place} : {key}"))


def _new_passphrase(none: bool) -> bytes | None:
    """Return the passphrase for a new key: from the environment, or asked for twice; None only where one says so."""
    import sys

    from passavant.sealing.keys import passphrase

    if none:
        return None
    given = passphrase()
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise BadInput(
            "cli.key.passphrase",
            got=("no passphrase for the new key", "aucune phrase secrète pour la nouvelle clé"),
            expected=("PASSAVANT_KEY_PASSPHRASE, or a terminal to ask", "PASSAVANT_KEY_PASSPHRASE, ou un terminal pour la demander"),
            next_step=("Set it; or add --no-passphrase for a trial.", "Définissez-la ; ou ajoutez --no-passphrase pour un essai."),
        )  # fmt: skip
    asked: str = typer.prompt(
        pick("Passphrase of the new key", "Phrase secrète de la nouvelle clé"),
        hide_input=True,
        confirmation_prompt=True,
        err=True,
    )
    return asked.encode()
