"""Passphrases of keys: from the environment, or asked for on a terminal."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from passavant.errors import BadInput
from passavant.texts import pick

__all__ = ["NO_PASSPHRASE", "new_passphrase", "passphrase_for"]

#: Option of commands that make a key.
NO_PASSPHRASE = Annotated[
    bool,
    typer.Option(
        "--no-passphrase",
        help=pick(
            "Keep the key unencrypted (mode 0600): for trials, or where the disk is encrypted.",
            "Garde la clé en clair (mode 0600) : pour un essai, ou si le disque est chiffré.",
        ),
    ),
]


def passphrase_for(use: str, name: str | None) -> bytes | None:
    """Return the passphrase of a key: from the environment, or asked for on a terminal where the key is encrypted."""
    from passavant.sealing.keys import is_encrypted, passphrase

    given = passphrase()
    if given is not None or os.environ.get(f"PASSAVANT_{use.upper()}_KEY") or not is_encrypted(use, name):
        return given
    if not sys.stdin.isatty():
        return None
    asked: str = typer.prompt(pick("Passphrase of the key", "Phrase secrète de la clé"), hide_input=True, err=True)
    return asked.encode()


def new_passphrase(none: bool) -> bytes | None:
    """Return the passphrase for a new key: from the environment, or asked for twice; None only where one says so."""
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
