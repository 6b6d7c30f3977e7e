"""The words of the report: categories, outcomes, lanes, certainties and amounts, in English and French."""

from __future__ import annotations

import datetime as dt

from passavant.texts import Text

__all__ = ["AMOUNTS", "BASES", "CATEGORIES", "CERTAINTY", "LANES", "OUTCOME", "TAXES", "show_day", "show_instant"]

#: Release categories 1 to 4 (WCO Immediate Release Guidelines).
CATEGORIES = {
    1: Text("1 – Correspondence and documents", "1 – Correspondance et documents"),
    2: Text("2 – Low value, nothing due", "2 – Faible valeur, rien n'est dû"),
    3: Text("3 – Low value, simplified declaration", "3 – Faible valeur, déclaration simplifiée"),
    4: Text("4 – Full declaration", "4 – Déclaration complète"),
}
#: Outcomes, lowest first.
OUTCOME = {
    "release": Text("Release", "Mainlevée"),
    "request_information": Text("Request for information", "Demande d'information"),
    "screen": Text("Screening", "Examen non intrusif"),
    "control": Text("Control", "Contrôle"),
    "do_not_load": Text("Do not load", "Ne pas charger"),
}
#: Lanes, least work first.
LANES = {
    "green": Text("green lane", "circuit vert"),
    "blue": Text("blue lane", "circuit bleu"),
    "yellow": Text("yellow lane", "circuit jaune"),
    "red": Text("red lane", "circuit rouge"),
}
#: Certainties, best first.
CERTAINTY = {
    "high": Text("high", "élevée"),
    "medium": Text("medium", "moyenne"),
    "low": Text("low", "faible"),
}
#: What is due, in the order of the working-out.
TAXES = {
    "duty_minor": Text("Duty", "Droits de douane"),
    "fees_minor": Text("Fees", "Redevances"),
    "vat_minor": Text("VAT at the border", "TVA à la frontière"),
    "vendor_vat_minor": Text("VAT collected by vendors", "TVA perçue par les vendeurs"),
}
#: All amounts of a decision.
AMOUNTS = {"customs_value_minor": Text("Customs value", "Valeur en douane"), **TAXES}
#: What a threshold of a policy is compared with.
BASES = {
    "intrinsic": Text("intrinsic value", "valeur intrinsèque"),
    "article": Text("value of one article", "valeur d'un article"),
    "cif": Text("value with transport and insurance", "valeur transport et assurance compris"),
    "fob": Text("value without transport", "valeur hors transport"),
}


def show_day(day: dt.date | None, language: str) -> str:
    """Write a day: ``2026-09-15`` or ``15/09/2026``; a dash when there is none."""
    if day is None:
        return "—"
    return f"{day:%d/%m/%Y}" if language == "fr" else day.isoformat()


def show_instant(text: str, language: str) -> str:
    """Write an instant that a manifest holds in ISO 8601, to the second, in UTC."""
    instant = dt.datetime.fromisoformat(text).astimezone(dt.UTC)
    return f"{show_day(instant.date(), language)} {instant:%H:%M:%S} UTC"
