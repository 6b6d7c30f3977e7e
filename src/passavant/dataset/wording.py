"""What is said about one element, in words: the same facts for the reference page and for the command line."""

from __future__ import annotations

from typing import NamedTuple

from passavant.dataset.element import Element
from passavant.dataset.schema import Schema
from passavant.texts import Text

__all__ = ["LEVELS", "STATUSES", "Fact", "facts", "type_word"]

LEVELS: dict[str, Text] = {
    "header": Text("declaration", "déclaration"),
    "consignment": Text("consignment", "envoi"),
    "item": Text("goods item", "article"),
    "platform": Text("platform", "plateforme"),
}
#: How sure an EUCDM number is; shown wherever the number is.
STATUSES: dict[str, Text] = {
    "C": Text("confirmed by a published source", "confirmé par une source publiée"),
    "K": Text("our own knowledge, to be checked in Annex B", "connaissance propre, à vérifier à l'annexe B"),
}
_TYPES: dict[str, Text] = {
    "string": Text("text", "texte"),
    "code_upper": Text("code in capitals", "code en majuscules"),
    "code_lower": Text("code in small letters", "code en minuscules"),
    "digits": Text("digits", "chiffres"),
    "integer": Text("whole number", "nombre entier"),
    "decimal": Text("decimal", "décimal"),
    "timestamp": Text("date and time with zone", "date et heure avec fuseau"),
    "boolean": Text("true or false", "vrai ou faux"),
}
_PRIVACY: dict[str, Text] = {
    "public": Text("public", "public"),
    "commercial": Text("commercial secret", "secret commercial"),
    "personal": Text("personal data", "donnée personnelle"),
}
_UPU: dict[str, Text] = {"yes": Text("yes", "oui"), "no": Text("no", "non"), "partly": Text("partly", "en partie")}
_CURRENCY = Text("the declared currency", "la monnaie déclarée")
_ALWAYS = Text("always", "toujours")
_LABELS: dict[str, Text] = {
    "level": Text("Level", "Niveau"),
    "type": Text("Type", "Type"),
    "unit": Text("Unit", "Unité"),
    "code_list": Text("Code list", "Liste de codes"),
    "required": Text("Required", "Requis"),
    "required_when": Text("Required when", "Requis si"),
    "default": Text("When absent", "À défaut"),
    "wco": Text("WCO Data Model", "Modèle de données de l'OMD"),
    "eucdm": Text("EUCDM", "EUCDM"),
    "upu": Text("In the CN23", "Au CN23"),
    "held_by": Text("Held by", "Détenu par"),
    "sent_in": Text("Sent in", "Transmis dans"),
    "privacy": Text("Privacy", "Confidentialité"),
    "intake": Text("After intake", "Après la réception des données"),
    "example": Text("Example", "Exemple"),
}


class Fact(NamedTuple):
    """One line about an element: a stable key, its label and its value in the chosen language."""

    key: str
    label: str
    value: str


def type_word(element: Element, language: str | None = None) -> str:
    """Return the type in words, with its size: ``decimal 18,4``, ``text ≤ 35``."""
    word = _TYPES[element.type].say(language)
    if element.type == "decimal":
        return f"{word} {element.precision},{element.scale}"
    return f"{word} ≤ {element.max_length}" if element.max_length else word


def facts(element: Element, schema: Schema, language: str | None = None) -> list[Fact]:
    """Return everything known about an element beside its label and definition, empty facts left out."""
    always = element.required_when == "TRUE"
    unit = _CURRENCY.say(language) if element.unit == "currency" else element.unit
    values = {
        "level": LEVELS[element.level].say(language),
        "type": type_word(element, language),
        "unit": unit,
        "code_list": element.code_list,
        "required": _ALWAYS.say(language) if always else None,
        "required_when": None if always else element.required_when,
        "default": str(element.default) if element.default is not None else None,
        "wco": element.wco_id,
        "eucdm": element.eucdm_shown,
        "upu": _UPU[element.upu].say(language),
        "held_by": ", ".join(schema.holder(one).label.text.say(language) for one in element.held_by),
        "sent_in": ", ".join(schema.message(one).label.text.say(language) for one in element.sent_in),
        "privacy": _PRIVACY[element.privacy].say(language),
        "intake": element.intake,
        "example": element.example,
    }
    return [Fact(key, _LABELS[key].say(language), value) for key, value in values.items() if value]
