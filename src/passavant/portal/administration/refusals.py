"""What administrators are told when something cannot be done."""

from __future__ import annotations

from passavant.portal.api.problems import Refusal

__all__ = ["last_administrator", "own_account", "unchanged"]


def own_account() -> Refusal:
    """Nobody gives himself a role, takes his own, or closes his own account."""
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


def unchanged() -> Refusal:
    """What is asked for is so already."""
    return Refusal(
        "administration.unchanged",
        got=("what is so already", "ce qui est déjà le cas"),
        expected=("a change", "un changement"),
        next_step=("Look at the page as it stands now.", "Voyez la page dans son état actuel."),
        status=409,
    )
