"""What a rule may say: the names with their types and meaning, the functions, and how a condition is checked.

>>> check("hs_code LIKE '71%' AND goods_total > 15000").names == {"hs_code", "goods_total"}
True
>>> next(name for name in names("en") if name.name == "goods_total").type
'an amount of the threshold currency'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from passavant.clearance.rules import EXTRA
from passavant.dataset.schema import load_schema
from passavant.engines.kinds import Kind, named
from passavant.engines.rule_language import FUNCTIONS, Expression, parse_rule
from passavant.engines.rule_types import check_rule
from passavant.policy.names import DECLARED, DERIVED, kinds_of
from passavant.texts import Text

__all__ = ["FUNCTION_WORDS", "Name", "check", "functions", "kinds", "meaning", "names"]

_EXTRA_WORDS: dict[str, Text] = {
    "text": Text("description in lower case; empty where there is none", "désignation en minuscules ; vide s'il n'y en a pas"),
    "hours_before_arrival": Text("whole hours from lodging to arrival", "heures entières entre le dépôt et l'arrivée"),
    "category": Text("release category 1 to 4, before any rule", "catégorie de mainlevée 1 à 4, avant toute règle"),
    "duty_minor": Text("duty of the item, in minor units", "droits de l'article, en unités mineures"),
    "vat_minor": Text("VAT of the item at the border, in minor units", "TVA de l'article à la frontière, en unités mineures"),
    "customs_value_minor": Text("customs value of the item, in minor units", "valeur en douane de l'article, en unités mineures"),
    "law_on": Text("day of the law that applies", "jour du droit applicable"),
    "consignment_id": Text("identifier of the consignment", "identifiant de l'envoi"),
    "importer_id_form": Text("form of the importer's number", "forme du numéro de l'importateur"),
}  # fmt: skip

#: What each function does, by its name in the language, with an example.
FUNCTION_WORDS: dict[str, tuple[Text, str]] = {
    "ABS": (Text("a number without its sign", "un nombre sans son signe"), "ABS(goods_total)"),
    "COALESCE": (Text("the first value that is known", "la première valeur connue"), "COALESCE(origin, 'XX')"),
    "CONTAINS": (Text("whether a text holds another", "si un texte en contient un autre"), "CONTAINS(text, 'replica')"),
    "LENGTH": (Text("number of characters", "nombre de caractères"), "LENGTH(description) < 4"),
    "LOWER": (Text("in lower case", "en minuscules"), "LOWER(seller_id)"),
    "REGEXP_MATCHES": (Text("whether a pattern (RE2) occurs", "si un motif (RE2) apparaît"), r"REGEXP_MATCHES(text, '\b(vape|snus)\b')"),
    "STARTS_WITH": (Text("whether a text begins with another", "si un texte commence par un autre"), "STARTS_WITH(hs_code, '7113')"),
    "SUBSTRING": (Text("a part: first place, number of characters", "une partie : première place, nombre de caractères"), "SUBSTRING(hs_code, 1, 4) = '7113'"),
    "UPPER": (Text("in capitals", "en majuscules"), "UPPER(unit)"),
}  # fmt: skip


@dataclass(frozen=True)
class Name:
    """A name that a rule may use: what it stands for, and the values of its list where that is short."""

    name: str
    type: str
    meaning: str
    values: tuple[str, ...]


def check(condition: str) -> Expression:
    """Parse a condition and check its names and types, as the clearance itself does.

    Raises:
        BadInput: what is wrong, in both languages.
    """
    expression = parse_rule(condition)
    check_rule(expression, kinds())
    return expression


@cache
def kinds() -> Mapping[str, Kind]:
    """Return what each name that an analyst's rule may use stands for."""
    return {name: kind for name, kind in kinds_of().items() if name in DECLARED or name in DERIVED} | EXTRA


def meaning(name: str) -> Text:
    """Return what a name means; a name without words stands for itself."""
    words = _meanings().get(name)
    return words or Text(name, name)


def names(language: str) -> list[Name]:
    """Return every name that a rule may use, with its type and meaning in one language."""
    place = 1 if language == "fr" else 0
    return [
        Name(name, named(kind)[place], meaning(name).say(language), _few(kind))
        for name, kind in sorted(kinds().items())
    ]


def functions() -> Mapping[str, tuple[int, int]]:
    """Return the functions of the language, with the least and the most arguments of each."""
    return FUNCTIONS


@cache
def _meanings() -> Mapping[str, Text]:
    declared = {element.name: element.label.text for element in load_schema().elements}
    return declared | DERIVED | _EXTRA_WORDS


def _few(kind: Kind) -> tuple[str, ...]:
    most = 12
    return tuple(sorted(kind.codes)) if kind.codes and len(kind.codes) <= most else ()
