"""`passavant log issuer`: who may seal in a log: keys made, admitted, withdrawn, listed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from passavant.cli.framework import App
from passavant.cli.options import JSON
from passavant.cli.passphrases import NO_PASSPHRASE, new_passphrase
from passavant.cli.show import as_json, echo, table
from passavant.errors import BadInput
from passavant.texts import pick

if TYPE_CHECKING:
    from passavant.sealing.notes import VerifierKey

__all__ = ["app"]

app = App(
    help=pick(
        "Who may seal: keys made, admitted, withdrawn, listed.\n\nExample: passavant log issuer add customs.example/permits",
        "Qui peut sceller : clés créées, admises, retirées, listées.\n\n"
        "Exemple : passavant log issuer add douane.example/autorisations",
    ),
)
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


@app.command("add", help=pick(
    "Make the key of a new issuer here and admit it.\n\nExample: passavant log issuer add customs.example/permits",
    "Crée ici la clé d'un nouvel émetteur et l'admet.\n\nExemple : passavant log issuer add douane.example/autorisations",
))  # fmt: skip
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help=pick("Issuer's name: a host and path.", "Nom de l'émetteur : un hôte et un chemin."))],
    scope: _SCOPE = "seal,supersede,revoke",
    no_passphrase: NO_PASSPHRASE = False,
) -> None:  # fmt: skip
    """Make a key and admit it."""
    from passavant.sealing.desk import LocalDesk, local_folder
    from passavant.sealing.keys import ISSUER, create_key

    desk = LocalDesk(local_folder())
    key = create_key(ISSUER, name, new_passphrase(no_passphrase))
    _admitted(str(key.verifier), desk.admit(key.verifier, scope))


@app.command("key", help=pick(
    "Make an issuer's key on this machine, for a log elsewhere: send the key shown to its operator.\n\n"
    "Example: passavant log issuer key customs.example/permits",
    "Crée sur ce poste une clé d'émetteur, pour un journal distant : envoyez la clé affichée à son exploitant.\n\n"
    "Exemple : passavant log issuer key douane.example/autorisations",
))  # fmt: skip
def key(
    name: Annotated[str, typer.Argument(metavar="NAME", help=pick("Issuer's name.", "Nom de l'émetteur."))],
    no_passphrase: NO_PASSPHRASE = False,
) -> None:
    """Make a key and show its public half."""
    from passavant.sealing.keys import ISSUER, create_key

    echo(str(create_key(ISSUER, name, new_passphrase(no_passphrase)).verifier))


@app.command("admit", help=pick(
    "Admit an issuer's key, publicly: the log says so in an entry.\n\nExample: passavant log issuer admit KEY --scope seal,type=851",
    "Admet la clé d'un émetteur, publiquement : le journal l'inscrit.\n\nExemple : passavant log issuer admit CLÉ --scope seal,type=851",
))  # fmt: skip
def admit(
    key: Annotated[str, typer.Argument(metavar="KEY", help=pick("Verifier key of the issuer.", "Clé de vérification de l'émetteur."))],
    scope: _SCOPE = "seal,supersede,revoke",
) -> None:  # fmt: skip
    """Admit a key."""
    from passavant.sealing.desk import LocalDesk, local_folder
    from passavant.sealing.trust_lines import given_key

    _admitted(key, LocalDesk(local_folder()).admit(given_key(key), scope))


@app.command("withdraw", help=pick(
    "Withdraw an issuer's key: its seals stand, it makes no new ones.\n\nExample: passavant log issuer withdraw KEY",
    "Retire la clé d'un émetteur : ses scellés demeurent, elle n'en fait plus.\n\nExemple : passavant log issuer withdraw CLÉ",
))  # fmt: skip
def withdraw(
    key: Annotated[str, typer.Argument(metavar="KEY", help=pick("Verifier key of the issuer.", "Clé de vérification de l'émetteur."))],
) -> None:  # fmt: skip
    """Withdraw a key."""
    from passavant.sealing.desk import LocalDesk, local_folder

    place = LocalDesk(local_folder()).withdraw(_admitted_key(key))
    echo(pick(f"withdrawn by entry {place}: {key}", f"retirée par l'inscription {place} : {key}"))


@app.command("list", help=pick(
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


def _admitted_key(text: str) -> VerifierKey:
    """Read a key; where it is an issuer's name, say where its keys are listed."""
    from passavant.sealing.trust_lines import given_key

    if "+" not in text:
        raise BadInput(
            "cli.issuer.name",
            got=(f"the name {text}", f"le nom {text}"),
            expected=("one key: an issuer may have several", "une clé : un émetteur peut en avoir plusieurs"),
            next_step=("Take it from passavant log issuer list.", "Prenez-la dans passavant log issuer list."),
        )
    return given_key(text)


def _admitted(key: str, place: int) -> None:
    echo(pick(f"admitted by entry {place}: {key}", f"admise par l'inscription {place} : {key}"))
