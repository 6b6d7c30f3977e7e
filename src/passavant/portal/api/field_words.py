"""What a schema says of a field, in both languages: what was got, what was expected and the next step, by kind of error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from passavant.errors import Both

__all__ = ["field_words", "where"]

#: Most characters of a value that is said again.
_MOST_SAID = 80
_PARTS = {"body", "query", "path", "header", "cookie", "form", "file"}

_TEXT: Both = ("text", "un texte")
_WHOLE: Both = ("a whole number", "un nombre entier")
_NUMBER: Both = ("a number", "un nombre")
_BOOL: Both = ("true or false", "true ou false")
_LIST: Both = ("an array", "un tableau")
_OBJECT: Both = ("an object", "un objet")
_DATE: Both = ("a date such as 2026-11-25", "une date telle que 2026-11-25")
_TIME: Both = ("a time such as 2026-11-25T09:30:00Z", "une heure telle que 2026-11-25T09:30:00Z")
_UUID: Both = (
    "a UUID such as 4f1d3c2e-0000-4000-8000-000000000000",
    "un UUID tel que 4f1d3c2e-0000-4000-8000-000000000000",
)

#: What was expected, by the beginning of the error's type, the longest first; ``{…}`` is of the schema.
_EXPECTED: dict[str, Both] = {
    "string_too_short": ("at least {min_length} characters", "au moins {min_length} caractères"),
    "string_too_long": ("at most {max_length} characters", "au plus {max_length} caractères"),
    "string_pattern_mismatch": ("text of the form {pattern}", "un texte de la forme {pattern}"),
    "greater_than_equal": ("{ge} or more", "{ge} ou plus"),
    "less_than_equal": ("{le} or less", "{le} ou moins"),
    "greater_than": ("more than {gt}", "plus de {gt}"),
    "less_than": ("less than {lt}", "moins de {lt}"),
    "too_short": ("at least {min_length} elements", "au moins {min_length} éléments"),
    "too_long": ("at most {max_length} elements", "au plus {max_length} éléments"),
    "literal_error": ("one of {expected}", "l'une des valeurs {expected}"),
    "enum": ("one of {expected}", "l'une des valeurs {expected}"),
    "string": _TEXT,
    "int": _WHOLE,
    "float": _NUMBER,
    "decimal": _NUMBER,
    "bool": _BOOL,
    "list": _LIST,
    "dict": _OBJECT,
    "model": _OBJECT,
    "datetime": _TIME,
    "date": _DATE,
    "uuid": _UUID,
}
_NOTHING: Both = ("nothing: it is missing", "rien : il manque")
_NEEDED: Both = ("a value", "une valeur")
_SCHEMA: Both = ("what /api/docs shows", "ce que montre /api/docs")
_ADD: Both = ("Add it.", "Ajoutez-le.")
_CORRECT: Both = ("Correct it; /api/docs shows its form.", "Corrigez-le ; /api/docs en montre la forme.")
_REMOVE: Both = ("Remove it, or correct its name.", "Retirez-le, ou corrigez son nom.")
_UNKNOWN: Both = ("a field that is not known here", "un champ inconnu ici")
_NO_PARAMETER: Both = ("an address without parameters", "une adresse sans paramètre")


def field_words(error: Mapping[str, Any]) -> tuple[Both, Both, Both]:
    """Return what was got, what was expected and the next step, of one error as pydantic gives it with its input.

    >>> error = {"type": "less_than_equal", "ctx": {"le": 1000}, "input": "2000"}
    >>> [english for english, _ in field_words(error)]
    ["'2000'", '1000 or less', 'Correct it; /api/docs shows its form.']
    """
    kind = str(error.get("type", ""))
    if kind == "missing":
        return _NOTHING, _NEEDED, _ADD
    if kind == "extra_forbidden":
        return _of_unknown(error.get("ctx") or {})
    return _said(error.get("input")), _expected(kind, error.get("ctx") or {}), _CORRECT


def _of_unknown(given: Mapping[str, Any]) -> tuple[Both, Both, Both]:
    """Say that a name is not known; of a parameter, which are, and which one may have been meant."""
    expected, step = _SCHEMA, _REMOVE
    if "known" in given:
        known = given["known"]
        expected = (f"one of {known}", f"l'un de {known}") if known else _NO_PARAMETER
    if near := given.get("near"):
        step = (
            f"Did you mean {near}? Correct its name, or remove it.",
            f"Vouliez-vous dire {near} ? Corrigez son nom, ou retirez-le.",
        )
    return _UNKNOWN, expected, step


def where(location: Sequence[str | int]) -> tuple[str, str]:
    """Return the part of the request and the field as the client wrote it: a body has no name of its own there.

    >>> where(("body", "asked", "networks", 1)), where(("query", "limit")), where(("body", "asked"))
    (('body', 'networks[1]'), ('query', 'limit'), ('body', ''))
    """
    part = str(location[0]) if location else ""
    if part not in _PARTS:
        return "", _path(location)
    return part, _path(location[2:] if part == "body" else location[1:])


def _path(steps: Sequence[str | int]) -> str:
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return path.removeprefix(".")


def _expected(kind: str, given: Mapping[str, Any]) -> Both:
    for beginning, (en, fr) in _EXPECTED.items():
        if kind == beginning or kind.startswith(f"{beginning}_"):
            try:
                return en.format(**given), fr.format(**given).replace(" or ", " ou ")
            except KeyError:  # an error of another schema, which does not say what its like says
                return _SCHEMA
    return _SCHEMA


def _said(value: Any) -> Both:
    if isinstance(value, dict):
        return "an object", "un objet"
    if isinstance(value, list | tuple):
        return f"an array of {len(value)}", f"un tableau de {len(value)}"
    if value is None:
        return "null", "null"
    if isinstance(value, bool):
        return str(value).lower(), str(value).lower()
    shown = repr(value) if isinstance(value, str | int | float) else type(value).__name__
    shown = shown if len(shown) <= _MOST_SAID else f"{shown[:_MOST_SAID]}…"
    return shown, shown
