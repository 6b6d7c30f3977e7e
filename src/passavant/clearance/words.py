"""The words for the codes of a decision, in English and French, as they stand inside a sentence or a table."""

from __future__ import annotations

from passavant.texts import Text

__all__ = ["AMOUNTS", "CATEGORIES", "CERTAINTY", "LANES", "OUTCOME", "RISKS", "STATUS", "audience", "with_code"]

#: Release categories 1 to 4 (WCO Immediate Release Guidelines).
CATEGORIES = {
    1: Text("correspondence and documents", "correspondance et documents"),
    2: Text("low value, nothing due", "faible valeur, rien n'est dû"),
    3: Text("low value, simplified declaration", "faible valeur, déclaration simplifiée"),
    4: Text("full declaration", "déclaration complète"),
}
#: Outcomes, lowest first: what the declarant is answered.
OUTCOME = {
    "release": Text("release", "mainlevée"),
    "request_information": Text("request for information", "demande de renseignements"),
    "screen": Text("screening", "examen non intrusif"),
    "control": Text("control", "contrôle"),
    "do_not_load": Text("do not load", "ne pas charger"),
}
#: Lanes, least work first.
LANES = {
    "green": Text("green", "vert"),
    "blue": Text("blue", "bleu"),
    "yellow": Text("yellow", "jaune"),
    "red": Text("red", "rouge"),
}
#: Certainties, best first.
CERTAINTY = {"high": Text("high", "élevée"), "medium": Text("medium", "moyenne"), "low": Text("low", "faible")}
#: Which risk a reason speaks of; fiscal and non-fiscal risks are never added up.
RISKS = {
    "quality": Text("data quality", "qualité des données"),
    "fiscal": Text("fiscal risk", "risque fiscal"),
    "non_fiscal": Text("non-fiscal risk", "risque non fiscal"),
    "environment": Text("environmental risk", "risque environnemental"),
}
#: Amounts of a decision, in the order of the working-out.
AMOUNTS = {
    "customs_value_minor": Text("customs value", "valeur en douane"),
    "duty_minor": Text("duty", "droits de douane"),
    "fees_minor": Text("fees", "redevances"),
    "vat_minor": Text("VAT at the border", "TVA à la frontière"),
    "vendor_vat_minor": Text("VAT collected by the vendor", "TVA perçue par le vendeur"),
}
#: Whether an amount is due now or on release.
STATUS = {"due": Text("due", "exigible"), "held": Text("held", "en suspens")}

_SEEN = Text("the declarant may see it", "communicable au déclarant")
_HIDDEN = Text("not told to the declarant", "non communiqué au déclarant")


def audience(declarant: bool) -> Text:
    """Say whether the declarant may see a reason."""
    return _SEEN if declarant else _HIDDEN


def with_code(words: Text | None, code: str, language: str | None = None) -> str:
    """Write words with their code in brackets; the code alone where it has no words."""
    return f"{words.say(language)} ({code})" if words else code
