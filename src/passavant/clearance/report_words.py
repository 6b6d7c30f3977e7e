"""The words of the report as they stand alone or begin a line, in English and French."""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

from passavant.clearance import words
from passavant.texts import Text, day

__all__ = ["AMOUNTS", "BASES", "CATEGORIES", "CERTAINTY", "LANES", "OUTCOME", "TAXES", "show_instant"]

_Key = TypeVar("_Key", int, str)


def _alone(texts: dict[_Key, Text]) -> dict[_Key, Text]:
    return {key: Text(*(text[0].upper() + text[1:] for text in both)) for key, both in texts.items()}


#: Release categories 1 to 4 (WCO Immediate Release Guidelines), with their number.
CATEGORIES = {
    number: Text(f"{number} – {text.en}", f"{number} – {text.fr}") for number, text in _alone(words.CATEGORIES).items()
}
#: Outcomes, lowest first.
OUTCOME = _alone(words.OUTCOME)
#: Lanes, least work first.
LANES = {code: Text(f"{text.en} lane", f"circuit {text.fr}") for code, text in words.LANES.items()}
#: Certainties, best first.
CERTAINTY = words.CERTAINTY
#: All amounts of a decision; the last one speaks of many vendors here.
AMOUNTS = _alone(words.AMOUNTS) | {"vendor_vat_minor": Text("VAT collected by vendors", "TVA perçue par les vendeurs")}
#: What is due, in the order of the working-out.
TAXES = {name: text for name, text in AMOUNTS.items() if name != "customs_value_minor"}
#: What a threshold of a policy is compared with.
BASES = {
    "intrinsic": Text("intrinsic value", "valeur intrinsèque"),
    "article": Text("value of one article", "valeur d'un objet"),
    "cif": Text("value with transport and insurance", "valeur transport et assurance compris"),
    "fob": Text("value without transport", "valeur hors transport"),
}


def show_instant(text: str, language: str) -> str:
    """Write an instant that a manifest holds in ISO 8601, to the second, in UTC."""
    instant = dt.datetime.fromisoformat(text).astimezone(dt.UTC)
    return f"{day(instant.date(), language)} {instant:%H:%M:%S} UTC"
