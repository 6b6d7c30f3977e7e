"""The words that the command-line library says itself, in French: headings of the help, and what is wrong with a call.

The library writes them in English; the finished text is put into French here, from the tables below.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import typer
import typer.core

from passavant.settings import language

__all__ = ["App", "Command", "Group", "in_french", "usage_error"]

_NBSP = "\u00a0"
#: Pieces of a help page.
_HELP: tuple[tuple[str, str], ...] = (
    (r"^Usage: ", f"Usage{_NBSP}: "),
    (r"^(\s*)Options:$", rf"\1Options{_NBSP}:"),
    (r"^(\s*)Arguments:$", rf"\1Arguments{_NBSP}:"),
    (r"^(\s*)Commands:$", rf"\1Commandes{_NBSP}:"),
    (r"COMMAND \[ARGS\]\.\.\.", "COMMANDE [ARGUMENTS]..."),
    (r"Show this message and exit\.", "Affiche cette aide."),
    (r"\[required\]", "[obligatoire]"),
    (r"; required\]", f"{_NBSP}; obligatoire]"),
    (r"\[default: ", f"[par défaut{_NBSP}: "),
)
#: What is wrong with a call: the beginning of the sentence decides.
_FAULTS: tuple[tuple[str, str], ...] = (
    (r"No such option: (.+?)(?: \(Possible options: (.+)\))?$", f"option inconnue{_NBSP}: {{0}}{{1}}"),
    (r"No such command (.+)\.$", f"commande inconnue{_NBSP}: {{0}}"),
    (
        r"No such command (.+)\. Did you mean (.+)\?$",
        f"commande inconnue{_NBSP}: {{0}} (vouliez-vous dire {{1}}{_NBSP}?)",
    ),
    (r"Missing command\.$", "il manque la commande"),
    (r"Missing argument (.+)\.$", "il manque l'argument {0}"),
    (r"Missing option (.+)\.$", "il manque l'option {0}"),
    (r"Option (.+) requires an argument\.$", "l'option {0} attend une valeur"),
    (r"Option (.+) does not take a value\.$", "l'option {0} n'attend pas de valeur"),
    (r"Got unexpected extra arguments?(?:\(s\))? \((.+)\)$", f"argument en trop{_NBSP}: {{0}}"),
    (r"Invalid value for (.+?): (.+)$", f"valeur refusée pour {{0}}{_NBSP}: {{1}}"),
)
#: Why a value is refused.
_VALUES: tuple[tuple[str, str], ...] = (
    (r"(.+) is not one of (.+)\.$", "{0} n'est pas l'un de {1}"),
    (r"(.+) is not in the range (.+)\.$", "{0} n'est pas dans l'intervalle {1}"),
    (r"a whole number is expected", "un nombre entier est attendu"),
    (r"a number is expected", "un nombre est attendu"),
    (r"(\S+) or more is expected", "il faut {0} ou plus"),
    (r"(\S+) or less is expected", "il faut {0} ou moins"),
    (r"(.+) is not a valid .+$", "{0} n'est pas une valeur admise"),
)


#: What the library says in the words of its own making.
_PLAIN: tuple[tuple[str, str], ...] = (
    (r"Value error, ", ""),
    (r"Input should be a valid integer\b.*", "a whole number is expected"),
    (r"Input should be a valid number\b.*", "a number is expected"),
    (r"Input should be greater than or equal to (\S+)", r"\1 or more is expected"),
    (r"Input should be less than or equal to (\S+)", r"\1 or less is expected"),
)


def in_french(text: str) -> str:
    """Put the library's own pieces of a help page into French."""
    for pattern, french in _HELP:
        text = re.sub(pattern, french, text, flags=re.MULTILINE)
    return text


def usage_error(message: str, *, french: bool) -> str:
    """Say what is wrong with a call; a sentence that no table knows stays as it is.

    >>> usage_error("Missing option '--policy'.", french=True)
    "il manque l'option '--policy'"
    """
    for pattern, plain in _PLAIN:
        message = re.sub(pattern, plain, message)
    return _translated(message, _FAULTS) if french else message


def _translated(message: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for pattern, french in pairs:
        found = re.match(pattern, message)
        if found:
            parts = [_translated(part, _VALUES) if part else "" for part in found.groups()]
            if "Possible options" in pattern and parts[1]:
                parts[1] = f" (peut-être{_NBSP}: {parts[1]})"
            return french.format(*parts)
    return message


class _Translated:
    """Show help and usage in the language in force."""

    def get_help(self, ctx: Any) -> str:
        """Return the help page."""
        text: str = super().get_help(ctx)  # type: ignore[misc]  # the command this is mixed into
        text = re.sub(r" <(?:list\[\w+\]|\w+ range)>", lambda found: " " * len(found[0]), text)
        return in_french(text) if language() == "fr" else text

    def get_usage(self, ctx: Any) -> str:
        """Return the line that says how a command is called."""
        text: str = super().get_usage(ctx)  # type: ignore[misc]
        return in_french(text) if language() == "fr" else text


class Command(_Translated, typer.core.TyperCommand):
    """One command."""


class Group(_Translated, typer.core.TyperGroup):
    """A group of commands."""


class App(typer.Typer):
    """A group whose commands speak the language in force."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            cls=Group, no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False,
            **options,
        )  # fmt: skip

    def command(self, name: str | None = None, **options: Any) -> Callable[..., Any]:
        """Add a command."""
        return super().command(name, **{"cls": Command, **options})
