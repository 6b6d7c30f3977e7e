"""The portal on the demonstration's day: accounts that are thrown away, a code every half minute, until Ctrl-C."""

from __future__ import annotations

import shlex
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from passavant.cli.show import echo, table
from passavant.settings import language
from passavant.texts import colon, pick

if TYPE_CHECKING:
    from passavant.portal.demonstration import Opened
    from passavant.portal.people.demonstration import Accounts

__all__ = ["serve_portal"]

_PROCESSES = 2


def serve_portal(out: Path, taken: socket.socket) -> None:
    """Serve the portal, with one account for each role, until told to stop.

    Args:
        out: The folder of the cleared day.
        taken: The address, from :func:`passavant.cli.serving.listen`.
    """
    from passavant.portal.demonstration import open_on
    from passavant.portal.server import run

    opened, port = open_on(out), taken.getsockname()[1]
    _show(opened.accounts, port)
    _show_key(opened, port)
    echo(pick("Ctrl-C stops the portal.", "Ctrl-C arrête le portail.") + "\n")
    run(taken, _PROCESSES, demonstration=True, between=_codes(opened.accounts.secret))
    echo(pick("The portal has stopped.", "Le portail est arrêté."))


def _show(accounts: Accounts, port: int) -> None:
    """Print what one needs to sign in."""
    echo("\n== " + pick("The portal, open on this day", "Le portail, ouvert sur cette journée"))
    echo(f"{pick('Open', 'Ouvrez')}{colon()}http://127.0.0.1:{port}/{language()}/accounts/login/")
    echo(pick(
        "One account for each role. The passwords are random and shown this once; the accounts go with the demonstration's folder.",
        "Un compte par rôle. Les mots de passe sont aléatoires et montrés cette seule fois ; les comptes disparaissent avec le dossier de la démonstration.",
    ) + "\n")  # fmt: skip
    yes, no = pick("code", "code"), "—"
    heading = [pick("role", "rôle"), pick("e-mail", "adresse"), pick("password", "mot de passe"), pick("second factor", "second facteur")]  # fmt: skip
    rows = [[one.name, one.email, one.password, yes if one.second_factor else no] for one in accounts.accounts]
    table([heading, *rows])
    echo("\n" + pick(
        "Customs' roles are asked for a code too. One code serves all of them: the one below, or that of an authenticator given",
        "Un code est aussi demandé aux rôles de la douane. Un même code sert à tous : celui ci-dessous, ou celui d'un authentificateur réglé sur",
    ))  # fmt: skip
    echo(accounts.uri)


def _show_key(opened: Opened, port: int) -> None:
    """Print what a developer needs to call the API, and where the decisions lie."""
    echo("\n" + pick(
        "A key of the API, of the demonstration's operator; the commands of docs/how-to/declarations.md take these two:",
        "Une clé de l'API, celle de l'opérateur de la démonstration ; les commandes de docs/how-to/declarations.fr.md utilisent ces deux variables :",
    ))  # fmt: skip
    echo(f"export PORTAL=http://127.0.0.1:{port}")
    echo(f"export KEY={opened.key}")
    echo("\n" + pick(
        f"The lake is {opened.lake}: what is decided here gets there every few minutes. Who owes what:",
        f"L'entrepôt de données est {opened.lake} : ce qui est décidé ici y est versé toutes les quelques minutes. Qui doit quoi :",
    ))  # fmt: skip
    echo(f"passavant account {shlex.quote(str(opened.lake))}\n")


def _codes(secret: str) -> Callable[[], None]:
    """Return what prints each new code once."""
    from passavant.portal.people.demonstration import PERIOD, code

    shown = -1

    def tell() -> None:
        nonlocal shown
        now = int(time.time())
        if now // PERIOD == shown:
            return
        shown = now // PERIOD
        left = PERIOD - now % PERIOD
        echo(
            f"{pick('code', 'code')}{colon()}{code(secret)}  ({pick(f'a new one in {left} s', f'un autre dans {left} s')})"
        )

    return tell
