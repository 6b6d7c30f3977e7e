"""What the names and the parts of a rule stand for: texts, dates, and numbers with their unit."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from passavant.errors import Both

__all__ = ["BOOLEAN", "DATE", "FAMILIES", "NULL", "TEXT", "TIME", "Family", "Kind", "named", "number", "plain", "text"]

Family = Literal["boolean", "text", "number", "date", "time", "null"]


@dataclass(frozen=True)
class Kind:
    """What a name or a part of a rule stands for.

    Attributes:
        family: What may be compared with it.
        unit: Of a number: a currency, ``percent``, ``kg``, ``count``; None for a plain number, which goes with any.
        digits: Of a number: the most digits it has.
        scale: Of a number: those behind the point.
        codes: Of a text: the closed list of its values, where there is one.
    """

    family: Family
    unit: str | None = None
    digits: int = 0
    scale: int = 0
    codes: frozenset[str] | None = None


BOOLEAN, TEXT, DATE, TIME, NULL = Kind("boolean"), Kind("text"), Kind("date"), Kind("time"), Kind("null")


def number(unit: str | None, digits: int, scale: int = 0) -> Kind:
    """Return the kind of a number."""
    return Kind("number", unit, digits, scale)


def text(codes: Collection[str] | None = None) -> Kind:
    """Return the kind of a text, with its closed list of values where it has one."""
    return Kind("text", codes=frozenset(codes) if codes else None)


def plain(text_: str) -> Kind:
    """Return the kind of a number as written."""
    whole, _, part = text_.partition(".")
    return number(None, len(whole) + len(part), len(part))


def named(kind: Kind) -> Both:
    """Return what a kind is called, in English and in French."""
    if kind.unit is None:
        return FAMILIES[kind.family]
    return _UNITS.get(kind.unit, (f"an amount in {kind.unit}", f"un montant en {kind.unit}"))


#: What each family of values is called.
FAMILIES: dict[str, Both] = {
    "boolean": ("yes or no", "oui ou non"),
    "text": ("a text", "un texte"),
    "number": ("a number", "un nombre"),
    "date": ("a date", "une date"),
    "time": ("a moment", "un instant"),
    "null": ("nothing", "rien"),
}
_UNITS: dict[str, Both] = {
    "percent": ("a percentage", "un pourcentage"),
    "kg": ("kilograms", "des kilogrammes"),
    "count": ("a number of things", "un nombre d'unités"),
    "threshold": ("an amount of the threshold currency", "un montant dans la devise des seuils"),
    "due": ("an amount of the currency due", "un montant dans la devise due"),
}
