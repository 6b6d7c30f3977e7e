"""What is wrong with one value of a file, in words: pydantic says it in English, and in terms of code.

>>> refused({"type": "literal_error", "msg": "", "ctx": {"expected": "'up' or 'down'"}})[1]
('one of up, down', "l'une des valeurs up, down")
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from passavant.errors import Both

__all__ = ["refused"]

_NAMED = re.compile(r"'([^']*)'|([^ ,']+)")

#: What the patterns of our forms ask for.
_PATTERNS: dict[str, Both] = {
    "^[A-Z]{3}$": ("three capital letters", "trois lettres majuscules"),
    "^[A-Z]{2,8}$": ("two to eight capital letters", "de deux à huit lettres majuscules"),
    "^([A-Z]{3}|percent|count|kg)$": (
        "percent, count, kg, or a currency in three capital letters",
        "percent, count, kg, ou une devise en trois lettres majuscules",
    ),
    "^[0-9]{0,6}$": ("six digits at most", "six chiffres au plus"),
    "^[a-z][a-z0-9_]*$": (
        "lower-case letters, digits and underscores, a letter first",
        "des minuscules sans accent, des chiffres et des tirets bas, une lettre en tête",
    ),
}
#: What a type asks for, by the beginning of the error's own type.
_KINDS: dict[str, Both] = {
    "string": ("a text (between quotes)", "un texte (entre guillemets)"),
    "date": ("a day such as 2026-07-01", "un jour tel que 2026-07-01"),
    "bool": ("true or false", "true ou false"),
    "int": ("a whole number", "un nombre entier"),
    "decimal": ("a number such as 12.5", "un nombre tel que 12.5"),
    "float": ("a number such as 12.5", "un nombre tel que 12.5"),
    "list": ("a list", "une liste"),
    "dict": ("indented `key: value` entries", "des entrées indentées `clé: valeur`"),
    "model": ("indented `key: value` entries", "des entrées indentées `clé: valeur`"),
}
_ANY: Both = ("a valid value", "une valeur valide")
#: What a length or a number of digits is measured by, as pydantic names the bound.
_MEASURES: dict[str, Both] = {
    "min_length": ("a length of at least", "une longueur d'au moins"),
    "max_length": ("a length of at most", "une longueur d'au plus"),
    "max_digits": ("digits: at most", "chiffres : au plus"),
    "decimal_places": ("decimal places: at most", "décimales : au plus"),
    "whole_digits": ("digits before the point: at most", "chiffres avant la virgule : au plus"),
}


def refused(error: Mapping[str, Any]) -> tuple[Both, Both]:
    """Return what is wrong with a value and what was expected, of one of pydantic's errors."""
    kind, context = str(error["type"]), error.get("ctx") or {}
    if kind == "literal_error":
        listed = ", ".join(one or other for one, other in _NAMED.findall(context["expected"]) if other != "or")
        got = ("not one of the values of the list", "cette valeur n'est pas dans la liste")
        return got, (f"one of {listed}", f"l'une des valeurs {listed}")
    if kind == "string_pattern_mismatch":
        pattern = context["pattern"]
        asked = _PATTERNS.get(pattern, (f"a text of the form {pattern}", f"un texte de la forme {pattern}"))
        return ("this text has not the form asked for", "ce texte n'a pas la forme voulue"), asked
    if kind.startswith(("greater_than", "less_than")):
        bound = next(iter(context.values()))
        more = kind.startswith("greater")
        also = kind.endswith("equal")
        en = f"{bound} or {'more' if more else 'less'}" if also else f"{'more' if more else 'less'} than {bound}"
        fr = f"{bound} ou {'plus' if more else 'moins'}" if also else f"{'plus' if more else 'moins'} que {bound}"
        return (error["msg"], "la valeur est hors limites"), (en, fr)
    asked = _measure(context) or next((words for start, words in _KINDS.items() if kind.startswith(start)), _ANY)
    if asked is _ANY:
        return (error["msg"], f"cette valeur est refusée (en anglais : {error['msg']})"), asked
    return (error["msg"], "cette valeur n'a pas la forme voulue"), asked


def _measure(context: Mapping[str, Any]) -> Both | None:
    """Return how long or how fine a value may be, where that is what was wrong with it."""
    for key, (en, fr) in _MEASURES.items():
        if key in context:
            return f"{en} {context[key]}", f"{fr} {context[key]}"
    return None
