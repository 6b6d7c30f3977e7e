"""What administrators are told when something cannot be done."""

from __future__ import annotations

from passavant.portal.api.problems import Refusal

__all__ = ["last_administrator", "no_longer", "own_account", "unchanged"]


def own_account() -> Refusal:
    """An account is changed by somebody else: its roles, its password, whether it is open."""
    return Refusal(
        "administration.own",
        got=("your own account", "votre propre compte"),
        expected=("that of somebody else", "celui d'une autre personne"),
        next_step=("Ask another administrator.", "Demandez à un autre administrateur."),
        status=403,
    )


def last_administrator() -> Refusal:
    """Somebody must be able to administer."""
    return Refusal(
        "administration.last",
        got=("the last open account of an administrator", "le dernier compte ouvert d'un administrateur"),
        expected=("another administrator who remains", "un autre administrateur qui reste"),
        next_step=("Give somebody else this role first.", "Donnez d'abord ce rôle à quelqu'un d'autre."),
        status=409,
    )


def no_longer() -> Refusal:
    """Whoever asks was an administrator when the page was sent."""
    return Refusal(
        "administration.no_longer",
        got=("somebody who is no longer an administrator", "une personne qui n'est plus administratrice"),
        expected=("the open account of an administrator", "le compte ouvert d'un administrateur"),
        next_step=("Ask an administrator.", "Demandez à un administrateur."),
        status=403,
    )


def unchanged() -> Refusal:
    """What is asked for is so already."""
    return Refusal(
        "administration.unchanged",
        got=("what is so already", "ce qui est déjà le cas"),
        expected=("a change", "un changement"),
        next_step=("Look at the page as it stands now.", "Voyez la page dans son état actuel."),
        status=409,
    )
